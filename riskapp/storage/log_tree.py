"""The tree over the log: its nodes, found under the numbers of the entries that completed them."""

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from riskapp.domain.errors import ConflictError
from riskapp.domain.ledger import (
    HASH_SIZE,
    Node,
    Proof,
    consistency_proof,
    inclusion_proof,
    peaks_of,
    root_of,
)
from riskapp.storage.tables import log_entry, log_node


def log_size(connection: Connection) -> int:
    """Return the number of the newest entry, 0 for an empty log."""
    return connection.execute(select(func.max(log_entry.c.seq))).scalar() or 0


def nodes(connection: Connection, wanted: Sequence[Node]) -> list[bytes]:
    """Return the hashes of nodes in their order; raises ConflictError where one is missing."""
    query = select(log_node.c.seq, log_node.c.hashes).where(
        log_node.c.seq.in_({node.number for node in wanted})
    )
    kept = {row.seq: bytes(row.hashes) for row in connection.execute(query)}
    found = [
        kept.get(node.number, b"")[node.level * HASH_SIZE : (node.level + 1) * HASH_SIZE] for node in wanted
    ]
    if any(len(each) != HASH_SIZE for each in found):
        raise ConflictError("The tree of the log has lost hashes. Run: riskapp log verify")
    return found


def root_at(connection: Connection, size: int) -> bytes:
    """Return the root of the tree over the first entries, as its nodes are kept."""
    return root_of(nodes(connection, peaks_of(size)))


def prove_inclusion(connection: Connection, seq: int, size: int) -> Proof:
    """Return the proof that the first `size` entries hold entry `seq`; raises ValueError for none."""
    return inclusion_proof(seq - 1, size, lambda wanted: nodes(connection, wanted))


def prove_consistency(connection: Connection, old: int, new: int) -> Proof:
    """Return the proof that the first `new` entries begin with the first `old`; raises ValueError."""
    return consistency_proof(old, new, lambda wanted: nodes(connection, wanted))
