"""The approver's desk: what the assessment says in short, and the forms that decide it or send it back."""

from dataclasses import dataclass, field, replace
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from riskapp.domain.authority import Role
from riskapp.domain.decision import MOST_CONDITIONS, OUTCOMES, Basis, Decide
from riskapp.domain.errors import ConflictError, InvalidError, NotFoundError
from riskapp.domain.life_cycle import Stage, bar_to_deciding
from riskapp.domain.report import DecisionCondition
from riskapp.domain.scores import Recommendation
from riskapp.domain.snapshot import assessment_snapshot
from riskapp.domain.text_rules import even_lines
from riskapp.services.decisions import basis_in, overtaken
from riskapp.services.decisions import decide as decide_on
from riskapp.services.decisions import send_back as send_back_for
from riskapp.services.dossiers import Dossier, seen_dossier
from riskapp.services.overviews import undecided
from riskapp.services.report_content import Making
from riskapp.storage.sheets import StoredSheet, latest_sheet
from riskapp.web import product
from riskapp.web.access import for_roles
from riskapp.web.charts import dimension_chart

blueprint = Blueprint("decisions", __name__, url_prefix="/assessments/<assessment_id>")

approvers = for_roles(Role.APPROVER)

CHOICES = [
    (Recommendation.APPROVE.value, "Approve", "It may be used as declared, until the approval expires."),
    (
        Recommendation.APPROVE_WITH_CONDITIONS.value,
        "Approve with conditions",
        "It may be used if the conditions below are met in time.",
    ),
    (Recommendation.REJECT.value, "Reject", "It may not be used for this."),
]


