"""The mathematics of the log: a Merkle tree over its entries (RFC 6962, 2.1; RFC 9162, 2.1).

Entry number n is the leaf of index n - 1. Appending it completes the perfect subtrees that end with it:
the leaf itself, and one more for each time that 2 divides n. A log that keeps those few hashes with each
entry grows by two hashes an entry, and finds every node of the tree under the number of the entry that
completed it: no append and no proof reads more than a few rows.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""

_LEAF = b"\x00"
_NODE = b"\x01"

Proof = tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A perfect subtree of 2**level leaves; `number` is that of the entry that completed it."""

    number: int
    level: int


FindNodes = Callable[[Sequence[Node]], Sequence[bytes]]
"""Returns the hashes of nodes, in their order."""


def leaf_digest(entry: bytes) -> bytes:
    """Return the leaf hash of an entry: SHA-256 over a zero byte and its bytes."""
    return hashlib.sha256(_LEAF + entry).digest()


def leaf_hash(entry: bytes) -> str:
    """Return the leaf hash of an entry in hex."""
    return leaf_digest(entry).hex()


def node_digest(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node over two others."""
    return hashlib.sha256(_NODE + left + right).digest()


def lefts_of(number: int) -> tuple[int, ...]:
    """Return the numbers of the entries whose highest node an append joins, from the lowest level up."""
    doublings = (number & -number).bit_length() - 1
    return tuple(number - (1 << level) for level in range(doublings))


def completed(leaf: bytes, lefts: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return the hashes of the subtrees that a leaf completes, the leaf's own first.

    `lefts` are the highest nodes of the entries that `lefts_of` names.
    """
    made = [leaf]
    for left in lefts:
        made.append(node_digest(left, made[-1]))
    return tuple(made)


def peaks_of(size: int) -> tuple[Node, ...]:
    """Return the largest perfect subtrees that a tree consists of, from the left."""
    return nodes_between(0, size)


def nodes_between(start: int, end: int) -> tuple[Node, ...]:
    """Return the perfect subtrees over the leaves from `start` up to `end`, a range that the tree has."""
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        start += 1 << level
        found.append(Node(start, level))
    return tuple(found)


def root_of(peaks: Sequence[bytes]) -> bytes:
    """Return the root over peaks, from the left; that of the empty tree for none."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_digest(peak, root)
    return root


class Frontier:
    """The peaks of a tree that grows leaf by leaf: the whole tree in a handful of hashes."""

    def __init__(self) -> None:
        """Begin with the empty tree."""
        self.size = 0
        self._peaks: list[bytes] = []

    def append(self, leaf: bytes) -> tuple[bytes, ...]:
        """Add a leaf hash and return the hashes of the subtrees that it completes, its own first."""
        self.size += 1
        made = [leaf]
        for _ in range((self.size & -self.size).bit_length() - 1):
            made.append(node_digest(self._peaks.pop(), made[-1]))
        self._peaks.append(made[-1])
        return tuple(made)

    def root(self) -> bytes:
        """Return the root of the tree so far."""
        return root_of(self._peaks)


def inclusion_proof(index: int, size: int, find: FindNodes) -> Proof:
    """Return the proof that the tree of this size holds the leaf at an index, from the leaf upwards.

    Raises ValueError where the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} entries holds no leaf at index {index}")
    low, high = 0, size
    ranges = []
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low = middle
    return _roots(ranges[::-1], find)


def consistency_proof(old: int, new: int, find: FindNodes) -> Proof:
    """Return the proof that the tree of size `old` is the beginning of the tree of size `new`.

    Raises ValueError unless 0 < old <= new.
    """
    if not 0 < old <= new:
        raise ValueError(f"there is no proof from {old} to {new} entries")
    low, high, whole = 0, new, True
    ranges = []
    while old != high:
        middle = low + _split(high - low)
        if old <= middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low, whole = middle, False
    if not whole:
        ranges.append((low, high))
    return _roots(ranges[::-1], find)


def _split(width: int) -> int:
    """Return the largest power of two below a width above 1."""
    return 1 << ((width - 1).bit_length() - 1)


def _roots(ranges: Sequence[tuple[int, int]], find: FindNodes) -> Proof:
    parts = [nodes_between(*each) for each in ranges]
    hashes = iter(find([node for part in parts for node in part]))
    return tuple(root_of([next(hashes) for _ in part]) for part in parts)


def includes(*, leaf: bytes, index: int, size: int, root: bytes, proof: Proof) -> bool:
    """Return whether a proof shows that the tree with this root holds a leaf hash (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    position, last = index, size - 1
    found = leaf
    for step in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            found = node_digest(step, found)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            found = node_digest(found, step)
        position, last = position >> 1, last >> 1
    return last == 0 and found == root


def extends(*, old: int, old_root: bytes, new: int, new_root: bytes, proof: Proof) -> bool:
    """Return whether a proof shows that the new tree begins with the old one (RFC 9162, 2.1.4.2)."""
    if old == new:
        return old > 0 and not proof and old_root == new_root
    if not 0 < old < new or not proof:
        return False
    steps = list(proof) if old & (old - 1) else [old_root, *proof]
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            before, after = node_digest(step, before), node_digest(step, after)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            after = node_digest(after, step)
        position, last = position >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root
