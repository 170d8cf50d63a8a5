"""The digest of what lapses: the page, the table, the calendar with its feed, and the letter."""

from dataclasses import replace

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from riskapp.domain.digest import periods
from riskapp.domain.digest_files import LAPSE_WORDS, digest_calendar, digest_letter, digest_table
from riskapp.services.digests import digest
from riskapp.services.feeds import DIGEST_READERS, create_feed, reader_of_feed, revoke_feed
from riskapp.storage.feeds import open_feed
from riskapp.storage.paging import part_of
from riskapp.web import product
from riskapp.web.access import for_roles, open_to_all
from riskapp.web.requests import page_asked

blueprint = Blueprint("digests", __name__)

readers = for_roles(*DIGEST_READERS)

ENTRIES_A_PAGE = 100


@blueprint.get("/digest")
@readers
def index() -> ResponseReturnValue:
    """Show what lapses in the coming 30, 60 and 90 days; a long list a page at a time."""
    connection = product.reading()
    found = digest(connection, product.office().now())
    page = part_of(found.entries, page_asked(), size=ENTRIES_A_PAGE)
    shown = periods(replace(found, entries=page.items))
    return render_template(
        "digests/index.html",
        digest=found,
        page=page,
        periods=[each for each in shown if each.entries or page.pages == 1],
        kinds=LAPSE_WORDS,
        feed=open_feed(connection, product.actor().id),
    )


@blueprint.get("/digest.csv")
@readers
def table() -> ResponseReturnValue:
    """Answer with the digest as a table for spreadsheets."""
    found = digest(product.reading(), product.office().now())
    name = f"lapses-{found.today.isoformat()}.csv"
    return Response(
        digest_table(found),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@blueprint.get("/digest/letter")
@readers
def letter() -> ResponseReturnValue:
    """Show the letter as it would be sent now."""
    found = digest(product.reading(), product.office().now())
    return render_template("digests/letter.html", letter=digest_letter(found), smtp=product.settings().smtp)


@blueprint.post("/digest/feed")
@readers
def open_calendar() -> ResponseReturnValue:
    """Open a calendar feed and show its address this once."""
    token = create_feed(product.office(), product.actor())
    address = url_for("digests.calendar", token=token, _external=True)
    flash(f"Your calendar reads {address} from now on. Copy it: it is not shown again.", "success")
    return redirect(url_for("digests.index"), 303)


@blueprint.post("/digest/feed/revoke")
@readers
def close_calendar() -> ResponseReturnValue:
    """Revoke the visitor's feed."""
    revoke_feed(product.office(), product.actor())
    flash("The calendar feed is revoked. Its address answers no more.", "success")
    return redirect(url_for("digests.index"), 303)


@blueprint.get("/calendar/<token>.ics")
@open_to_all
def calendar(token: str) -> ResponseReturnValue:
    """Answer a calendar program that knows a token with the digest; anybody else learns nothing."""
    connection = product.reading()
    if reader_of_feed(connection, token) is None:
        abort(404)
    link = url_for("assessments.show", assessment_id="ASSESSMENT", _external=True)
    content = digest_calendar(
        digest(connection, product.office().now()), link=link.replace("ASSESSMENT", "{id}")
    )
    return Response(
        content, content_type="text/calendar; charset=utf-8", headers={"Cache-Control": "private, no-store"}
    )
