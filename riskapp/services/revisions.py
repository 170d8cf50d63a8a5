"""What the registers of candidates, contexts and facts share: who keeps them, what the log says of them."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from riskapp.domain.authority import Actor, Role, require
from riskapp.domain.candidate import Candidate
from riskapp.domain.canonical import canonical_bytes, sha256_hex
from riskapp.domain.context import Context
from riskapp.domain.errors import ConflictError, InvalidError
from riskapp.domain.fact import Fact
from riskapp.storage.candidates import StoredCandidate
from riskapp.storage.contexts import StoredContext

Content = Candidate | Context | Fact
"""What a row of a register says."""


def require_keeper(actor: Actor | None, *roles: Role, act: str) -> None:
    """Raise ForbiddenError unless the actor holds one of the roles, or is the service itself (None)."""
    if actor is not None:
        require(actor, *roles, act=act)


def refuse(faults: Mapping[str, str]) -> None:
    """Raise InvalidError where there are faults."""
    if faults:
        raise InvalidError(dict(faults))


def refuse_stale(newest: StoredCandidate | StoredContext, name: str, *, seen: int) -> None:
    """Raise ConflictError, with the newest revision as `current`, unless it is the one that was seen."""
    if newest.number != seen:
        message = (
            f"{name} has been revised since you opened this form: revision {newest.number} is the newest, "
            f"you worked from {seen}. Compare the two and save again."
        )
        raise ConflictError(message, current=newest)


def content_json(content: Content) -> dict[str, Any]:
    """Return the content as JSON values: days as ISO 8601, lists for tuples."""
    return {name: _plain(value) for name, value in asdict(content).items()}


def content_digest(content: Content) -> str:
    """Return the SHA-256 of the content's canonical JSON: by it the log holds what a row said."""
    return sha256_hex(canonical_bytes(content_json(content)))


def changed_fields(before: Content, now: Content) -> list[str]:
    """Return the names of the fields that differ, in their order."""
    names = [each.name for each in fields(now)]
    return [name for name in names if getattr(before, name) != getattr(now, name)]


def _plain(value: object) -> object:
    match value:
        case tuple():
            return [_plain(each) for each in value]
        case date():
            return value.isoformat()
        case str():
            return str(value)
        case _:
            return value
