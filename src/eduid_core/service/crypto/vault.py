"""
The vault: one random data key per person, and the deployment's secrets, all wrapped by the master key.

The master key only wraps. The keys that must outlive it are secrets of the deployment: the key of blind
indexes, of one-time codes, of queued messages, the pepper of passwords, the signer of checkpoints. They are
derived once, from the master key the store was begun under, and then stored wrapped. So a new master key takes
over by wrapping again, while the service runs, and no digest changes. Destroying a person's data key makes
every body sealed under it unreadable.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from eduid_core.findings import AdapterError
from eduid_core.plugins import MasterKey
from eduid_core.service.crypto.sealing import DataKey, Profile, keyed_digest, place, place_in

__all__ = ["DataKey", "Profile", "Vault", "check_not_constant", "founder_of", "one_time_code"]

KEY_BYTES: Final = 32
_HOUSE: Final = ("index", "codes", "house", "check", "signer")

Entropy = Callable[[int], bytes]


def _derived(master: MasterKey, tenant: str, purpose: str) -> bytes:
    info = place("eduid_core", tenant, purpose)
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(master.secret)


def check_of(master: MasterKey, tenant: str) -> bytes:
    """Return a value that distinguishes this master key from others without revealing it."""
    return hmac.digest(_derived(master, tenant, "check"), b"eduid_core", sha256)


def _check_length(master: MasterKey) -> None:
    """Refuse keys of another length than 32 bytes, whichever source they come from."""
    if any(type(key.secret) is not bytes or len(key.secret) != KEY_BYTES for key in (master, *master.older)):
        raise AdapterError("key_unreadable", "vault")


def check_not_constant(master: MasterKey) -> None:
    """Refuse one byte repeated: a store is neither begun under such a key nor rotated to it."""
    if len(set(master.secret)) == 1:
        raise AdapterError("key_unreadable", "vault")


class Vault:
    """
    The master key in use.

    *kept* holds the wrapped secrets of the deployment, as stored; without it they are derived from *founder*,
    the master key the store was begun under. *profile* chooses the cipher of new bodies; blind digests keep the
    profile the store was begun with, because equal values must keep equal digests.

    Raises:
        AdapterError: `key_wrong`: no master key opens *kept*; `key_unreadable`: a key is not 32 bytes.
    """

    def __init__(
        self,
        master: MasterKey,
        *,
        entropy: Entropy,
        tenant: str = "",
        profile: Profile = Profile.AES,
        founder: MasterKey | None = None,
        kept: bytes = b"",
    ) -> None:
        """Derive the wrapping keys; open the secrets of the deployment, or derive them the first time."""
        _check_length(master)
        self._tenant, self._entropy, self._profile, self._master = tenant, entropy, profile, master
        self._place = place(tenant)
        self._wrapping = [self._key(_derived(m, tenant, "wrap")) for m in (master, *master.older)]
        self._digests, secrets = self._opened(kept) if kept else (profile, _founded(founder or master, tenant))
        self._index, self._codes = secrets["index"], secrets["codes"]
        self._secrets = secrets
        self.house = self._key(secrets["house"])
        """The key for data that belongs to no single person: queued messages."""
        self.pepper = hmac.digest(secrets["check"], b"eduid_core", sha256)
        """The pepper for digests of passwords and answers."""
        self._ledger = hmac.digest(self.pepper, b"ledger", sha256)
        self.check = check_of(master, tenant)

    def renew(self, master: MasterKey) -> None:
        """
        Continue under *master*, which may be newer; this wraps no key again.

        Raises:
            AdapterError: `key_wrong`: *master* does not know the current key; `key_unreadable`: not 32 bytes,
            or constant.
        """
        _check_length(master)
        if self._master.secret not in {known.secret for known in (master, *master.older)}:
            raise AdapterError("key_wrong", "vault")
        if self._master.secret != master.secret:
            check_not_constant(master)
        self._master, self.check = master, check_of(master, self._tenant)
        self._wrapping = [self._key(_derived(m, self._tenant, "wrap")) for m in (master, *master.older)]

    def __repr__(self) -> str:
        return f"Vault(key={self._master.id!r})"

    def _key(self, secret: bytes) -> DataKey:
        return DataKey(secret, tenant=self._tenant, entropy=self._entropy, profile=self._profile)

    # --- the secrets of the deployment ---------------------------------------------------------------------

    def kept(self) -> bytes:
        """Return the secrets of the deployment, wrapped by the current master key, for storage."""
        secrets = {name: base64.b64encode(self._secrets[name]).decode() for name in _HOUSE}
        body = json.dumps({"digests": self._digests, "secrets": secrets}).encode()
        return self._wrapping[0].seal(body, record="house", field="secrets")

    def _opened(self, kept: bytes) -> tuple[Profile, dict[str, bytes]]:
        try:
            body, _ = self._unwrapped(kept, record="house", field="secrets")
        except AdapterError:
            raise AdapterError("key_wrong", "vault") from None
        stored = json.loads(body)
        secrets = {name: base64.b64decode(text) for name, text in stored["secrets"].items()}
        return Profile(stored["digests"]), secrets

    def signer(self) -> Ed25519PrivateKey:
        """Return the key that signs the ledger's checkpoints."""
        return Ed25519PrivateKey.from_private_bytes(self._secrets["signer"])

    def proof(self, key: str, body: bytes) -> str:
        """Return the code that authenticates the ledger's entry *body* under *key*."""
        return hmac.digest(self._ledger, place(key) + body, sha256).hex()

    # --- a person's key --------------------------------------------------------------------------------

    def new_data_key(self, person: str) -> tuple[DataKey, bytes]:
        """Return a fresh key for *person* and its wrapped form, which is stored."""
        secret = self._entropy(KEY_BYTES)
        return self._key(secret), self._wrapping[0].seal(secret, record=person, field="data_key")

    def data_key(self, person: str, wrapped: bytes) -> DataKey:
        """Return *person*'s key from its wrapped form. Raises AdapterError: it belongs to another person."""
        return self._key(self._unwrapped(wrapped, record=person, field="data_key")[0])

    def rewrapped(self, person: str, wrapped: bytes) -> bytes | None:
        """Return *wrapped* wrapped again under the current master key; None if it is already."""
        secret, by = self._unwrapped(wrapped, record=person, field="data_key")
        return self._wrapping[0].seal(secret, record=person, field="data_key") if by else None

    def _unwrapped(self, wrapped: bytes, *, record: str, field: str) -> tuple[bytes, int]:
        """Return the unwrapped key and the index of its master key: 0 for the current one."""
        for by, key in enumerate(self._wrapping):
            try:
                return key.open(wrapped, record=record, field=field), by
            except AdapterError:
                continue
        raise AdapterError("sealed_unreadable", "vault")

    # --- digests ---------------------------------------------------------------------------------------

    def blind(self, kind: str, value: str) -> str:
        """
        Return the keyed digest of *value*: equal for equal values of a kind, and revealing no more.

        The digest is not truncated: a collision would turn real people away.
        """
        about = place_in(self._place, kind, value)
        return base64.b32encode(keyed_digest(self._digests, self._index, about)).decode()

    def code(self, nonce: str, *, purpose: str, phone: str, flow: str) -> str:
        """Return the six-digit one-time code of *nonce* for this purpose, phone and flow."""
        return one_time_code(self._codes, nonce, purpose, phone, flow)


def _founded(founder: MasterKey, tenant: str) -> dict[str, bytes]:
    return {name: _derived(founder, tenant, name) for name in _HOUSE}


def founder_of(check: bytes, masters: Sequence[MasterKey], tenant: str) -> MasterKey | None:
    """Return the master key of *masters* that matches the check of a store; None if there is none."""
    return next((m for m in masters if hmac.compare_digest(check_of(m, tenant), check)), None)


def one_time_code(key: bytes, *about: str) -> str:
    """
    Return HMAC-SHA-256(*key*, *about*) modulo a million, in six digits.

    64 bits are reduced, so no code is likelier than another by more than one in 10^13.
    """
    digest = hmac.digest(key, place(*about), sha256)
    return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06d}"
