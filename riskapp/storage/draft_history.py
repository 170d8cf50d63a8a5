"""The history of a draft: what its assessor saved under one criterion, as the log holds it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from riskapp.domain.drafts import Payload
from riskapp.storage.log import LogEntry, entries
from riskapp.storage.log_lists import SAVES
from riskapp.storage.paging import Window
from riskapp.storage.tables import log_entry

HISTORY_SIZE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedVersion:
    """One save of a draft: its number in the log, its version, who saved it, and the payload as typed."""

    seq: int
    version: int
    saved_at: datetime
    saved_by: str
    payload: Payload


@dataclass(frozen=True, slots=True)
class Step:
    """A saved version and the one before it, which is None for the first."""

    version: SavedVersion
    before: SavedVersion | None


def draft_history(
    connection: Connection,
    key: tuple[str, str, str],
    *,
    before: int | None = None,
    after: int | None = None,
    size: int = HISTORY_SIZE,
    but: frozenset[str] | None = None,
) -> Window[Step]:
    """Return the newest steps of a draft, or those next to a number of the log; the newest stand first.

    `key` is the ids of assessment, assessor and criterion. With `but` it is what all others saved than these:
    the history of a consensus, where these are those who scored.
    """
    seq, query = log_entry.c.seq, _saves(key, but)
    newest_first = query.order_by(seq.desc())
    if after is not None:
        nearest = entries(connection, query.where(seq > after).order_by(seq).limit(size + 1))
        shown = [_version(each) for each in reversed(nearest[:size])]
        older = entries(connection, newest_first.where(seq <= after).limit(1))
        has_newer = len(nearest) > size
    else:
        narrowed = newest_first if before is None else newest_first.where(seq < before)
        found = entries(connection, narrowed.limit(size + 1))
        shown, older = [_version(each) for each in found[:size]], found[size:]
        has_newer = before is not None and bool(shown)
    return Window(
        _steps(shown, _version(older[0]) if older else None),
        newer=shown[0].seq if has_newer else None,
        older=shown[-1].seq if shown and older else None,
    )


def _saves(key: tuple[str, str, str], but: frozenset[str] | None) -> Select[Any]:
    assessment_id, assessor_id, criterion_id = key
    actor_id = log_entry.c.actor_id
    return select(log_entry).where(
        log_entry.c.action == SAVES,
        log_entry.c.assessment_id == assessment_id,
        actor_id == assessor_id if but is None else actor_id.not_in(but),
        log_entry.c.subject_id == criterion_id,
    )


def _version(entry: LogEntry) -> SavedVersion:
    details = entry.body["details"]
    return SavedVersion(
        seq=entry.seq,
        version=details["version"],
        saved_at=entry.at,
        saved_by=entry.actor_id or "",
        payload=details["payload"],
    )


def _steps(shown: Sequence[SavedVersion], older: SavedVersion | None) -> tuple[Step, ...]:
    return (
        tuple(Step(each, one) for each, one in zip(shown, (*shown[1:], older), strict=True)) if shown else ()
    )


def saved_version(
    connection: Connection, key: tuple[str, str, str], seq: int, *, but: frozenset[str] | None = None
) -> SavedVersion | None:
    """Return the version of a draft that an entry of the log holds, or None where it holds none of it."""
    found = entries(connection, _saves(key, but).where(log_entry.c.seq == seq))
    return _version(found[0]) if found else None
