"""Use cases of the register of candidates: add one, and record what has changed about one."""

from typing import Any

from riskapp.domain.authority import Actor, Role
from riskapp.domain.candidate import Candidate, candidate_faults
from riskapp.domain.errors import InvalidError
from riskapp.services.revisions import changed_fields, content_digest, refuse, refuse_stale, require_keeper
from riskapp.services.work import Office, UnitOfWork
from riskapp.storage import candidates as stored
from riskapp.storage.candidates import StoredCandidate


def add_candidate(office: Office, actor: Actor | None, new: Candidate) -> str:
    """Add a candidate and return its id; `actor` is None for the service itself.

    Raises InvalidError per field, also where the same version of the model on the same route and host is
    in the register already.
    """
    require_keeper(actor, Role.LEAD_ASSESSOR, act="add candidates")
    refuse(candidate_faults(new))
    with office.work(actor) as unit:
        _refuse_a_second(unit, new)
        row = _revision(unit, unit.new_id(), new, number=1)
        stored.insert_candidate(unit.connection, row)
        unit.record("candidate.added", subject=("candidate", row.candidate_id), **_details(row))
        unit.commit()
        return row.candidate_id


def revise_candidate(
    office: Office, actor: Actor | None, candidate_id: str, content: Candidate, *, seen: int
) -> None:
    """Record a new revision of a candidate; content that is the newest already changes nothing.

    `seen` is the number of the revision that the actor worked from. Assessments keep the revision that
    they pin. Raises InvalidError per field, NotFoundError, and ConflictError, whose `current` is the newest
    StoredCandidate, where that is a later one.
    """
    require_keeper(actor, Role.LEAD_ASSESSOR, act="revise candidates")
    refuse(candidate_faults(content))
    with office.work(actor) as unit:
        newest = stored.current_candidate(unit.connection, candidate_id)
        refuse_stale(newest, newest.candidate.name, seen=seen)
        if newest.candidate == content:
            return
        _refuse_a_second(unit, content, own=candidate_id)
        row = _revision(unit, candidate_id, content, number=seen + 1)
        stored.insert_candidate_revision(unit.connection, row)
        changed = changed_fields(newest.candidate, content)
        unit.record(
            "candidate.revised", subject=("candidate", candidate_id), changed=changed, **_details(row)
        )
        unit.commit()


def _refuse_a_second(unit: UnitOfWork, content: Candidate, *, own: str | None = None) -> None:
    same = stored.same_candidate(unit.connection, content)
    if same is not None and same.candidate_id != own:
        message = (
            f"{content.version!r} of {content.model} on {content.host} is in the register already; "
            "revise that entry, or name what tells the two apart"
        )
        raise InvalidError({"version": message})


def _revision(unit: UnitOfWork, candidate_id: str, content: Candidate, *, number: int) -> StoredCandidate:
    return StoredCandidate(
        revision_id=unit.new_id(),
        candidate_id=candidate_id,
        number=number,
        candidate=content,
        recorded_at=unit.at,
        recorded_by=unit.actor_id,
    )


def _details(row: StoredCandidate) -> dict[str, Any]:
    return {
        "name": row.candidate.name,
        "revision": row.revision_id,
        "number": row.number,
        "digest": content_digest(row.candidate),
    }
