"""
The signature of a report: an Ed25519 key made for the run signs the bytes of the report.

The public key stands beside the signature, so a valid signature shows that the report was not changed by
accident or in part. It does not show the author: anybody can make another key and sign another report. Only a
fingerprint kept elsewhere ties a report to its run.
"""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

import attrs
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

__all__ = ["ReportCheck", "check_report", "fingerprint", "write_signed"]


@attrs.frozen
class ReportCheck:
    """The result of a check: the reason for a rejection (empty if there is none), and the fingerprint."""

    why: str
    fingerprint: str = ""


def fingerprint(public: bytes) -> str:
    """Return the SHA-256 of a public key."""
    return sha256(public).hexdigest()


def write_signed(folder: Path, report: dict[str, Any]) -> str:
    """Write `report.json` and `report.json.sig` into *folder*; return the fingerprint of the key."""
    body = json.dumps(report, ensure_ascii=False, indent=2).encode() + b"\n"
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    signed = {
        "algorithm": "Ed25519",
        "public_key": b64encode(public).decode(),
        "sha256": sha256(body).hexdigest(),
        "signature": b64encode(key.sign(body)).decode(),
    }
    _write(folder / "report.json", body)
    _write(folder / "report.json.sig", json.dumps(signed, indent=2).encode() + b"\n")
    return fingerprint(public)


def _write(path: Path, body: bytes) -> None:
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def check_report(report: Path, *, expected: str = "") -> ReportCheck:
    """
    Check the digest and the signature of *report*, and its key against the fingerprint *expected*, if given.

    Raises:
        OSError: the report or its signature cannot be read.
    """
    body = report.read_bytes()
    beside = report.with_name(report.name + ".sig").read_bytes()
    try:
        signed = json.loads(beside)
        public = b64decode(signed["public_key"], validate=True)
        signature = b64decode(signed["signature"], validate=True)
        key, digest = Ed25519PublicKey.from_public_bytes(public), signed["sha256"]
    except (ValueError, KeyError, TypeError):
        return ReportCheck("the signature file is not readable")
    if digest != sha256(body).hexdigest():
        return ReportCheck("the report is not the one that was signed: its SHA-256 differs")
    try:
        key.verify(signature, body)
    except InvalidSignature:
        return ReportCheck("the signature does not fit the report")
    if expected and expected.lower() != fingerprint(public):
        return ReportCheck("the report is signed with another key", fingerprint(public))
    return ReportCheck("", fingerprint(public))
