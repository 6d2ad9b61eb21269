"""The Merkle tree of a ledger: RFC 6962 hashing, proofs as in RFC 6962 section 2.1 and RFC 9162 section 2.1.

Leaf i is the stored bytes of the entry at position i + 1. All hashes are SHA-256, 32 bytes. A tree keeps
its perfect subtrees while it grows, so a `Frontier` of at most 64 hashes is enough to append and to compute
the root.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
READ_LEAVES_MAX: Final = 4096
_SIZE_BYTES: Final = 8

LeafReader = Callable[[int, int], Sequence[bytes]]
"""Returns the leaf hashes from `start` (0-based, included) to `end` (excluded), all of them."""


class MerkleError(Exception):
    """The base of this module's errors.

    MerkleError
    ├── FrontierMalformed   bytes that are no frontier
    ├── OutOfTree           an index or size outside the tree
    ├── LeavesMissing       the reader returned other than what was asked
    └── ProofInvalid        a proof does not show what it should
    """


class FrontierMalformed(MerkleError):
    """The bytes are not a frontier."""


class OutOfTree(MerkleError):
    """An index or a size is outside the tree."""


class LeavesMissing(MerkleError):
    """The leaf reader did not return the range it was asked for."""


class ProofInvalid(MerkleError):
    """The proof does not connect what it should connect."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf's content."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(slots=True)
class Frontier:
    """The right edge of a tree: its size and the roots of its perfect subtrees, the largest first."""

    size: int = 0
    roots: list[bytes] = field(default_factory=list)

    def append(self, leaf: bytes) -> None:
        """Adds one leaf hash at the end."""
        carried = leaf
        size = self.size
        while size & 1:
            carried = node_hash(self.roots.pop(), carried)
            size >>= 1
        self.roots.append(carried)
        self.size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Adds leaf hashes in order."""
        for leaf in leaves:
            self.append(leaf)

    def root(self) -> bytes:
        """The root of the tree so far."""
        if not self.roots:
            return EMPTY_ROOT
        root = self.roots[-1]
        for left in reversed(self.roots[:-1]):
            root = node_hash(left, root)
        return root

    def copy(self) -> "Frontier":
        """An independent frontier, for a batch that may be rolled back."""
        return Frontier(self.size, list(self.roots))

    def to_bytes(self) -> bytes:
        """The size as 8 bytes, big-endian, then the roots."""
        return self.size.to_bytes(_SIZE_BYTES, "big") + b"".join(self.roots)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Frontier":
        """The inverse of `to_bytes`. Raises FrontierMalformed."""
        size = int.from_bytes(data[:_SIZE_BYTES], "big")
        if len(data) != _SIZE_BYTES + size.bit_count() * HASH_BYTES:
            raise FrontierMalformed(f"{len(data)} bytes for a tree of {size} leaves")
        return cls(size, [data[at : at + HASH_BYTES] for at in range(_SIZE_BYTES, len(data), HASH_BYTES)])


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over these leaf hashes."""
    frontier = Frontier()
    frontier.extend(leaves)
    return frontier.root()


def inclusion_proof(leaves: LeafReader, index: int, size: int) -> list[bytes]:
    """The hashes, leaf to root, that show leaf `index` in the tree of `size` leaves. Raises OutOfTree."""
    if not 0 <= index < size:
        raise OutOfTree(f"leaf {index} of a tree of {size}")
    start, end = 0, size
    proof: list[bytes] = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(_range_root(leaves, middle, end))
            end = middle
        else:
            proof.append(_range_root(leaves, start, middle))
            start = middle
    return proof[::-1]


def consistency_proof(leaves: LeafReader, old_size: int, size: int) -> list[bytes]:
    """The hashes that show that the tree of `size` leaves extends the one of `old_size`. Raises OutOfTree."""
    if not 0 <= old_size <= size:
        raise OutOfTree(f"from {old_size} leaves to {size}")
    if old_size in (0, size):
        return []
    start, end = 0, size
    proof: list[bytes] = []
    while end != old_size:
        middle = start + _split(end - start)
        if old_size <= middle:
            proof.append(_range_root(leaves, middle, end))
            end = middle
        else:
            proof.append(_range_root(leaves, start, middle))
            start = middle
    if start:
        proof.append(_range_root(leaves, start, end))
    return proof[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Checks that leaf hash `leaf` stands at `index`. Raises ProofInvalid. RFC 9162 section 2.1.3.2."""
    if not 0 <= index < size:
        raise ProofInvalid(f"leaf {index} is not in a tree of {size}")
    node, last = index, size - 1
    found = leaf
    for sibling in _checked(proof):
        if last == 0:
            raise ProofInvalid("the proof is too long")
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    if last or found != root:
        raise ProofInvalid("the proof does not lead to the root")


def verify_consistency(old_size: int, size: int, proof: Sequence[bytes], old_root: bytes, root: bytes) -> None:
    """Checks that the newer tree only adds to the older. Raises ProofInvalid. RFC 9162 section 2.1.4.2."""
    if not 0 <= old_size <= size:
        raise ProofInvalid(f"a tree of {size} leaves cannot extend one of {old_size}")
    if old_size in (0, size):
        expected = EMPTY_ROOT if old_size == 0 else root
        if proof or old_root != expected or (size == 0 and root != EMPTY_ROOT):
            raise ProofInvalid("equal or empty trees need no proof, and the same root")
        return
    hashes = _checked(proof)
    if old_size.bit_count() == 1:
        hashes.insert(0, old_root)
    if not hashes:
        raise ProofInvalid("the proof is empty")
    found = _climb(old_size, size, hashes)
    if found != (old_root, root):
        raise ProofInvalid("the proof does not connect the two roots")


def _climb(old_size: int, size: int, hashes: Sequence[bytes]) -> tuple[bytes, bytes]:
    node, last = old_size - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old_found = found = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise ProofInvalid("the proof is too long")
        if node & 1 or node == last:
            old_found, found = node_hash(sibling, old_found), node_hash(sibling, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise ProofInvalid("the proof is too short")
    return old_found, found


def _checked(proof: Sequence[bytes]) -> list[bytes]:
    if any(len(item) != HASH_BYTES for item in proof):
        raise ProofInvalid(f"a hash in the proof is not {HASH_BYTES} bytes long")
    return list(proof)


def _split(count: int) -> int:
    """The largest power of two smaller than count."""
    return 1 << ((count - 1).bit_length() - 1)


def _range_root(leaves: LeafReader, start: int, end: int) -> bytes:
    frontier = Frontier()
    for page_start in range(start, end, READ_LEAVES_MAX):
        page_end = min(page_start + READ_LEAVES_MAX, end)
        page = leaves(page_start, page_end)
        if len(page) != page_end - page_start:
            raise LeavesMissing(f"{len(page)} leaves read of {page_start} to {page_end}")
        frontier.extend(page)
    return frontier.root()
