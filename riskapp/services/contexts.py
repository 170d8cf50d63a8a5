"""Use cases of the register of contexts of use: add one, and record what has changed about one."""

from typing import Any

from riskapp.domain.authority import Actor, Role
from riskapp.domain.context import Context, context_faults
from riskapp.services.revisions import changed_fields, content_digest, refuse, refuse_stale, require_keeper
from riskapp.services.work import Office, UnitOfWork
from riskapp.storage import contexts as stored
from riskapp.storage.contexts import StoredContext


def add_context(office: Office, actor: Actor | None, new: Context) -> str:
    """Add a context of use and return its id; `actor` is None for the service itself.

    Raises InvalidError per field.
    """
    require_keeper(actor, Role.LEAD_ASSESSOR, act="add contexts of use")
    refuse(context_faults(new))
    with office.work(actor) as unit:
        row = _revision(unit, unit.new_id(), new, number=1)
        stored.insert_context(unit.connection, row)
        unit.record("context.added", subject=("context", row.context_id), **_details(row))
        unit.commit()
        return row.context_id


def revise_context(
    office: Office, actor: Actor | None, context_id: str, content: Context, *, seen: int
) -> None:
    """Record a new revision of a context; content that is the newest already changes nothing.

    `seen` is the number of the revision that the actor worked from. Assessments keep the revision that
    they pin. Raises InvalidError per field, NotFoundError, and ConflictError, whose `current` is the newest
    StoredContext, where that is a later one.
    """
    require_keeper(actor, Role.LEAD_ASSESSOR, act="revise contexts of use")
    refuse(context_faults(content))
    with office.work(actor) as unit:
        newest = stored.current_context(unit.connection, context_id)
        refuse_stale(newest, newest.context.title, seen=seen)
        if newest.context == content:
            return
        row = _revision(unit, context_id, content, number=seen + 1)
        stored.insert_context_revision(unit.connection, row)
        changed = changed_fields(newest.context, content)
        unit.record("context.revised", subject=("context", context_id), changed=changed, **_details(row))
        unit.commit()


def _revision(unit: UnitOfWork, context_id: str, content: Context, *, number: int) -> StoredContext:
    return StoredContext(
        revision_id=unit.new_id(),
        context_id=context_id,
        number=number,
        context=content,
        recorded_at=unit.at,
        recorded_by=unit.actor_id,
    )


def _details(row: StoredContext) -> dict[str, Any]:
    return {
        "title": row.context.title,
        "revision": row.revision_id,
        "number": row.number,
        "digest": content_digest(row.context),
    }
