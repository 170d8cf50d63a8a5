"""The score sheet: one dimension at a time, every field saved as it is left; then review and submission."""

from dataclasses import dataclass, field, replace

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from riskapp.domain.authority import Role
from riskapp.domain.drafts import Incomplete, Problems
from riskapp.domain.errors import ConflictError, InvalidError, NotFoundError
from riskapp.domain.life_cycle import Stage, may_moderate
from riskapp.domain.rubric import Criterion, Dimension, Rubric
from riskapp.domain.shown import instant_iso
from riskapp.domain.snapshot_answers import answer_words
from riskapp.services.blindness import seen_evidence
from riskapp.services.dossiers import Dossier
from riskapp.services.moderation import Moderation, consensus_faults, moderation, seat_drafts, taken_payload
from riskapp.services.progress import SETTLED, fingerprint, progress
from riskapp.services.reassessments import since_last
from riskapp.services.sheets import own_dossier, save_draft, submit_sheet
from riskapp.storage.evidence import EvidenceItem
from riskapp.storage.sheets import Draft
from riskapp.web import product
from riskapp.web.access import for_roles
from riskapp.web.charts import dimension_chart
from riskapp.web.comments import talk_about
from riskapp.web.sheet_forms import (
    THEIRS,
    Card,
    Typed,
    beside,
    card,
    command,
    next_dimension,
    prefixed,
    typed,
)

blueprint = Blueprint("sheets", __name__, url_prefix="/assessments/<assessment_id>")

assessors = for_roles(Role.ASSESSOR, Role.LEAD_ASSESSOR)


@blueprint.get("/sheet")
@assessors
def start(assessment_id: str) -> ResponseReturnValue:
    """Lead to the first dimension that has something left to answer."""
    found = _own(assessment_id)
    reading = progress(found, _drafts(found), product.office().now().date()).reading
    left = [each for each in found.rubric.dimensions if reading.settled(each) < len(each.criteria)]
    first = (left or found.rubric.dimensions)[0]
    return redirect(_address(found, first))


def _own(assessment_id: str) -> Dossier:
    return own_dossier(product.reading(), product.actor(), assessment_id)


def _drafts(found: Dossier) -> dict[str, Draft]:
    return seat_drafts(product.reading(), product.actor(), found)


def _items(found: Dossier) -> tuple[EvidenceItem, ...]:
    return seen_evidence(product.reading(), product.actor().id, found.stored)


def _dimension(rubric: Rubric, dimension_id: str) -> Dimension:
    for each in rubric.dimensions:
        if each.id == dimension_id:
            return each
    raise NotFoundError("dimension", dimension_id)


@blueprint.get("/sheet/<dimension_id>")
@assessors
def dimension(assessment_id: str, dimension_id: str) -> ResponseReturnValue:
    """Show one dimension to fill in; with `?check` it says what is missing, too."""
    found = _own(assessment_id)
    asked = _dimension(found.rubric, dimension_id)
    kept = _drafts(found)
    check = "check" in request.args
    cards = [card(found.rubric, each, kept.get(each.id), with_missing=check) for each in asked.criteria]
    return _page(found, asked, cards, kept, errors=_problems(cards) if check else {})


def _problems(cards: list[Card]) -> Problems:
    return {name: message for each in cards for name, message in each.problems.items()}


def _page(
    found: Dossier, asked: Dimension, cards: list[Card], kept: dict[str, Draft], *, errors: Problems
) -> str:
    since = since_last(product.reading(), found, product.office().now().date())
    if since is not None:
        cards = [replace(each, since=since.by_criterion[each.id]) for each in cards]
    items = _items(found)
    return render_template(
        "sheets/dimension.html",
        dossier=found,
        since=since,
        dimension=asked,
        here=asked.id,
        following=next_dimension(found.rubric, asked),
        cards=cards,
        items=items,
        numbers={each.id: each.number for each in items},
        moderated=_moderated(found),
        progress=progress(found, kept, product.office().now().date()),
        talk=talk_about(found, [each.id for each in asked.criteria]),
        errors=errors,
    )


def _moderated(found: Dossier) -> Moderation | None:
    """Return the sheets side by side for whoever fills in the consensus; None for an own sheet."""
    actor = product.actor()
    if not may_moderate(actor, found.stored.standing):
        return None
    return moderation(product.reading(), actor.id, found)


