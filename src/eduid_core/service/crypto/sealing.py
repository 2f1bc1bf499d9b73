"""
Sealing: authenticated encryption of a body under a person's key, bound to its place.

A sealed body is `version(1) ‖ profile(1) ‖ nonce(12) ‖ ciphertext ‖ tag(16)`. Its associated data is the
length-prefixed place (tenant, record, field), so a body moved to another place does not open. The profile names
the cipher: a store may hold both, and a body sealed under one profile opens under a service of the other.

Sources: GB/T 39786-2021 8.4 (confidentiality at rest; SM4 and SM3 where a province asks for them), GB/T 32907
(SM4), GB/T 32905 (SM3), NIST SP 800-38D (GCM).
"""

from __future__ import annotations

import enum
import hmac
from collections.abc import Callable
from hashlib import sha256
from typing import Final, Protocol, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hmac import HMAC

from eduid_core.findings import AdapterError

__all__ = ["DataKey", "Profile", "keyed_digest", "place", "place_in", "without_traces"]

VERSION: Final = 1
NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_SM4_KEY_BYTES: Final = 16


T = TypeVar("T")


def without_traces(make: Callable[[], T]) -> T:
    """
    Return the result of *make*. If it fails, the frames of the error hold the text being sealed or opened, and
    a crash reporter shows local variables of frames; so a new error is raised without any link to the old one.

    Raises:
        AdapterError: the code of the original error, or `sealing_failed`.
    """
    try:
        return make()
    except AdapterError as error:
        failure = AdapterError(error.code, error.adapter)
    except Exception:  # noqa: BLE001 - whatever it was
        failure = AdapterError("sealing_failed", "vault")
    raise failure  # outside of the handler: within it, the old error would be its context


class Profile(enum.IntEnum):
    """The ciphers of a deployment: one for sealing, one for keyed digests."""

    AES = 1
    """AES-256-GCM, HMAC-SHA-256."""
    SM = 2
    """SM4-GCM, HMAC-SM3 (国密)."""


def place(*parts: str) -> bytes:
    """Return *parts* length-prefixed, so that no two places give the same bytes."""
    encoded_parts = b""
    for part in parts:
        encoded = part.encode()
        encoded_parts += len(encoded).to_bytes(4, "big") + encoded
    return encoded_parts


def place_in(tenant: bytes, record: str, field: str) -> bytes:
    """Return `place` of a tenant (its part is already encoded), a record and a field."""
    where, what = record.encode(), field.encode()
    return tenant + len(where).to_bytes(4, "big") + where + len(what).to_bytes(4, "big") + what


def keyed_digest(profile: Profile, key: bytes, body: bytes) -> bytes:
    """Return the keyed digest of *body*, 32 bytes."""
    if profile is Profile.AES:
        return hmac.digest(key, body, sha256)
    mac = HMAC(key, hashes.SM3())
    mac.update(body)
    return mac.finalize()


class _Aead(Protocol):
    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes: ...

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes: ...


class _Sm4Gcm:
    """SM4 in GCM with the tag at the end, like the AEAD classes of `cryptography` for AES."""

    def __init__(self, key: bytes) -> None:
        self._cipher = algorithms.SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        sealing = Cipher(self._cipher, modes.GCM(nonce)).encryptor()
        sealing.authenticate_additional_data(associated_data)
        return sealing.update(data) + sealing.finalize() + sealing.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        if len(data) < _TAG_BYTES:
            raise InvalidTag
        opening = Cipher(self._cipher, modes.GCM(nonce, data[-_TAG_BYTES:])).decryptor()
        opening.authenticate_additional_data(associated_data)
        return opening.update(data[:-_TAG_BYTES]) + opening.finalize()


def _aead(profile: Profile, secret: bytes) -> _Aead:
    if profile is Profile.AES:
        return AESGCM(secret)
    return _Sm4Gcm(keyed_digest(Profile.SM, secret, b"SM4-GCM")[:_SM4_KEY_BYTES])


class DataKey:
    """One person's key: seals under the deployment's profile and opens that person's bodies."""

    __slots__ = ("_aeads", "_entropy", "_head", "_profile", "_secret", "_tenant")

    def __init__(
        self,
        secret: bytes,
        *,
        tenant: str,
        entropy: Callable[[int], bytes],
        profile: Profile = Profile.AES,
    ) -> None:
        """Take 32 bytes of *secret*."""
        self._secret, self._tenant, self._entropy = secret, place(tenant), entropy
        self._profile, self._head = profile, bytes((VERSION, profile))
        self._aeads = {profile: _aead(profile, secret)}

    def __repr__(self) -> str:
        return "DataKey()"

    def seal(self, body: bytes, *, record: str, field: str) -> bytes:
        """Return *body* sealed for its place."""
        nonce = self._entropy(NONCE_BYTES)
        where = place_in(self._tenant, record, field)
        return self._head + nonce + self._aeads[self._profile].encrypt(nonce, body, where)

    def open(self, sealed: bytes, *, record: str, field: str) -> bytes:
        """
        Return the body sealed for this place, under either profile.

        Raises:
            AdapterError: `sealed_unreadable`: another key, another place, or a changed byte.
        """
        nonce, body = sealed[2 : 2 + NONCE_BYTES], sealed[2 + NONCE_BYTES :]
        try:
            return self._of(sealed[:2]).decrypt(nonce, body, place_in(self._tenant, record, field))
        except (InvalidTag, ValueError):  # ValueError: a nonce or a head cut short
            raise AdapterError("sealed_unreadable", "vault") from None

    def _of(self, head: bytes) -> _Aead:
        """Return the cipher of a head. Raises ValueError: it names no cipher."""
        if len(head) != len(self._head) or head[0] != VERSION:
            raise ValueError("no head of ours")
        profile = Profile(head[1])
        if profile not in self._aeads:
            self._aeads[profile] = _aead(profile, self._secret)
        return self._aeads[profile]