@dataclass(frozen=True, slots=True)
class Row:
    """One condition as typed."""

    text: str = ""
    owner: str = ""
    due: str = ""

    @property
    def is_empty(self) -> bool:
        """Return whether nothing was typed."""
        return not (self.text.strip() or self.owner.strip() or self.due.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """Everything that the visitor typed into either form, exactly as it was."""

    outcome: str = ""
    expires_on: str = ""
    reason: str = ""
    rows: tuple[Row, ...] = ()
    send_back_reason: str = ""
    errors: dict[str, str] = field(default_factory=dict)


@blueprint.get("/decision")
@approvers
def form(assessment_id: str) -> ResponseReturnValue:
    """Show what there is to decide on, with the forms; past the review, lead on to the assessment."""
    found, sheet = _submitted(assessment_id)
    if found.stored.stage is not Stage.IN_REVIEW:
        return redirect(url_for("assessments.show", assessment_id=assessment_id))
    offered = tuple(Row(text=each.text) for each in basis_in(found, sheet).conditions)
    return _page(found, sheet, Typed(rows=(*offered, Row())))


def _submitted(assessment_id: str) -> tuple[Dossier, StoredSheet]:
    found = seen_dossier(product.reading(), product.actor(), assessment_id)
    sheet = latest_sheet(product.reading(), assessment_id)
    if sheet is None:
        raise NotFoundError("submitted score sheet of", found.stored.reference)
    return found, sheet


def _page(found: Dossier, sheet: StoredSheet, typed: Typed) -> str:
    given = undecided(
        product.reading(), found, Making(product.office().now(), product.actor().name, product.actor().id)
    )
    assessed = given.assessed
    return render_template(
        "decisions/form.html",
        dossier=found,
        sheet=sheet,
        says=assessment_snapshot(given),
        chart=dimension_chart(found.rubric, assessed.total, assessed.dimensions, ident="dimensions"),
        typed=typed,
        errors=typed.errors,
        choices=CHOICES,
        gate_conditions=basis_in(found, sheet).conditions,
        most_conditions=MOST_CONDITIONS,
        bar=bar_to_deciding(product.actor(), found.stored.standing),
    )


@blueprint.post("/decision")
@approvers
def decide(assessment_id: str) -> ResponseReturnValue:
    """Decide, which has the report made beside the answer; or offer one more row for a condition."""
    typed = _typed()
    if clash := _clash(assessment_id):
        return _overtaken(clash, typed), 409
    found, sheet = _submitted(assessment_id)
    if request.form.get("act") == "add-condition":
        return _page(found, sheet, replace(typed, rows=(*typed.rows, Row())))
    try:
        decide_on(
            product.office(),
            product.actor(),
            assessment_id,
            _command(typed, basis_in(found, sheet)),
        )
    except InvalidError as refusal:
        return _page(found, sheet, replace(typed, errors=refusal.fields)), 422
    except ConflictError as conflict:
        return _newer(assessment_id, typed, conflict, "outcome")
    flash("The decision stands and is in the log. Its report is being made.", "success")
    return redirect(url_for("assessments.show", assessment_id=assessment_id), 303)


def _typed() -> Typed:
    """Return what was typed; rows are numbered in the form, and empty ones fall out but for one."""
    get = request.form.get
    rows = tuple(
        Row(*(get(f"condition-{number}-{name}", "") for name in ("text", "owner", "due")))
        for number in range(1, MOST_CONDITIONS + 2)
    )
    filled = tuple(row for row in rows if not row.is_empty)
    return Typed(
        outcome=get("outcome", ""),
        expires_on=get("expires_on", ""),
        reason=get("reason", ""),
        rows=filled or (Row(),),
    )


def _command(typed: Typed, basis: Basis) -> Decide:
    """Return the decision as typed; raises InvalidError for what cannot be read as one.

    Conditions that were offered and left untouched count only where conditions are set.
    """
    problems: dict[str, str] = {}
    if typed.outcome not in set(OUTCOMES):
        problems["outcome"] = "Choose approve, approve with conditions, or reject"
    offered = {Row(text=each.text) for each in basis.conditions}
    rows = [row for row in typed.rows if not row.is_empty]
    conditional = typed.outcome == Recommendation.APPROVE_WITH_CONDITIONS
    if not conditional and offered.issuperset(map(_plain, rows)):
        rows = []
    expires_on = _day(typed.expires_on, "expires_on", problems)
    conditions = tuple(
        DecisionCondition(
            text=row.text, owner=row.owner, due_on=_day(row.due, f"condition-{number}-due", problems)
        )
        for number, row in enumerate(rows, start=1)
    )
    if problems:
        raise InvalidError(problems)
    return Decide(
        outcome=Recommendation(typed.outcome),
        reason=typed.reason,
        conditions=conditions,
        expires_on=expires_on,
        sheet_id=request.form.get("sheet", ""),
    )


def _plain(row: Row) -> Row:
    """Return the row as it compares with one that was offered: browsers end lines in their own way."""
    return Row(even_lines(row.text).strip(), row.owner.strip(), row.due.strip())


def _day(raw: str, name: str, problems: dict[str, str]) -> date | None:
    text = raw.strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        problems[name] = f"“{text[:40]}” is no date; write it as 2027-01-31"
        return None


def _newer(assessment_id: str, typed: Typed, conflict: ConflictError, name: str) -> ResponseReturnValue:
    """Answer with what was typed, on the sheet that stands now or beside what became of the assessment."""
    product.close_reading()
    if clash := _clash(assessment_id):
        return _overtaken(clash, typed), 409
    found, sheet = _submitted(assessment_id)
    return _page(found, sheet, replace(typed, errors={name: str(conflict)})), 409


def _clash(assessment_id: str) -> str | None:
    seen = request.form.get("sheet", "")
    return overtaken(product.reading(), product.actor(), assessment_id, seen=seen)


def _overtaken(clash: str, typed: Typed) -> str:
    return render_template("decisions/overtaken.html", clash=clash, typed=typed, choices=CHOICES)


@blueprint.post("/send-back")
@approvers
def send_back(assessment_id: str) -> ResponseReturnValue:
    """Give the assessment back to its assessors, with what they are to do."""
    reason = request.form.get("reason", "")
    typed = Typed(send_back_reason=reason, rows=(Row(),))
    if clash := _clash(assessment_id):
        return _overtaken(clash, typed), 409
    found, sheet = _submitted(assessment_id)
    try:
        send_back_for(
            product.office(),
            product.actor(),
            assessment_id,
            reason,
            sheet_id=request.form.get("sheet", ""),
        )
    except InvalidError as refusal:
        errors = {f"send-back-{name}": message for name, message in refusal.fields.items()}
        return _page(found, sheet, replace(typed, errors=errors)), 422
    except ConflictError as conflict:
        return _newer(assessment_id, typed, conflict, "send-back-reason")
    flash(f"{found.stored.reference} is back with its assessors.", "success")
    return redirect(url_for("assessments.show", assessment_id=assessment_id), 303)
