"""The tree of the log agrees with the published vectors and with the definition, and refuses forgeries."""

from collections.abc import Sequence
from functools import cache
from hashlib import sha256

import pytest

from riskapp.domain.ledger import (
    HASH_SIZE,
    Frontier,
    Node,
    Proof,
    completed,
    consistency_proof,
    extends,
    includes,
    inclusion_proof,
    leaf_digest,
    leaf_hash,
    lefts_of,
    nodes_between,
    peaks_of,
    root_of,
)

VECTOR_LEAVES = tuple(
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
)
"""The leaves of the test vectors that the implementations of RFC 6962 share, and their roots by size."""
VECTOR_ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
SIZES = range(1, 131)


def leaf(index: int) -> bytes:
    return leaf_digest(f"entry {index}".encode())


@cache
def defined_root(start: int, end: int) -> bytes:
    """Return the root over leaves as section 2.1 of the RFC defines it, by recursion."""
    if end - start == 1:
        return leaf(start)
    split = start + split_of(end - start)
    return sha256(b"\x01" + defined_root(start, split) + defined_root(split, end)).digest()


def split_of(width: int) -> int:
    return max(1 << level for level in range(width.bit_length()) if 1 << level < width)


def defined_path(index: int, start: int, end: int) -> list[bytes]:
    """Return PATH of section 2.1.1."""
    if end - start == 1:
        return []
    split = start + split_of(end - start)
    if index < split:
        return [*defined_path(index, start, split), defined_root(split, end)]
    return [*defined_path(index, split, end), defined_root(start, split)]


def defined_subproof(old: int, start: int, end: int, *, whole: bool) -> list[bytes]:
    """Return SUBPROOF of section 2.1.2."""
    if old == end:
        return [] if whole else [defined_root(start, end)]
    split = start + split_of(end - start)
    if old <= split:
        return [*defined_subproof(old, start, split, whole=whole), defined_root(split, end)]
    return [*defined_subproof(old, split, end, whole=False), defined_root(start, split)]


def find(nodes: Sequence[Node]) -> list[bytes]:
    return [KEPT[node.number][node.level] for node in nodes]


def kept(count: int) -> dict[int, tuple[bytes, ...]]:
    """Return the completed nodes by number of entry, joined as storage joins them."""
    found: dict[int, tuple[bytes, ...]] = {}
    for number in range(1, count + 1):
        found[number] = completed(leaf(number - 1), [found[each][-1] for each in lefts_of(number)])
    return found


KEPT = kept(SIZES[-1])


def test_the_roots_are_those_of_the_published_vectors() -> None:
    frontier = Frontier()
    for entry, root in zip(VECTOR_LEAVES, VECTOR_ROOTS, strict=True):
        frontier.append(leaf_digest(entry))
        assert frontier.root().hex() == root


def test_the_proofs_are_those_of_the_published_vectors() -> None:
    tree: list[tuple[bytes, ...]] = []
    frontier = Frontier()
    tree.extend(frontier.append(leaf_digest(entry)) for entry in VECTOR_LEAVES)

    def look(nodes: Sequence[Node]) -> list[bytes]:
        return [tree[node.number - 1][node.level] for node in nodes]

    assert [each.hex() for each in inclusion_proof(5, 8, look)] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert [each.hex() for each in consistency_proof(6, 8, look)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def test_the_empty_tree_has_the_hash_of_nothing_as_root() -> None:
    assert Frontier().root() == root_of([]) == sha256(b"").digest()
    assert leaf_hash(b"") == VECTOR_ROOTS[0]


def test_a_tree_of_every_size_has_the_root_that_the_definition_gives() -> None:
    frontier = Frontier()
    for size in SIZES:
        assert frontier.append(leaf(size - 1)) == KEPT[size]
        assert frontier.root() == root_of(find(peaks_of(size))) == defined_root(0, size)
        assert all(len(each) == HASH_SIZE for each in KEPT[size])


def test_every_inclusion_proof_is_the_defined_one_and_holds() -> None:
    for size in SIZES:
        root = defined_root(0, size)
        for index in range(size):
            proof = inclusion_proof(index, size, find)
            assert list(proof) == defined_path(index, 0, size)
            assert includes(leaf=leaf(index), index=index, size=size, root=root, proof=proof)


def test_every_consistency_proof_is_the_defined_one_and_holds() -> None:
    for new in SIZES:
        for old in range(1, new + 1):
            proof = consistency_proof(old, new, find)
            assert list(proof) == defined_subproof(old, 0, new, whole=True)
            assert extends(
                old=old,
                old_root=defined_root(0, old),
                new=new,
                new_root=defined_root(0, new),
                proof=proof,
            )


def forgeries(proof: Proof) -> list[Proof]:
    """Return proofs that differ from a true one: cut, lengthened, turned around, with a bit flipped."""
    flipped = [
        (*proof[:place], bytes([proof[place][0] ^ 1]) + proof[place][1:], *proof[place + 1 :])
        for place in range(len(proof))
    ]
    turned = [proof[::-1]] if proof[::-1] != proof else []
    return [proof[1:], proof[:-1], (*proof, leaf(0)), (leaf(0), *proof), *turned, *flipped] if proof else []


@pytest.mark.parametrize("size", [2, 3, 7, 8, 13, 64, 100])
def test_no_forged_inclusion_is_accepted(size: int) -> None:
    root = defined_root(0, size)
    for index in range(size):
        proof = inclusion_proof(index, size, find)
        for forged in forgeries(proof):
            assert not includes(leaf=leaf(index), index=index, size=size, root=root, proof=forged)
        for other in {index - 1, index + 1, size, -1}:
            assert not includes(leaf=leaf(index), index=other, size=size, root=root, proof=proof)
        assert not includes(leaf=leaf(size + 1), index=index, size=size, root=root, proof=proof)


@pytest.mark.parametrize("new", [2, 3, 7, 8, 13, 64, 100])
def test_no_forged_consistency_is_accepted(new: int) -> None:
    for old in range(1, new):
        old_root, new_root = defined_root(0, old), defined_root(0, new)
        proof = consistency_proof(old, new, find)
        for forged in forgeries(proof):
            assert not extends(old=old, old_root=old_root, new=new, new_root=new_root, proof=forged)
        assert not extends(old=old, old_root=leaf(0)[::-1], new=new, new_root=new_root, proof=proof)
        assert not extends(old=old, old_root=old_root, new=new, new_root=leaf(0)[::-1], proof=proof)
        assert not extends(old=new, old_root=new_root, new=old, new_root=old_root, proof=proof)


def test_a_proof_of_what_the_tree_has_not_is_not_made() -> None:
    with pytest.raises(ValueError, match="no leaf at index 5"):
        inclusion_proof(5, 5, find)
    for old, new in ((0, 5), (6, 5)):
        with pytest.raises(ValueError, match=f"from {old} to {new}"):
            consistency_proof(old, new, find)


def test_a_proof_at_a_million_entries_asks_for_few_nodes() -> None:
    asked: list[int] = []

    def count(nodes: Sequence[Node]) -> list[bytes]:
        asked.append(len(nodes))
        return [b"\0" * HASH_SIZE for _ in nodes]

    assert len(inclusion_proof(712_345, 1_000_000, count)) == 20
    assert len(peaks_of(1_000_000)) == 7
    assert asked[0] < 40
    assert nodes_between(0, 0) == ()
