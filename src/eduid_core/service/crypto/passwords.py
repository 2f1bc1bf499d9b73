"""
Password hashes: argon2id with a pepper that is stored apart from the store.

The password is normalised by NFKC and otherwise used as received: never trimmed, folded or cut (OWASP ASVS 5.0
6.2.8; NIST SP 800-63B requires the normalisation). Normalising takes time quadratic in the length, so a
password that is too long is not normalised at all.
"""

from __future__ import annotations

import hmac
import unicodedata
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from eduid_core.private import PrivateText

if TYPE_CHECKING:
    from argon2 import PasswordHasher

__all__ = ["LONGEST", "Passwords", "is_too_long"]

LONGEST: Final = 256
"""The longest password in characters: four times the length that NIST SP 800-63B requires to be accepted."""


def is_too_long(password: PrivateText) -> bool:
    """Return whether *password* is too long to be any account's password."""
    return len(password.reveal("check its length")) > LONGEST


class Passwords:
    """Hashes and verifies, with one pepper."""

    def __init__(self, pepper: bytes, *, hasher: PasswordHasher | None = None) -> None:
        """Take the *pepper*, derived from the master key; a cheap *hasher* is for simulations only."""
        self._pepper, self._given = pepper, hasher

    @cached_property
    def _hasher(self) -> PasswordHasher:
        """Return the hasher, loaded at the first password: most processes never see one."""
        from argon2 import PasswordHasher  # noqa: PLC0415 - as above

        return self._given or PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

    @cached_property
    def _nobodys(self) -> str:
        """Return a hash that no password has: its input is longer than any password."""
        return self._hasher.hash(self._pepper.hex() * 2)

    def _peppered(self, password: PrivateText) -> str:
        text = unicodedata.normalize("NFKC", password.reveal("hash"))
        return hmac.new(self._pepper, text.encode("utf-8", "surrogatepass"), sha256).hexdigest()

    def hash(self, password: PrivateText) -> str:
        """Return the hash to store."""
        return self._hasher.hash(self._peppered(password))

    def verify(self, password: PrivateText, hashed: str) -> bool:
        """Return whether *password* matches *hashed*; an impossible match costs the same work."""
        from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415 - see `_hasher`

        if is_too_long(password):
            password, hashed = PrivateText(""), ""
        try:
            return self._hasher.verify(hashed or self._nobodys, self._peppered(password))
        except (VerificationError, InvalidHashError):
            return False
