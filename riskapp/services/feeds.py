"""Calendar feeds of the digest: a token of its own, shown once, stored as a digest, and revocable."""

from sqlalchemy import Connection

from riskapp.domain.authority import Actor, Role, require
from riskapp.domain.canonical import sha256_hex
from riskapp.domain.errors import ConflictError
from riskapp.services.work import Office
from riskapp.storage.feeds import Feed, feed_reader, insert_feed, open_feed, revoke

DIGEST_READERS = (
    Role.PROCUREMENT,
    Role.APPROVER,
    Role.LEAD_ASSESSOR,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)
"""Who reads the digest: everybody who sees all that is decided."""


def create_feed(office: Office, actor: Actor) -> str:
    """Open a feed for the actor and return its token, which is kept nowhere; a former one is revoked."""
    require(actor, *DIGEST_READERS, act="have a calendar feed")
    token = office.new_secret()
    with office.work(actor) as unit:
        revoke(unit.connection, actor.id, unit.at)
        feed = Feed(unit.new_id(), actor.id, unit.at)
        insert_feed(unit.connection, feed, token_digest=sha256_hex(token.encode()))
        unit.record("feed.created", subject=("feed", feed.id))
        unit.commit()
    return token


def revoke_feed(office: Office, actor: Actor) -> None:
    """Close the actor's feed: its address answers no more. Raises ConflictError where there is none."""
    with office.work(actor) as unit:
        feed = open_feed(unit.connection, actor.id)
        if feed is None:
            raise ConflictError("You have no calendar feed, so there is nothing to revoke.")
        revoke(unit.connection, actor.id, unit.at)
        unit.record("feed.revoked", subject=("feed", feed.id))
        unit.commit()


def reader_of_feed(connection: Connection, token: str) -> Actor | None:
    """Return who reads with this token and may still read the digest, or None."""
    reader = feed_reader(connection, sha256_hex(token.encode()))
    return reader if reader is not None and reader.holds(*DIGEST_READERS) else None
