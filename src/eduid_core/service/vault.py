"""
The vault: one random key a person, wrapped by the master key; sealed bodies bound to their place; keyed
digests for uniqueness.

A sealed body is `version(1) ‖ profile(1) ‖ nonce(12) ‖ ciphertext ‖ tag(16)`, AES-256-GCM. Its associated data
is the length-prefixed place it belongs to (tenant, record, field), so a body moved elsewhere does not open.
Destroying a person's data key makes everything sealed under it unreadable.

Sources: GB/T 39786-2021 8.4 (confidentiality at rest), NIST SP 800-38D.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from eduid_core.findings import AdapterError
from eduid_core.plugins import MasterKey

__all__ = ["DataKey", "Vault", "one_time_code"]

_VERSION, _AES_256_GCM = 1, 1
_HEAD: Final = bytes((_VERSION, _AES_256_GCM))
_NONCE_BYTES, _KEY_BYTES = 12, 32

Entropy = Callable[[int], bytes]


def _place(*parts: str) -> bytes:
    """Return *parts* length-prefixed, so that no two places read alike."""
    place = b""
    for part in parts:
        encoded = part.encode()
        place += len(encoded).to_bytes(4, "big") + encoded
    return place


class DataKey:
    """One person's key: seals and opens what belongs to that person."""

    __slots__ = ("_aead", "_entropy", "_tenant")

    def __init__(self, secret: bytes, *, tenant: str, entropy: Entropy) -> None:
        """Take 32 bytes of *secret*."""
        self._aead, self._tenant, self._entropy = AESGCM(secret), tenant, entropy

    def __repr__(self) -> str:
        return "DataKey()"

    def seal(self, body: bytes, *, record: str, field: str) -> bytes:
        """Return *body* sealed for its place."""
        nonce = self._entropy(_NONCE_BYTES)
        return _HEAD + nonce + self._aead.encrypt(nonce, body, _place(self._tenant, record, field))

    def open(self, sealed: bytes, *, record: str, field: str) -> bytes:
        """
        Return what was sealed for this place.

        Raises:
            AdapterError: `sealed_unreadable`: another key, another place, or a changed byte.
        """
        if sealed[:2] != _HEAD:
            raise AdapterError("sealed_unreadable", "vault")
        nonce, body = sealed[2 : 2 + _NONCE_BYTES], sealed[2 + _NONCE_BYTES :]
        try:
            return self._aead.decrypt(nonce, body, _place(self._tenant, record, field))
        except InvalidTag:
            raise AdapterError("sealed_unreadable", "vault") from None


class Vault:
    """The master key at work."""

    def __init__(self, master: MasterKey, *, entropy: Entropy, tenant: str = "") -> None:
        """Derive the keys of each purpose from *master*; none is ever stored."""
        self._tenant, self._entropy, self._master = tenant, entropy, master
        self._wrapping = DataKey(self._derived("wrap"), tenant=tenant, entropy=entropy)
        self._index, self._codes = self._derived("index"), self._derived("codes")
        self.house = DataKey(self._derived("house"), tenant=tenant, entropy=entropy)
        """The key of what belongs to no single person: messages on their way."""
        self.check = hmac.digest(self._derived("check"), b"eduid_core", sha256)
        """What tells this key from another without telling anything of it."""

    def __repr__(self) -> str:
        return f"Vault(key={self._master.id!r})"

    def _derived(self, purpose: str) -> bytes:
        info = _place("eduid_core", self._tenant, purpose)
        return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=info).derive(self._master.secret)

    def new_data_key(self, person: str) -> tuple[DataKey, bytes]:
        """Return a fresh key for *person* and its wrapped form, which is what is stored."""
        secret = self._entropy(_KEY_BYTES)
        key = DataKey(secret, tenant=self._tenant, entropy=self._entropy)
        return key, self._wrapping.seal(secret, record=person, field="data_key")

    def data_key(self, person: str, wrapped: bytes) -> DataKey:
        """Return *person*'s key from its wrapped form. Raises AdapterError: it is not theirs."""
        secret = self._wrapping.open(wrapped, record=person, field="data_key")
        return DataKey(secret, tenant=self._tenant, entropy=self._entropy)

    def blind(self, kind: str, value: str) -> str:
        """
        Return the keyed digest of *value*: equal for equal values of one kind, telling nothing else.

        Full length, for a truncated one would turn real people away by collision.
        """
        return base64.b32encode(hmac.digest(self._index, _place(self._tenant, kind, value), sha256)).decode()

    def code(self, nonce: str, *, purpose: str, phone: str, flow: str) -> str:
        """Return the six-digit one-time code of *nonce* for this purpose, phone and flow."""
        return one_time_code(self._codes, nonce, purpose, phone, flow)


def one_time_code(key: bytes, *about: str) -> str:
    """
    Return HMAC-SHA-256(*key*, *about*) modulo a million, in six digits.

    64 bits are reduced, so no code is likelier than another by more than one in 10^13.
    """
    digest = hmac.digest(key, _place(*about), sha256)
    return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06d}"
