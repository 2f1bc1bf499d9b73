"""
Signed notes: a ledger's checkpoint as text that a witness keeps.

    eduid.example/ledger
    17
    <root, base64>

    — eduid.example/ledger <key id and signature, base64>

A reader checks it with one line, the verifier: origin, key id and key, a plus sign between them.

Standard:
    C2SP signed-note and tlog-checkpoint; Ed25519 (RFC 8032).
"""

from __future__ import annotations

import base64
import binascii
from hashlib import sha256

import attrs
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from eduid_core.findings import CallerError

__all__ = ["Checkpoint", "key_id", "read_note", "signed_note", "verifier_of"]

_ED25519 = b"\x01"
_LINES = 3


@attrs.frozen
class Checkpoint:
    """The size of a ledger at one time: its origin, the number of its entries, their root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the signed text."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def key_id(origin: str, public: Ed25519PublicKey) -> bytes:
    """Return the four bytes that identify the signer to a reader."""
    return sha256(origin.encode() + b"\n" + _ED25519 + public.public_bytes_raw()).digest()[:4]


def verifier_of(origin: str, public: Ed25519PublicKey) -> str:
    """Return the line that verifies notes of *origin*: name, key id and key."""
    key = base64.b64encode(_ED25519 + public.public_bytes_raw()).decode()
    return f"{origin}+{key_id(origin, public).hex()}+{key}"


def _public_key(verifier: str) -> Ed25519PublicKey:
    """Return the key of a line of `verifier_of`. Raises CallerError: it is not such a line."""
    try:
        origin, digest, key = verifier.split("+", 2)
        raw = base64.b64decode(key, validate=True)
        public = Ed25519PublicKey.from_public_bytes(raw[1:])
    except (ValueError, binascii.Error):
        raise CallerError("no verifier") from None
    if raw[:1] != _ED25519 or key_id(origin, public).hex() != digest:
        raise CallerError("no verifier")
    return public


def signed_note(checkpoint: Checkpoint, signer: Ed25519PrivateKey) -> str:
    """
    Return *checkpoint* signed.

    Raises:
        CallerError: the origin is empty or holds a blank or a plus sign.
    """
    origin = checkpoint.origin
    if not origin or any(c.isspace() or c == "+" for c in origin):
        raise CallerError("an origin has no blank and no plus sign")
    text = checkpoint.text()
    body = key_id(origin, signer.public_key()) + signer.sign(text.encode())
    return f"{text}\n— {origin} {base64.b64encode(body).decode()}\n"


def read_note(note: str, verifier: str) -> Checkpoint:
    """
    Return the checkpoint of *note*; signatures other than that of *verifier* (`Ledger.verifier`) are skipped.

    Raises:
        CallerError: *note* is not a note, *verifier* is not a verifier line, or it has not signed the note.
    """
    public = _public_key(verifier)
    text, parted, signatures = note.partition("\n\n")
    lines = text.split("\n")
    try:
        origin, size, tree = lines[:_LINES]
        checkpoint = Checkpoint(origin, int(size), base64.b64decode(tree, validate=True))
    except (ValueError, binascii.Error):
        raise CallerError("no checkpoint") from None
    if not parted or checkpoint.text() != text + "\n":
        raise CallerError("no checkpoint")
    if not any(_signed(text + "\n", line, origin, public) for line in signatures.splitlines()):
        raise CallerError("the checkpoint is not signed by this key")
    return checkpoint


def _signed(text: str, line: str, origin: str, public: Ed25519PublicKey) -> bool:
    try:
        dash, name, body = line.split(" ")
        raw = base64.b64decode(body, validate=True)
    except (ValueError, binascii.Error):
        return False
    if (dash, name) != ("—", origin) or raw[:4] != key_id(origin, public):
        return False
    try:
        public.verify(raw[4:], text.encode())
    except InvalidSignature:
        return False
    return True
