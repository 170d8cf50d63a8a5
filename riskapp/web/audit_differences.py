"""What differs: one assessment at two moments, two releases of rubrics, two assessed candidates."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from riskapp.domain.authority import Role
from riskapp.domain.errors import InvalidError, NotFoundError
from riskapp.domain.snapshot_answers import answer_words
from riskapp.services.blindness import seen_evidence
from riskapp.services.dossiers import dossier
from riskapp.services.moments import assessment_called, entry_at
from riskapp.services.pair_differences import CandidatePair, candidate_pair, release_pair
from riskapp.services.record_differences import RecordDifference, record_difference
from riskapp.storage.log_lists import Moment, moment_of
from riskapp.storage.rubrics import release_summaries
from riskapp.storage.users import user_names
from riskapp.web import product
from riskapp.web.access import for_roles
from riskapp.web.log_words import shown_entries
from riskapp.web.requests import text_asked

blueprint = Blueprint("audit_differences", __name__, url_prefix="/audit")

auditors = for_roles(Role.AUDITOR)


@blueprint.get("/assessments/<assessment_id>/changes")
@auditors
def moments(assessment_id: str) -> ResponseReturnValue:
    """Show what came to the record of an assessment between two moments; without the first, ask for it."""
    connection, errors = product.reading(), dict[str, str]()
    asked = {name: text_asked(name, 40) for name in ("since", "until")}
    found = _between(connection, assessment_id, asked, errors) if asked["since"] else None
    people: set[str] = set()
    if found:
        people = found.after.people | set(found.joined) | set(found.left)
    return render_template(
        "audit/changes.html",
        dossier=found.after.dossier if found else dossier(connection, assessment_id),
        found=found,
        asked=asked,
        errors=errors,
        bounds=_bounds(connection, found),
        entries=shown_entries(found.entries) if found else (),
        names=user_names(connection, people),
        numbers={each.id: each.number for each in found.after.evidence} if found else {},
        answer_words=answer_words,
    )


def _between(
    connection: Connection, assessment_id: str, asked: dict[str, str], errors: dict[str, str]
) -> RecordDifference | None:
    try:
        since = entry_at(connection, asked["since"], field="since")
        until = entry_at(connection, asked["until"], field="until") if asked["until"] else None
        return record_difference(
            connection, assessment_id, viewer_id=product.actor().id, since=since, until=until
        )
    except InvalidError as refusal:
        errors.update(refusal.fields)
        return None


def _bounds(connection: Connection, found: RecordDifference | None) -> list[Moment | None]:
    """Return both moments; None stands for the present."""
    if found is None:
        return []
    numbers = (found.before.up_to, found.after.up_to)
    return [moment_of(connection, each) if each else None for each in numbers]


@blueprint.get("/differences")
@auditors
def pairs() -> ResponseReturnValue:
    """Show what differs between two releases, or between the candidates of two assessments."""
    connection, errors = product.reading(), dict[str, str]()
    asked = {name: text_asked(name, 40) for name in ("before", "after", "first", "second")}
    candidates = _candidates(connection, asked, errors)
    releases = None
    if asked["before"] and asked["after"]:
        releases = release_pair(connection, asked["before"], asked["after"])
    items = [
        item
        for each in ((candidates.before, candidates.after) if candidates else ())
        for item in seen_evidence(connection, product.actor().id, each.stored)
    ]
    return render_template(
        "audit/pairs.html",
        asked=asked,
        errors=errors,
        releases=releases,
        candidates=candidates,
        options=[(each.id, f"{each.title} {each.version}") for each in release_summaries(connection)],
        numbers={each.id: each.number for each in items},
        answer_words=answer_words,
    )


def _candidates(
    connection: Connection, asked: dict[str, str], errors: dict[str, str]
) -> CandidatePair | None:
    if not (asked["first"] or asked["second"]):
        return None
    ids = []
    for name in ("first", "second"):
        try:
            ids.append(assessment_called(connection, asked[name]))
        except NotFoundError:
            errors[name] = f"No assessment is called {asked[name] or 'nothing'}; write it like RA-0007"
    return None if errors else candidate_pair(connection, *ids)
