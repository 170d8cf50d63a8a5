"""Calendar feeds: who may read one, by the digest of its token."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from riskapp.domain.authority import Actor
from riskapp.storage.lapse_tables import calendar_feed
from riskapp.storage.users import user


@dataclass(frozen=True, slots=True)
class Feed:
    """An open feed of a person."""

    id: str
    user_id: str
    created_at: datetime


def open_feed(connection: Connection, user_id: str) -> Feed | None:
    """Return the feed of a person that is not revoked, or None."""
    table = calendar_feed
    query = select(table).where(table.c.user_id == user_id, table.c.revoked_at.is_(None))
    row = connection.execute(query).first()
    return None if row is None else Feed(row.id, row.user_id, row.created_at)


def feed_reader(connection: Connection, token_digest: str) -> Actor | None:
    """Return whose open feed has this token, with their present roles; None for closed accounts."""
    table = calendar_feed
    query = select(table.c.user_id).where(table.c.token_digest == token_digest, table.c.revoked_at.is_(None))
    user_id = connection.execute(query).scalar()
    if user_id is None:
        return None
    found = user(connection, user_id)
    return Actor(found.id, found.display_name, found.roles) if found.active else None


def insert_feed(connection: Connection, feed: Feed, *, token_digest: str) -> None:
    """Keep a feed."""
    row = {"id": feed.id, "user_id": feed.user_id, "created_at": feed.created_at}
    connection.execute(insert(calendar_feed), row | {"token_digest": token_digest})


def revoke(connection: Connection, user_id: str, at: datetime) -> None:
    """Revoke the open feed of a person, if there is one."""
    table = calendar_feed
    change = update(table).where(table.c.user_id == user_id, table.c.revoked_at.is_(None))
    connection.execute(change.values(revoked_at=at))
