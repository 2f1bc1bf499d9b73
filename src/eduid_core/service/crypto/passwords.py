"""
Password hashes: argon2id with a pepper kept apart from the store.

The password is normalised by NFKC and taken otherwise as received: never trimmed, folded or cut
(OWASP ASVS 5.0 6.2.8; NIST SP 800-63B asks for the normalisation). To normalise takes time by the square of the
length, so of what is too long nothing is made at all.
"""

from __future__ import annotations

import hmac
import unicodedata
from functools import cached_property
from hashlib import sha256
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from eduid_core.private import PrivateText

__all__ = ["LONGEST", "Passwords", "is_too_long"]

LONGEST: Final = 256
"""Characters a password may have: four times what NIST SP 800-63B asks to take."""

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def is_too_long(password: PrivateText) -> bool:
    """Return whether *password* is nobody's, however it goes on."""
    return len(password.reveal("check its length")) > LONGEST


class Passwords:
    """Hashes and verifies, with one pepper."""

    def __init__(self, pepper: bytes, *, hasher: PasswordHasher = _HASHER) -> None:
        """Take the *pepper*, derived from the master key; a cheap *hasher* is for simulations only."""
        self._pepper, self._hasher = pepper, hasher

    @cached_property
    def _nobodys(self) -> str:
        """Return a hash no password has: its input is longer than any."""
        return self._hasher.hash(self._pepper.hex() * 2)

    def _peppered(self, password: PrivateText) -> str:
        text = unicodedata.normalize("NFKC", password.reveal("hash"))
        return hmac.new(self._pepper, text.encode("utf-8", "surrogatepass"), sha256).hexdigest()

    def hash(self, password: PrivateText) -> str:
        """Return the hash to store."""
        return self._hasher.hash(self._peppered(password))

    def verify(self, password: PrivateText, hashed: str) -> bool:
        """Return whether *password* is the one that was hashed; where it cannot be the same work is done."""
        if is_too_long(password):
            password, hashed = PrivateText(""), ""
        try:
            return self._hasher.verify(hashed or self._nobodys, self._peppered(password))
        except (VerificationError, InvalidHashError):
            return False