@blueprint.get("/sheet-standing")
@assessors
def standing(assessment_id: str) -> ResponseReturnValue:
    """Show how far the sheet is and what it would score: the part of the page that follows the saves."""
    found = _own(assessment_id)
    return render_template(
        "sheets/standing.html",
        dossier=found,
        here=request.args.get("here", ""),
        progress=progress(found, _drafts(found), product.office().now().date()),
    )


@blueprint.post("/sheet/<dimension_id>/<criterion_id>")
@assessors
def save(assessment_id: str, dimension_id: str, criterion_id: str) -> ResponseReturnValue:
    """Save one criterion of the form; the answer says the new version and what cannot be read."""
    del dimension_id
    _refuse_another_person()
    said = typed(request.form, criterion_id)
    try:
        saved = save_draft(product.office(), product.actor(), command(assessment_id, criterion_id, said))
    except InvalidError as refusal:
        return jsonify(problems=prefixed(criterion_id, refusal.fields)), 422
    except ConflictError as refusal:
        if not isinstance(refusal.current, Draft):
            raise
        return _conflict(assessment_id, criterion_id, said, standing=refusal.current), 409
    wrong = saved.answer.wrong if isinstance(saved.answer, Incomplete) else {}
    return jsonify(
        version=saved.version,
        saved_at=instant_iso(saved.saved_at),
        problems=prefixed(criterion_id, wrong),
    )


def _refuse_another_person() -> None:
    """Raise ConflictError where the page was opened by somebody who is not signed in here any more.

    Two people may share a browser: the text of one must not land in the sheet of the other.
    """
    if request.form.get("person", product.actor().id) != product.actor().id:
        raise ConflictError(
            "Somebody else has signed in in this browser since the page was opened, so this is not put into "
            "their score sheet. Sign in as yourself again, then open the score sheet."
        )


