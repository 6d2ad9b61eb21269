"""The tree against RFC 6962 written down a second time, and the known roots of its standard leaves."""

import hashlib
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis import merkle
from services.chassis.merkle import EMPTY_ROOT, Frontier, ProofInvalid, leaf_hash

# The eight standard leaves and the roots over the first 0 to 8 of them.
STANDARD_LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
STANDARD_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
SIZES = st.integers(1, 300)


def leaves_of(size: int) -> list[bytes]:
    return [leaf_hash(b"%d" % number) for number in range(size)]


def naive_root(leaves: Sequence[bytes]) -> bytes:
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256().digest()
    cut = max(power for power in (1 << bit for bit in range(20)) if power < len(leaves))
    return hashlib.sha256(b"\x01" + naive_root(leaves[:cut]) + naive_root(leaves[cut:])).digest()


def naive_path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    cut = max(power for power in (1 << bit for bit in range(20)) if power < len(leaves))
    if index < cut:
        return [*naive_path(index, leaves[:cut]), naive_root(leaves[cut:])]
    return [*naive_path(index - cut, leaves[cut:]), naive_root(leaves[:cut])]


def naive_consistency(old_size: int, leaves: Sequence[bytes], whole: bool = True) -> list[bytes]:
    if old_size == len(leaves):
        return [] if whole else [naive_root(leaves)]
    cut = max(power for power in (1 << bit for bit in range(20)) if power < len(leaves))
    if old_size <= cut:
        return [*naive_consistency(old_size, leaves[:cut], whole), naive_root(leaves[cut:])]
    return [*naive_consistency(old_size - cut, leaves[cut:], False), naive_root(leaves[:cut])]


def test_the_standard_leaves_have_the_known_roots() -> None:
    frontier = Frontier()
    assert frontier.root().hex() == STANDARD_ROOTS[0]
    for leaf, root in zip(STANDARD_LEAVES, STANDARD_ROOTS[1:], strict=True):
        frontier.append(leaf_hash(leaf))
        assert frontier.root().hex() == root


@given(SIZES)
def test_a_frontier_grown_leaf_by_leaf_has_the_recursive_root(size: int) -> None:
    leaves = leaves_of(size)
    assert merkle.root_of(leaves) == naive_root(leaves)


@given(SIZES, SIZES)
def test_a_frontier_goes_through_bytes_and_grows_on(first: int, second: int) -> None:
    leaves = leaves_of(first + second)
    frontier = Frontier()
    frontier.extend(leaves[:first])
    restored = Frontier.from_bytes(frontier.to_bytes())
    copied = restored.copy()
    restored.extend(leaves[first:])
    assert restored.root() == naive_root(leaves)
    assert copied.root() == naive_root(leaves[:first]), "a copy does not grow with the original"


@given(st.binary(max_size=200))
def test_other_bytes_are_no_frontier(data: bytes) -> None:
    try:
        frontier = Frontier.from_bytes(data)
    except merkle.FrontierMalformed:
        return
    assert frontier.to_bytes() == data


@given(st.data(), SIZES)
def test_every_leaf_is_proved_to_be_in_the_tree(data: st.DataObject, size: int) -> None:
    leaves = leaves_of(size)
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(lambda start, end: leaves[start:end], index, size)
    assert proof == naive_path(index, leaves)
    merkle.verify_inclusion(leaves[index], index, size, proof, naive_root(leaves))


@given(st.data(), st.integers(2, 64))
def test_an_inclusion_proof_shows_nothing_else(data: st.DataObject, size: int) -> None:
    leaves = leaves_of(size)
    index, other = data.draw(st.permutations(range(size)))[:2]
    root, other_root = naive_root(leaves), leaf_hash(b"other")
    proof = naive_path(index, leaves)
    wrong = [
        (leaves[other], index, size, proof, root),
        (leaves[index], other, size, proof, root),
        (leaves[index], index, size, proof[:-1], root),
        (leaves[index], index, size, [*proof, root], root),
        (leaves[index], index, size, proof, leaf_hash(root)),
        (leaves[index], size, size, proof, root),
        (leaves[index], index, size << 7, proof, root),
        (leaves[index], index, size, [*proof, other_root], merkle.node_hash(other_root, root)),
        (leaves[index], index, size, [*proof[:-1], proof[-1][:-1]], root),
    ]
    for case in wrong:
        with pytest.raises(ProofInvalid):
            merkle.verify_inclusion(*case)


