"""
Base32 (RFC 4648) of digests, three characters a step.

Every claim, every command under a key and every message is known by one; `base64.b32encode` takes twice as long
as the digest itself.
"""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import Final

__all__ = ["base32"]

_ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_DIGEST_BYTES: Final = 32
_SHIFTS: Final = tuple(range(255, -1, -15))
"""Where each group of fifteen bits begins, once fourteen noughts are put behind the digest's 256."""


@cache
def _triples() -> tuple[str, ...]:
    return tuple(map("".join, product(_ALPHABET, repeat=3)))


def base32(digest: bytes) -> str:
    """
    Return the 56 characters of a *digest* of 32 bytes, the padding among them.

    Raises:
        ValueError: it has another length.

    >>> base32(bytes(32))[-8:]
    'AAAA===='
    """
    if len(digest) != _DIGEST_BYTES:
        raise ValueError("a digest has 32 bytes")
    bits, triples = int.from_bytes(digest, "big") << 14, _triples()
    return "".join([triples[bits >> shift & 0x7FFF] for shift in _SHIFTS])[:52] + "===="
