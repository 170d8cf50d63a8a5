"""Use cases of the register of facts: add, correct by a new row, and take in many at once."""

from collections.abc import Sequence

from riskapp.domain.authority import Actor, Role
from riskapp.domain.canonical import canonical_bytes, sha256_hex
from riskapp.domain.errors import ConflictError, InvalidError
from riskapp.domain.fact import Fact, fact_faults
from riskapp.domain.text_rules import text_fault
from riskapp.services.revisions import changed_fields, content_digest, content_json, refuse, require_keeper
from riskapp.services.work import Office, UnitOfWork
from riskapp.storage import facts as stored
from riskapp.storage.facts import StoredFact

LONGEST_REASON = 1_000
KEEPERS = (Role.LEAD_ASSESSOR, Role.ASSESSOR)


def add_fact(office: Office, actor: Actor | None, fact: Fact) -> str:
    """Add a fact and return its id; `actor` is None for the service itself. Raises InvalidError per field."""
    require_keeper(actor, *KEEPERS, act="add facts")
    refuse(fact_faults(fact))
    with office.work(actor) as unit:
        row = _row(unit, fact)
        stored.insert_facts(unit.connection, [row])
        unit.record(
            "fact.added",
            subject=("fact", row.id),
            about=fact.subject,
            metric=fact.metric,
            digest=content_digest(fact),
        )
        unit.commit()
        return row.id


def correct_fact(office: Office, actor: Actor | None, fact_id: str, fact: Fact, *, reason: str) -> str:
    """Put a corrected fact in the place of one, which stays readable, and return the new id.

    Raises InvalidError per field, NotFoundError, and ConflictError, whose `current` is the newest
    StoredFact, where the fact has been corrected already.
    """
    require_keeper(actor, *KEEPERS, act="correct facts")
    refuse(_correction_faults(fact, reason))
    with office.work(actor) as unit:
        newest = stored.fact_history(unit.connection, fact_id)[0]
        if newest.id != fact_id:
            message = (
                "This fact has been corrected since you opened it. Look at the correction, and correct "
                "that one if it is still wrong."
            )
            raise ConflictError(message, current=newest)
        changed = changed_fields(newest.fact, fact)
        if not changed:
            raise InvalidError({"value": "and all the rest are as they were; change what is wrong"})
        row = _row(unit, fact, replaces_id=fact_id, reason=reason)
        stored.insert_facts(unit.connection, [row])
        unit.record(
            "fact.corrected",
            subject=("fact", row.id),
            replaces=fact_id,
            changed=changed,
            reason=reason,
            digest=content_digest(fact),
        )
        unit.commit()
        return row.id


def import_facts(
    office: Office, actor: Actor | None, facts: Sequence[Fact], *, source: str
) -> tuple[str, ...]:
    """Add many facts in one transaction and return their ids in the order given.

    `source` names the file or collection in the log; `actor` is None for the service itself. Raises
    InvalidError with a message per row and field, as `12.url`, rows counted from 1; then nothing is added.
    """
    require_keeper(actor, *KEEPERS, act="add facts")
    refuse(
        {
            f"{number}.{name}": message
            for number, fact in enumerate(facts, start=1)
            for name, message in fact_faults(fact).items()
        }
    )
    digest = sha256_hex(canonical_bytes([content_json(fact) for fact in facts]))
    with office.work(actor) as unit:
        rows = [_row(unit, fact) for fact in facts]
        stored.insert_facts(unit.connection, rows)
        unit.record(
            "facts.imported", subject=("facts", digest), source=source, count=len(rows), digest=digest
        )
        unit.commit()
        return tuple(row.id for row in rows)


def _correction_faults(fact: Fact, reason: str) -> dict[str, str]:
    wrong = text_fault(reason, LONGEST_REASON)
    return {**fact_faults(fact), **({"reason": wrong} if wrong else {})}


def _row(unit: UnitOfWork, fact: Fact, *, replaces_id: str | None = None, reason: str = "") -> StoredFact:
    return StoredFact(
        id=unit.new_id(),
        fact=fact,
        recorded_at=unit.at,
        recorded_by=unit.actor_id,
        replaces_id=replaces_id,
        reason=reason,
    )
