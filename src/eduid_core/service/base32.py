"""
Base32 (RFC 4648) of digests, all characters at once.

Every claim, every command under a key and every message is known by one; `base64.b32encode` takes several times
as long as the digest itself.
"""

from __future__ import annotations

from typing import Final

__all__ = ["base32"]

_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_OF_FIVE_BITS: Final = _ALPHABET.ljust(256)
_DIGEST_BYTES: Final = 32
_CHARACTERS: Final = 52
"""Groups of five bits in a digest, the last filled up with four noughts."""


def _blocks(half: int, bits: int) -> int:
    """Return a mask of *bits* in every block of twice *half* bytes."""
    return sum(bits << 16 * half * block for block in range(32 // half))


_SPREAD: Final = tuple(
    (_blocks(half, (1 << 5 * half) - 1), _blocks(half, ((1 << 5 * half) - 1) << 5 * half), 3 * half)
    for half in (32, 16, 8, 4, 2, 1)
)
"""Of each block of groups: which bits stay, which move up, and how far. At last each group has its own byte."""


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
    groups = int.from_bytes(digest, "big") << 4
    for stays, moves, far in _SPREAD:
        groups = groups & stays | (groups & moves) << far
    return groups.to_bytes(_CHARACTERS, "big").translate(_OF_FIVE_BITS).decode("ascii") + "===="
