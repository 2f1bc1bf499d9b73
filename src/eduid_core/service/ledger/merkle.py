"""
A Merkle tree over an ordered log: a few hashes prove that it holds an entry and that it only ever grew.

Pure arithmetic. A tree of *n* leaves splits at the largest power of two below *n*.

Standard:
    RFC 6962 2.1 (hashes, audit paths, consistency proofs); RFC 9162 2.1.3.2 and 2.1.4.2 (verifying them).
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

import attrs

EMPTY: Final = sha256(b"").digest()
"""The root of a tree without leaves."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry; its first byte distinguishes it from the hash of a node."""
    return sha256(b"\x00" + entry).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def _split(size: int) -> int:
    """Return the largest power of two below *size*, which is 2 or more."""
    return 1 << (size - 1).bit_length() - 1


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over *leaves*, the hashes of the entries in order."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaves[0]
    k = _split(len(leaves))
    return _node(root(leaves[:k]), root(leaves[k:]))


def inclusion(index: int, leaves: Sequence[bytes]) -> tuple[bytes, ...]:
    """
    Return the audit path of the leaf at *index*, nearest first.

    Raises:
        IndexError: there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError("no such leaf")
    if len(leaves) == 1:
        return ()
    k = _split(len(leaves))
    if index < k:
        return (*inclusion(index, leaves[:k]), root(leaves[k:]))
    return (*inclusion(index - k, leaves[k:]), root(leaves[:k]))


def consistency(size: int, leaves: Sequence[bytes]) -> tuple[bytes, ...]:
    """
    Return the proof that the tree of the first *size* leaves grew into that of *leaves*.

    Raises:
        IndexError: *size* is not from 1 to the number of leaves.
    """
    if not 1 <= size <= len(leaves):
        raise IndexError("no such tree")
    return _grown(size, leaves, whole=True)


def _grown(size: int, leaves: Sequence[bytes], *, whole: bool) -> tuple[bytes, ...]:
    """Return the proof within a subtree; *whole* while the reader knows its root already."""
    if size == len(leaves):
        return () if whole else (root(leaves),)
    k = _split(len(leaves))
    if size <= k:
        return (*_grown(size, leaves[:k], whole=whole), root(leaves[k:]))
    return (*_grown(size - k, leaves[k:], whole=False), root(leaves[:k]))


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], tree: bytes) -> bool:
    """Return whether *path* proves that *leaf* is at *index* of the tree with *size* leaves and root *tree*."""
    if not 0 <= index < size:
        return False
    at, last, seen = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            seen = _node(step, seen)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            seen = _node(seen, step)
        at, last = at >> 1, last >> 1
    return last == 0 and seen == tree


def verify_consistency(
    first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Return whether *proof* proves that the tree of *first* leaves is the beginning of that of *second*."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    steps = list(proof) if first & (first - 1) else [first_root, *proof]
    if not steps:
        return False
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = _node(step, old), _node(step, new)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            new = _node(new, step)
        at, last = at >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


@attrs.frozen
class Peaks:
    """The roots of the full subtrees of a growing tree, largest first: enough to append to it."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def add(self, leaf: bytes) -> Peaks:
        """Return the peaks after one more leaf."""
        hashes, full = [*self.hashes, leaf], self.size
        while full & 1:
            right, left = hashes.pop(), hashes.pop()
            hashes.append(_node(left, right))
            full >>= 1
        return Peaks(self.size + 1, tuple(hashes))

    def root(self) -> bytes:
        """Return the root of the whole."""
        if not self.hashes:
            return EMPTY
        *rest, seen = self.hashes
        for peak in reversed(rest):
            seen = _node(peak, seen)
        return seen