def _conflict(assessment_id: str, criterion_id: str, said: Typed, *, standing: Draft) -> str:
    found = _own(assessment_id)
    shown = card(found.rubric, found.rubric.criterion(criterion_id), standing, said=said)
    return render_template("sheets/conflict.html", card=beside(shown, standing, _items(found)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What became of one criterion of a form: saved, refused with problems, or overtaken by another save."""

    said: Typed | None = None
    problems: Problems = field(default_factory=dict)
    elsewhere: Draft | None = None


@blueprint.post("/sheet/<dimension_id>")
@assessors
def save_all(assessment_id: str, dimension_id: str) -> ResponseReturnValue:
    """Save every criterion of a dimension; what cannot be saved comes back as it was typed."""
    found = _own(assessment_id)
    asked = _dimension(found.rubric, dimension_id)
    _refuse_another_person()
    outcomes = {each.id: _save_typed(found, each) for each in asked.criteria}
    product.close_reading()
    found = _own(assessment_id)
    kept = _drafts(found)
    items = _items(found)
    cards = [
        _card_after(
            card(found.rubric, each, kept.get(each.id), said=outcomes[each.id].said), outcomes[each.id], items
        )
        for each in asked.criteria
    ]
    errors = _problems(cards)
    if errors:
        overtaken = any(each.elsewhere for each in cards)
        return _page(found, asked, cards, kept, errors=errors), 409 if overtaken else 422
    flash(f"{asked.name} is saved.", "success")
    return redirect(_onward(found, asked), 303)


def _save_typed(found: Dossier, criterion: Criterion) -> _Outcome:
    said = _taken_over(found, criterion, typed(request.form, criterion.id))
    if said.keep == THEIRS:
        return _Outcome()
    try:
        save_draft(product.office(), product.actor(), command(found.stored.id, criterion.id, said))
    except InvalidError as refusal:
        return _Outcome(said=said, problems=prefixed(criterion.id, refusal.fields))
    except ConflictError as refusal:
        if not isinstance(refusal.current, Draft):
            raise
        message = f"Choose between what you typed and what was saved elsewhere for “{criterion.name}”"
        problems = prefixed(criterion.id, {"keep": message})
        return _Outcome(said=said, problems=problems, elsewhere=refusal.current)
    return _Outcome()


def _taken_over(found: Dossier, criterion: Criterion, said: Typed) -> Typed:
    """Return what is to be saved: an assessor's answer where the moderator takes it for the consensus."""
    taken, _, sheet_id = request.form.get("take", "").partition(":")
    given = _moderated(found) if taken == criterion.id else None
    if given is None:
        return said
    return replace(said, payload=taken_payload(given, criterion.id, sheet_id, said.payload))


def _card_after(shown: Card, outcome: _Outcome, items: tuple[EvidenceItem, ...]) -> Card:
    with_problems = replace(shown, problems={**outcome.problems, **shown.problems})
    return with_problems if outcome.elsewhere is None else beside(with_problems, outcome.elsewhere, items)


def _onward(found: Dossier, asked: Dimension) -> str:
    if taken := request.form.get("take", "").partition(":")[0]:
        return f"{_address(found, asked)}#criterion-{taken}"
    following = next_dimension(found.rubric, asked)
    match request.form.get("then"):
        case "next" if following is not None:
            return _address(found, following)
        case "next":
            return url_for("sheets.review", assessment_id=found.stored.id)
        case _:
            return _address(found, asked)


def _address(found: Dossier, asked: Dimension) -> str:
    return url_for("sheets.dimension", assessment_id=found.stored.id, dimension_id=asked.id)


@blueprint.get("/submit")
@assessors
def review(assessment_id: str) -> ResponseReturnValue:
    """Show the whole sheet before it is submitted: answers, what is open, and what follows from it."""
    return _review(_own(assessment_id), {})


def _review(found: Dossier, refused: Problems) -> str:
    kept = _drafts(found)
    now = progress(found, kept, product.office().now().date())
    reading, rubric = now.reading, found.rubric
    moderates = may_moderate(product.actor(), found.stored.standing)
    lacks = consensus_faults(product.reading(), found, kept, reading) if moderates else {}
    left = _linked(found, {**reading.problems, **lacks, **refused})
    return render_template(
        "sheets/review.html",
        dossier=found,
        progress=now,
        here="review",
        seen=fingerprint(kept),
        words={each.id: answer_words(each.scale, reading.answers.get(each.id)) for each in rubric.criteria()},
        left=left,
        needed={name.partition(".")[0] for name in lacks},
        errors=left if refused else [],
        settled=sum(reading.state(each.id) in SETTLED for each in rubric.criteria()),
        moderated=_moderated(found),
        chart=dimension_chart(rubric, now.assessed.total, now.assessed.dimensions, ident="dimensions"),
    )


def _linked(found: Dossier, problems: Problems) -> list[tuple[str, str]]:
    """Return every message with the address of the field that it is about; "" where it is about them all."""
    linked = []
    for name, message in problems.items():
        criterion_id, _, about = name.partition(".")
        page = _address(found, found.rubric.dimension_of(criterion_id)) if about else ""
        linked.append((f"{page}?check=1#{name}" if page else "", message))
    return linked


@blueprint.post("/submit")
@assessors
def submit(assessment_id: str) -> ResponseReturnValue:
    """Freeze the sheet and hand the assessment over for review."""
    found = _own(assessment_id)
    try:
        submit_sheet(product.office(), product.actor(), assessment_id, seen=request.form.get("seen"))
    except InvalidError as refusal:
        product.close_reading()
        return _review(_own(assessment_id), refusal.fields), 422
    except ConflictError as refusal:
        product.close_reading()
        return _review(_own(assessment_id), {"sheet": str(refusal)}), 409
    flash(_submitted_words(found), "success")
    return redirect(url_for("assessments.show", assessment_id=assessment_id), 303)


def _submitted_words(found: Dossier) -> str:
    stored = found.stored
    if stored.stage is Stage.IN_MODERATION:
        return f"The consensus on {stored.reference} is submitted and waits for a decision."
    if stored.standing.is_blind:
        return f"Your score sheet of {stored.reference} is submitted. It is laid open once the round closes."
    return f"The score sheet of {stored.reference} is submitted and waits for a decision."


@blueprint.errorhandler(ConflictError)
def closed(error: ConflictError) -> ResponseReturnValue:
    """Say that the sheet no longer changes, and give back whatever was typed."""
    if "HX-Request" in request.headers:
        return render_template("errors/fragment.html", message=str(error)), 409
    assessment_id = (request.view_args or {}).get("assessment_id", "")
    if request.method == "GET":
        flash(str(error), "warning")
        return redirect(url_for("assessments.show", assessment_id=assessment_id))
    kept = [(name, text) for name, text in request.form.items(multi=True) if _is_worth_keeping(name, text)]
    page = render_template("sheets/closed.html", message=str(error), typed=kept, assessment_id=assessment_id)
    return page, 409


def _is_worth_keeping(name: str, text: str) -> bool:
    return bool(text.strip()) and name.endswith(
        (".rationale", ".looked", ".inapplicable", ".value", ".reason")
    )
