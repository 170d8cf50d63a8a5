"""The digest: what lapses in the coming days, gathered from what is stored and from how long answers last."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from riskapp.domain.digest import LONGEST_HORIZON, Digest, DigestEntry, Lapse, in_order
from riskapp.domain.shown import listing
from riskapp.services.staleness import last_days, submitted_grounds
from riskapp.storage.grounds import submitted
from riskapp.storage.lapses import (
    Days,
    InForce,
    approvals_in_force,
    due_conditions,
    expiring_approvals,
    retiring_versions,
)

MOST_OF_A_KIND = 400
"""How many entries of a kind, and how many approvals whose answers are looked at, a digest holds."""


def digest(connection: Connection, at: datetime, *, days: int = LONGEST_HORIZON) -> Digest:
    """Return what lapses from the day of an instant on, within some days; the number of queries is fixed."""
    span = Days(at.date(), at.date() + timedelta(days=days))
    most = MOST_OF_A_KIND + 1
    stored = (
        expiring_approvals(connection, span, most=most),
        retiring_versions(connection, span, most=most),
        due_conditions(connection, span, most=most),
    )
    held = approvals_in_force(connection, span.first, most=most)
    entries = [each for kind in stored for each in kind[:MOST_OF_A_KIND]]
    entries += _expiring_answers(connection, held[:MOST_OF_A_KIND], span)
    is_cut = any(len(each) == most for each in (*stored, held))
    return Digest(at=at, entries=in_order(entries), is_cut=is_cut)


def coming(connection: Connection, at: datetime, *, most: int) -> tuple[DigestEntry, ...]:
    """Return the first expiries of approvals, retirements and conditions due of the coming 90 days."""
    span = Days(at.date(), at.date() + timedelta(days=LONGEST_HORIZON))
    found = (
        *expiring_approvals(connection, span, most=most),
        *retiring_versions(connection, span, most=most),
        *due_conditions(connection, span, most=most),
    )
    return in_order(found)[:most]


def _expiring_answers(connection: Connection, held: tuple[InForce, ...], span: Days) -> Iterator[DigestEntry]:
    called = {each.assessment_id: each for each in held}
    wanted = submitted(connection, called)
    known = submitted_grounds(connection, wanted)
    for each in wanted:
        for last, names in last_days(connection, each, known[each.sheet_id]).items():
            if span.first <= last <= span.last:
                yield _of_answers(called[each.assessment_id], last, names)


def _of_answers(approval: InForce, last: date, names: tuple[str, ...]) -> DigestEntry:
    count, verb = ("the answer", "lasts") if len(names) == 1 else (f"{len(names)} answers", "last")
    return DigestEntry(
        on=last,
        kind=Lapse.ANSWERS_EXPIRE,
        assessment_id=approval.assessment_id,
        reference=approval.reference,
        candidate=approval.candidate,
        context=approval.context,
        text=f"{count} to {listing([f'“{name}”' for name in names])} {verb} until this day",
        key=last.isoformat(),
    )
