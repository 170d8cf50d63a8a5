"""The reports of a period: having them packed, how far that is, the ZIP, and how the queue stands."""

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from riskapp.domain.errors import ConflictError, InvalidError
from riskapp.domain.job import JobKind, JobStatus
from riskapp.domain.period import Period, quarter_of
from riskapp.services.jobs import queue_standing
from riskapp.services.report_batches import (
    BATCH_READERS,
    MOST_REPORTS,
    ask_for_batch,
    batch_store,
    batches,
    kept_until,
    period_of,
)
from riskapp.services.report_batches import batch as batch_called
from riskapp.storage.assessments import references
from riskapp.storage.jobs import jobs_of
from riskapp.storage.users import user_names
from riskapp.web import product
from riskapp.web.access import for_roles
from riskapp.web.desk_filters import day_asked

blueprint = Blueprint("report_batches", __name__, url_prefix="/reports")

readers = for_roles(*BATCH_READERS)

FIELDS = ("since", "until")


@blueprint.get("")
@readers
def index() -> ResponseReturnValue:
    """Show the form for a period, at first the present quarter, what was packed lately, and the queue."""
    quarter = quarter_of(product.office().now().date())
    return _page({"since": quarter.since.isoformat(), "until": quarter.until.isoformat()}, {})


def _page(typed: dict[str, str], errors: dict[str, str]) -> str:
    connection = product.reading()
    packed = batches(connection, product.actor())
    failed = jobs_of(connection, JobKind.REPORT, status=JobStatus.FAILED)
    return render_template(
        "reports/index.html",
        typed=typed,
        errors=errors,
        most=MOST_REPORTS,
        batches=[(each, period_of(each)) for each in packed],
        names=user_names(connection, {each.asked_by for each in packed}),
        queue=queue_standing(connection, product.office().now()),
        failed=failed,
        called=references(connection, {each.arguments["assessment"] for each in failed}),
    )


@blueprint.post("")
@readers
def make() -> ResponseReturnValue:
    """Have the reports of a period packed, and lead to where that shows."""
    typed = {name: request.form.get(name, "").strip()[:20] for name in FIELDS}
    errors: dict[str, str] = {}
    since, until = (day_asked(typed[name], name, errors) for name in FIELDS)
    for name, day in (("since", since), ("until", until)):
        if day is None and name not in errors:
            errors[name] = "Choose a day, such as 2027-01-31"
    if since is None or until is None:
        return _page(typed, errors), 422
    product.close_reading()
    try:
        asked = ask_for_batch(product.office(), product.actor(), Period(since, until))
    except InvalidError as refusal:
        return _page(typed, refusal.fields), 422
    return redirect(url_for("report_batches.show", batch_id=asked.id), 303)


@blueprint.get("/<batch_id>")
@readers
def show(batch_id: str) -> ResponseReturnValue:
    """Show how far a batch is, and what is in it."""
    connection = product.reading()
    found = batch_called(connection, product.actor(), batch_id)
    return render_template(
        "reports/batch.html",
        batch=found,
        period=period_of(found),
        kept_until=kept_until(found),
        names=user_names(connection, {found.asked_by}),
        queue=queue_standing(connection, product.office().now()),
    )


@blueprint.get("/<batch_id>/reports.zip")
@readers
def download(batch_id: str) -> ResponseReturnValue:
    """Answer with the ZIP of a batch, checked against its digest."""
    found = batch_called(product.reading(), product.actor(), batch_id)
    if found.result is None:
        raise ConflictError("These reports are not packed yet. The page of the batch says how far it is.")
    path = batch_store(product.office()).checked_path(found.result["sha256"])
    days = period_of(found)
    return send_file(
        path,
        mimetype="application/zip",
        as_attachment=True,
        download_name=f"reports-{days.since}-{days.until}.zip",
        etag=found.result["sha256"],
        last_modified=found.ended_at,
    )
