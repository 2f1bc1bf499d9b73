"""
The signature of a request: HMAC-SHA256 over time, nonce and body, under a secret that both sides hold.

    X-Eduid-Timestamp: seconds of the Unix epoch
    X-Eduid-Nonce:     a text that is used once
    X-Eduid-Signature: hex HMAC-SHA256(secret, timestamp "." nonce "." body)
"""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Mapping
from typing import Final

__all__ = ["is_signed", "signed_headers"]

_TIME, _NONCE, _SIGNATURE = "x-eduid-timestamp", "x-eduid-nonce", "x-eduid-signature"
_LONGEST_TIME: Final = 12


def signed_headers(*, secret: str, body: bytes, now: dt.datetime, nonce: str) -> dict[str, str]:
    """Return the headers that sign *body* at *now*, aware; a *nonce* is used once."""
    at = str(int(now.timestamp()))
    return {_TIME: at, _NONCE: nonce, _SIGNATURE: _signature(secret, at, nonce, body)}


def is_signed(
    *, secret: str, headers: Mapping[str, str], body: bytes, now: dt.datetime, tolerance_s: float = 300.0
) -> bool:
    """
    Return whether *headers*, with names in lower case, sign *body* within *tolerance_s* of *now*, aware.

    That the nonce is new is for the caller to see.
    """
    at, nonce = headers.get(_TIME, ""), headers.get(_NONCE, "")
    if not (at.isascii() and at.isdecimal() and len(at) <= _LONGEST_TIME and nonce):
        return False
    if abs(now.timestamp() - int(at)) > tolerance_s:
        return False
    right = _signature(secret, at, nonce, body)
    return hmac.compare_digest(right.encode(), headers.get(_SIGNATURE, "").encode("utf-8", "replace"))


def _signature(secret: str, at: str, nonce: str, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{at}.{nonce}.".encode() + body, "sha256").hexdigest()
