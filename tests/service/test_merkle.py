"""The tree is that of RFC 6962: its published roots, another implementation, and no proof for what is not so."""

from __future__ import annotations

import base64
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from eduid_core.findings import CallerError
from eduid_core.service.ledger.checkpoint import Checkpoint, read_note, signed_note, verifier_of
from eduid_core.service.ledger.merkle import (
    EMPTY,
    Peaks,
    consistency,
    inclusion,
    leaf_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

ENTRIES = [bytes.fromhex(h) for h in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                                      "606162636465666768696a6b6c6d6e6f")]  # fmt: skip
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
"""The tree heads of the entries above, as every implementation of RFC 6962 is tested against."""


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(b"entry %d" % i) for i in range(count)]


def test_the_published_roots() -> None:
    assert root([]) == EMPTY == sha256().digest()
    for size, expected in enumerate(ROOTS, start=1):
        assert root([leaf_hash(e) for e in ENTRIES[:size]]).hex() == expected


@given(st.lists(st.binary(max_size=9), min_size=1, max_size=40), st.data())
def test_another_implementation_agrees(entries: list[bytes], data: st.DataObject) -> None:
    """pymerkle: the root of every size, and the hashes of each audit path."""
    theirs = InmemoryTree(algorithm="sha256")
    for entry in entries:
        theirs.append_entry(entry)
    ours = [leaf_hash(e) for e in entries]
    first = data.draw(st.integers(1, len(entries)))
    index = data.draw(st.integers(0, len(entries) - 1))
    path = theirs.prove_inclusion(index + 1, len(entries)).serialize()["path"]

    assert root(ours) == theirs.get_root()
    assert root(ours[:first]) == theirs.get_root(first)
    assert {ours[index].hex(), *(h.hex() for h in inclusion(index, ours))} == set(path)  # theirs names the leaf


def test_growing_by_peaks_is_the_same_tree() -> None:
    peaks = Peaks()
    for size, leaf in enumerate(leaves(200), start=1):
        peaks = peaks.add(leaf)
        assert (peaks.size, peaks.root()) == (size, root(leaves(size)))
        assert len(peaks.hashes) == size.bit_count()


def test_every_entry_of_every_small_tree_is_shown_and_no_other() -> None:
    """Exhaustive to 24 leaves: the right path holds at its place and nowhere else."""
    for size in range(1, 25):
        tree = leaves(size)
        for index in range(size):
            path = inclusion(index, tree)
            assert len(path) <= (size - 1).bit_length()
            for other in range(size + 1):
                assert verify_inclusion(tree[index], other, size, path, root(tree)) == (other == index)
            assert not verify_inclusion(leaf_hash(b"x"), index, size, path, root(tree))
            for cut in (path[1:], (*path, EMPTY)):
                assert cut == path or not verify_inclusion(tree[index], index, size, cut, root(tree))


def test_every_small_tree_grew_from_every_smaller_one_and_from_no_other() -> None:
    for second in range(1, 25):
        tree = leaves(second)
        for first in range(1, second + 1):
            proof = consistency(first, tree)
            old, new = root(tree[:first]), root(tree)
            assert verify_consistency(first, second, old, new, proof)
            assert not verify_consistency(first, second, EMPTY, new, proof)
            assert not verify_consistency(first, second, old, EMPTY, proof)
            for at in range(len(proof)):
                changed = (*proof[:at], EMPTY, *proof[at + 1 :])
                assert not verify_consistency(first, second, old, new, changed)
            if first < second:
                forked = [*tree[: first - 1], leaf_hash(b"another"), *tree[first:]]
                assert not verify_consistency(first, second, old, root(forked), consistency(first, forked))


def test_what_is_not_there_has_no_proof() -> None:
    for index in (-1, 3):
        with pytest.raises(IndexError):
            inclusion(index, leaves(3))
    for size in (0, 4):
        with pytest.raises(IndexError):
            consistency(size, leaves(3))
    assert not verify_consistency(0, 3, EMPTY, root(leaves(3)), ())
    assert not verify_consistency(4, 3, root(leaves(4)), root(leaves(3)), ())


SIGNER = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
VERIFIER = verifier_of("example.cn/ledger", SIGNER.public_key())
NOTE = signed_note(Checkpoint("example.cn/ledger", 3, root(leaves(3))), SIGNER)


def test_a_note_says_what_was_signed() -> None:
    origin, size, tree, blank, signature, end = NOTE.split("\n")

    assert (origin, size, blank, end) == ("example.cn/ledger", "3", "", "")
    assert signature.startswith("— example.cn/ledger ")
    assert read_note(NOTE, VERIFIER) == Checkpoint("example.cn/ledger", 3, root(leaves(3)))
    witnessed = NOTE + "— a.witness AAAA\n"
    assert read_note(witnessed, VERIFIER).size == 3
    assert tree


@given(st.integers(0, len(NOTE) - 1), st.characters(codec="utf-8"))
def test_no_changed_note_is_read(at: int, char: str) -> None:
    changed = NOTE[:at] + char + NOTE[at + 1 :]
    if changed.rstrip() == NOTE.rstrip():
        return

    with pytest.raises(CallerError):
        read_note(changed, VERIFIER)


def test_a_note_of_another_signer_or_of_no_origin_is_none() -> None:
    other = Ed25519PrivateKey.from_private_bytes(b"t" * 32)
    with pytest.raises(CallerError, match="not signed"):
        read_note(NOTE, verifier_of("example.cn/ledger", other.public_key()))
    for origin in ("", "a b", "a+b", "a\n"):
        with pytest.raises(CallerError, match="origin"):
            signed_note(Checkpoint(origin, 0, EMPTY), SIGNER)
    for text in ("", "a\nb\nc\n\n", "a\n1\n!!\n\n— a AAAA\n"):
        with pytest.raises(CallerError):
            read_note(text, VERIFIER)


def test_a_verifier_alone_is_enough_for_another_implementation() -> None:
    """The note is checked by hand, with what the line holds and the bare signature scheme."""
    origin, told, key = VERIFIER.split("+", 2)
    text, _, last = NOTE.partition("\n\n")
    name, signed = last.removeprefix("— ").split()
    body = base64.b64decode(signed)

    assert name == origin
    assert body[:4].hex() == told
    Ed25519PublicKey.from_public_bytes(base64.b64decode(key)[1:]).verify(body[4:], f"{text}\n".encode())


def test_the_verifier_of_a_log_that_is_not_ours_is_read() -> None:
    """That of Go's checksum database, whose key id another implementation made."""
    theirs = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
    with pytest.raises(CallerError, match="not signed"):
        read_note(NOTE, theirs)


@pytest.mark.parametrize(
    "line", ["", "a+b", "a+b+c", VERIFIER.replace("+", "-", 1), VERIFIER[:-8], VERIFIER + "A"]
)
def test_what_is_no_verifier_is_said_so(line: str) -> None:
    with pytest.raises(CallerError, match="no verifier"):
        read_note(NOTE, line)