@given(st.data(), SIZES)
def test_every_older_tree_is_proved_to_be_a_beginning(data: st.DataObject, size: int) -> None:
    leaves = leaves_of(size)
    old_size = data.draw(st.integers(0, size))
    proof = merkle.consistency_proof(lambda start, end: leaves[start:end], old_size, size)
    assert proof == (naive_consistency(old_size, leaves) if old_size else [])
    merkle.verify_consistency(old_size, size, proof, naive_root(leaves[:old_size]), naive_root(leaves))


@given(st.data(), st.integers(2, 64))
def test_a_history_that_was_changed_cannot_be_proved(data: st.DataObject, size: int) -> None:
    leaves = leaves_of(size)
    old_size = data.draw(st.integers(1, size - 1))
    changed = data.draw(st.integers(0, old_size - 1))
    old_root = naive_root(leaves[:old_size])
    forged = [*leaves[:changed], leaf_hash(b"forged"), *leaves[changed + 1 :]]
    for proof in (naive_consistency(old_size, forged), naive_consistency(old_size, leaves)):
        with pytest.raises(ProofInvalid):
            merkle.verify_consistency(old_size, size, proof, old_root, naive_root(forged))


@given(st.data(), st.integers(2, 64))
def test_a_consistency_proof_of_another_shape_is_refused(data: st.DataObject, size: int) -> None:
    leaves = leaves_of(size)
    old_size = data.draw(st.integers(1, size - 1))
    old_root, root = naive_root(leaves[:old_size]), naive_root(leaves)
    proof, leaf = naive_consistency(old_size, leaves), leaves[0]
    wrong = [
        (old_size, size, proof[:-1], old_root, root),
        (old_size, size, [*proof, root], old_root, root),
        (old_size, size, proof, root, root),
        (old_size, size << 7, proof, old_root, root),
        (old_size, size, [*proof, leaf], merkle.node_hash(leaf, old_root), merkle.node_hash(leaf, root)),
        (size, size, [], old_root, root),
        (0, size, [], old_root, root),
        (size, old_size, proof, root, old_root),
        (old_size, size, [*proof[:-1], b"short"], old_root, root),
    ]
    for case in wrong:
        with pytest.raises(ProofInvalid):
            merkle.verify_consistency(*case)


def test_empty_trees_agree_only_with_the_empty_root() -> None:
    merkle.verify_consistency(0, 0, [], EMPTY_ROOT, EMPTY_ROOT)
    for roots in ((leaf_hash(b""), EMPTY_ROOT), (EMPTY_ROOT, leaf_hash(b""))):
        with pytest.raises(ProofInvalid):
            merkle.verify_consistency(0, 0, [], *roots)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_a_proof_of_what_is_not_in_the_tree_is_refused(index: int, size: int) -> None:
    with pytest.raises(merkle.OutOfTree):
        merkle.inclusion_proof(lambda start, end: leaves_of(9)[start:end], index, size)


def test_a_tree_larger_than_a_page_is_read_page_by_page() -> None:
    size = merkle.READ_LEAVES_MAX * 2 + 5
    leaves = leaves_of(size)
    asked: list[tuple[int, int]] = []

    def read(start: int, end: int) -> list[bytes]:
        asked.append((start, end))
        return leaves[start:end]

    proof = merkle.inclusion_proof(read, size - 1, size)
    merkle.verify_inclusion(leaves[-1], size - 1, size, proof, merkle.root_of(leaves))
    assert max(end - start for start, end in asked) == merkle.READ_LEAVES_MAX
    assert all(before[1] <= after[0] or after[1] <= before[0] for before, after in pairwise(sorted(asked)))


def test_a_reader_that_returns_too_little_is_noticed() -> None:
    with pytest.raises(merkle.LeavesMissing):
        merkle.inclusion_proof(lambda start, end: leaves_of(8)[start : end - 1], 0, 8)
