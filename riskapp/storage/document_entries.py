"""Finding the entries of the log that name documents: snapshots, issued reports, papers, decisions."""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from riskapp.storage.lapse_tables import reassessment
from riskapp.storage.log import LogEntry, entries
from riskapp.storage.tables import issued_report, log_entry, log_node, snapshot

_LEAF_SIZE = 32
_OF_AN_ASSESSMENT = (
    "assessment.opened",
    "assessment.carried-over",
    "assessment.decided",
    "snapshot.frozen",
    "report.issued",
)


def entries_on_documents(connection: Connection, assessment_id: str) -> tuple[LogEntry, ...]:
    """Return the entries about an assessment that say something of its documents, in order."""
    query = select(log_entry).where(
        log_entry.c.assessment_id == assessment_id, log_entry.c.action.in_(_OF_AN_ASSESSMENT)
    )
    return entries(connection, query.order_by(log_entry.c.seq))


def entries_on_subject(
    connection: Connection, action: str, subject_id: str | None = None
) -> tuple[LogEntry, ...]:
    """Return the entries with an action, about one subject or any, in order."""
    query = select(log_entry).where(log_entry.c.action == action).order_by(log_entry.c.seq)
    return entries(
        connection, query if subject_id is None else query.where(log_entry.c.subject_id == subject_id)
    )


def first_entry_after(connection: Connection, action: str, number: int) -> LogEntry | None:
    """Return the first entry after a number with an action, or None."""
    query = select(log_entry).where(log_entry.c.action == action, log_entry.c.seq > number)
    found = entries(connection, query.order_by(log_entry.c.seq).limit(1))
    return found[0] if found else None


def assessment_of_snapshot(connection: Connection, digest: str) -> str | None:
    """Return the assessment of the snapshot whose digest is this, or begins with it; None for none."""
    query = select(snapshot.c.assessment_id).where(snapshot.c.digest.startswith(digest, autoescape=True))
    return connection.execute(query.limit(1)).scalar()


def assessment_of_file(connection: Connection, digest: str) -> str | None:
    """Return the assessment whose issued report has this digest, or None."""
    query = select(issued_report.c.assessment_id).where(issued_report.c.pdf_digest == digest)
    return connection.execute(query.limit(1)).scalar()


def heirs_of(connection: Connection, assessment_id: str) -> Iterator[str]:
    """Yield the assessments that re-assess one, those that re-assess these, and so on."""
    waiting, seen = [assessment_id], {assessment_id}
    while waiting:
        query = select(reassessment.c.assessment_id).where(reassessment.c.of_assessment_id == waiting.pop())
        for heir in connection.execute(query).scalars():
            if heir not in seen:
                seen.add(heir)
                waiting.append(heir)
                yield heir


def leaf_of(connection: Connection, number: int) -> bytes | None:
    """Return the leaf hash that is kept of an entry, or None."""
    hashes = connection.execute(select(log_node.c.hashes).where(log_node.c.seq == number)).scalar()
    return None if hashes is None else bytes(hashes)[:_LEAF_SIZE]
