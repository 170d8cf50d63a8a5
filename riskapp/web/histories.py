"""The history of one criterion as differences, and the button that brings an older text back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from riskapp.domain.answers import Answer
from riskapp.domain.authority import Role
from riskapp.domain.drafts import Payload, payload_of
from riskapp.domain.errors import ConflictError, NotFoundError
from riskapp.services.blindness import seen_evidence
from riskapp.services.draft_history import (
    CriterionHistory,
    RestoreDraft,
    criterion_history,
    restore_draft,
)
from riskapp.storage.draft_history import Step
from riskapp.storage.evidence import EvidenceItem
from riskapp.storage.sheets import Draft
from riskapp.storage.users import user_names
from riskapp.web import product
from riskapp.web.access import for_roles, signed_in
from riskapp.web.requests import number_asked, number_of
from riskapp.web.sheet_forms import Difference, differences

blueprint = Blueprint(
    "histories", __name__, url_prefix="/assessments/<assessment_id>/sheet/<dimension_id>/<criterion_id>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownVersion:
    """One version as the page shows it: what it changed; `seq` is None for a submitted sheet.

    `stands`: it is the draft of this moment.
    """

    name: str
    at: datetime
    who: str
    changes: Sequence[Difference]
    is_first: bool
    seq: int | None = None
    stands: bool = False


@blueprint.get("/history")
@signed_in
def show(assessment_id: str, dimension_id: str, criterion_id: str) -> ResponseReturnValue:
    """Show what the visitor saved under a criterion, version by version, and what was submitted."""
    return _page(assessment_id, dimension_id, criterion_id)


def _page(assessment_id: str, dimension_id: str, criterion_id: str, *, refused: str = "") -> str:
    connection = product.reading()
    found = criterion_history(
        connection,
        product.actor(),
        (assessment_id, criterion_id),
        before=number_asked("before"),
        after=number_asked("after"),
    )
    if found.dossier.rubric.dimension_of(criterion_id).id != dimension_id:
        raise NotFoundError("criterion", criterion_id)
    items = seen_evidence(connection, product.actor().id, found.dossier.stored)
    return render_template(
        "histories/show.html",
        found=found,
        dossier=found.dossier,
        criterion=found.criterion,
        dimension_id=dimension_id,
        versions=_shown_steps(found, items),
        submitted=_shown_sheets(found, items),
        refused=refused,
    )


def _shown_steps(found: CriterionHistory, items: Sequence[EvidenceItem]) -> list[ShownVersion]:
    steps = found.steps.items if found.steps else ()
    names = user_names(product.reading(), {each.version.saved_by for each in steps})
    return [
        replace(_shown_step(found, each, items), who=_who(each.version.saved_by, names)) for each in steps
    ]


def _who(user_id: str, names: dict[str, str]) -> str:
    return "you" if user_id == product.actor().id else names[user_id]


def _shown_step(found: CriterionHistory, step: Step, items: Sequence[EvidenceItem]) -> ShownVersion:
    older: Payload = step.before.payload if step.before else {}
    return ShownVersion(
        name=f"Version {step.version.version}",
        at=step.version.saved_at,
        who="you",
        changes=differences(found.criterion, older, step.version.payload, items=items),
        is_first=step.before is None,
        seq=step.version.seq,
        stands=step.version.version == found.version,
    )


def _shown_sheets(found: CriterionHistory, items: Sequence[EvidenceItem]) -> list[ShownVersion]:
    names = user_names(product.reading(), {each.sheet.assessor_id for each in found.submitted})
    return [
        ShownVersion(
            name=f"Score sheet {each.sheet.ordinal}",
            at=each.sheet.submitted_at,
            who=names[each.sheet.assessor_id],
            changes=differences(found.criterion, _payload(each.before), _payload(each.answer), items=items),
            is_first=each.is_first,
        )
        for each in found.submitted
    ]


def _payload(answer: Answer | None) -> Payload:
    return {} if answer is None else payload_of(answer)


@blueprint.post("/history")
@for_roles(Role.ASSESSOR, Role.LEAD_ASSESSOR)
def use_again(assessment_id: str, dimension_id: str, criterion_id: str) -> ResponseReturnValue:
    """Save an older version as the newest."""
    wish = RestoreDraft(
        assessment_id=assessment_id,
        criterion_id=criterion_id,
        seq=number_of(request.form.get("seq", "")) or 0,
        expected=number_of(request.form.get("version", "")) or 0,
    )
    try:
        restore_draft(product.office(), product.actor(), wish)
    except ConflictError as refusal:
        overtaken = "It was changed elsewhere after this page was opened. Look at the newest version first."
        said = overtaken if isinstance(refusal.current, Draft) else str(refusal)
        product.close_reading()
        return _page(assessment_id, dimension_id, criterion_id, refused=said), 409
    flash("The older text stands again, as a new version. Nothing was taken out of the history.", "success")
    place = url_for("sheets.dimension", assessment_id=assessment_id, dimension_id=dimension_id)
    return redirect(f"{place}#criterion-{criterion_id}", 303)
