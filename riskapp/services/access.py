"""What the log keeps of refused requests: enough to see who tries what, and no more than fits."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from riskapp.domain.authority import Actor
from riskapp.services.work import Office
from riskapp.storage.log import LogEntry
from riskapp.storage.log_lists import entries_of_actor

WINDOW = timedelta(hours=1)
MOST_IN_WINDOW = 20
LONGEST_PATH = 400
REFUSED = "access.refused"


def record_refusal(office: Office, actor: Actor, *, place: str, path: str) -> None:
    """Record that a signed-in person asked for something that their roles do not open.

    `place` is the name of the view, `path` the address without its query. One address is recorded once an
    hour for each person, and twenty addresses at most: with more, anybody who is signed in could fill the
    log by asking again. The last one says that there may have been more.
    """
    kept = path[:LONGEST_PATH]
    with office.reading() as connection:
        if not _is_new(_recent(office, connection, actor), kept):
            return
    with office.work(actor) as unit:
        recent = _recent(office, unit.connection, actor)
        if not _is_new(recent, kept):
            return
        is_last = len(recent) == MOST_IN_WINDOW - 1
        last: dict[str, Any] = {"further": "not recorded within the hour"} if is_last else {}
        roles = sorted(role.value for role in actor.roles)
        unit.record(REFUSED, subject=("page", place[:64]), path=kept, roles=roles, **last)
        unit.commit()


def _recent(office: Office, connection: Connection, actor: Actor) -> tuple[LogEntry, ...]:
    since = office.now() - WINDOW
    return entries_of_actor(connection, actor.id, REFUSED, since=since, most=MOST_IN_WINDOW)


def _is_new(recent: tuple[LogEntry, ...], path: str) -> bool:
    return len(recent) < MOST_IN_WINDOW and all(each.body["details"]["path"] != path for each in recent)
