"""
The second factor: time-based one-time passwords, and ten recovery codes for the day the device is lost.

A code is valid in its step of thirty seconds and in the two beside it, and once. Each attempt is debited before
it is compared, so no number of processes gains another attempt.

Standard:
    RFC 6238 (TOTP: SHA-1, six digits, thirty seconds), NIST SP 800-63B 5.1.4.2.
"""

from __future__ import annotations

import base64
import datetime as dt
import hmac
import json
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote

import attrs

from eduid_core.plugins import Commit, Committed, Debit, Document
from eduid_core.private import OtpCode, PrivateText
from eduid_core.service.crypto.vault import Vault
from eduid_core.service.ledger.entries import LedgerWriter, entry

__all__ = ["FACTOR_KINDS", "RESET_AFTER", "Enrolment", "FactorStore", "SecondFactor"]

FACTOR_KINDS: Final = ("second_factor", "second_factor_new")
"""The kinds of documents that hold second factors: the one that counts, and one not yet confirmed."""
_KIND, _NEW = FACTOR_KINDS
_STEP_S: Final = 30
_SECRET_BYTES: Final = 20
_RECOVERY_CODES: Final = 10
_RECOVERY_BYTES: Final = 5
_TRIES_PER_HOUR: Final = 10
RESET_AFTER: Final = dt.timedelta(hours=24)
"""The time after which a reset by the seat above counts: until then its owner can still log in and stop it."""


@attrs.frozen(kw_only=True)
class SecondFactor:
    """
    The second factor of an account: `id` distinguishes it from an earlier one.

    `ends_at` is the time from which a reset counts, or None.
    """

    id: str
    secret: PrivateText
    recovery: tuple[str, ...] = attrs.field(repr=False)
    ends_at: dt.datetime | None = None

    def stands(self, at: dt.datetime) -> bool:
        """Return whether the factor was not reset before *at*."""
        return self.ends_at is None or at < self.ends_at


@attrs.frozen(kw_only=True)
class Enrolment:
    """What the owner of a new factor is shown, once: its secret, as a device reads it, and recovery codes."""

    secret: str = attrs.field(repr=False)
    uri: str = attrs.field(repr=False)
    recovery_codes: tuple[str, ...] = attrs.field(repr=False)


@attrs.frozen
class FactorStore:
    """The second factors of the store of a *ledger*, sealed by the key of its deployment."""

    ledger: LedgerWriter
    vault: Vault
    entropy: Callable[[int], bytes] = attrs.field(repr=False)

    def find(self, account_id: str) -> SecondFactor | None:
        """Return the confirmed factor of an account."""
        return self._find(_KIND, account_id)

    def _find(self, kind: str, account_id: str) -> SecondFactor | None:
        body = self.ledger.store.documents(kind, [account_id]).get(account_id)
        return self._read(kind, account_id, body) if body else None

    def enrol(self, account_id: str, at: dt.datetime) -> Enrolment:
        """Draw a new factor for the account, which takes the place of any other when it is confirmed."""
        secret = base64.b32encode(self.entropy(_SECRET_BYTES)).decode()
        codes = tuple(base64.b32encode(self.entropy(_RECOVERY_BYTES)).decode() for _ in range(_RECOVERY_CODES))
        factor = SecondFactor(
            id=self.entropy(8).hex(),
            secret=PrivateText(secret),
            recovery=tuple(self._recovery(account_id, code) for code in codes),
        )
        self._commit(self._documents(_NEW, account_id, factor, at, "enrolled"))
        label = quote(f"eduid:{account_id}")
        uri = f"otpauth://totp/{label}?secret={secret}&issuer=eduid"
        return Enrolment(secret=secret, uri=uri, recovery_codes=codes)

    def confirm(self, account_id: str, code: OtpCode, at: dt.datetime) -> bool:
        """Return whether *code* is of the factor that waits for its confirmation; then it counts."""
        factor = self._find(_NEW, account_id)
        if factor is None or not self._matches(account_id, factor, code, at):
            return False
        waiting = Document(_NEW, account_id, b"")
        self._commit((waiting, *self._documents(_KIND, account_id, factor, at, "confirmed")))
        return True

    def verify(self, account_id: str, code: OtpCode, at: dt.datetime) -> bool:
        """Return whether *code*, or a recovery code, is of the account's factor. It ends a reset under way."""
        factor = self.find(account_id)
        if factor is None or not factor.stands(at) or not self._matches(account_id, factor, code, at):
            return False
        if factor.ends_at is not None:
            kept = attrs.evolve(factor, ends_at=None)
            self._commit(self._documents(_KIND, account_id, kept, at, "reset_stopped"))
        return True

    def reset(self, account_id: str, at: dt.datetime) -> tuple[Document, ...]:
        """
        Return the documents by which the factor ends after a day, unless its owner logs in with it; none if
        there is no factor.
        """
        factor = self.find(account_id)
        if factor is None or not factor.stands(at):
            return ()
        return self._documents(_KIND, account_id, attrs.evolve(factor, ends_at=at + RESET_AFTER), at, "reset")

    # --- comparing -------------------------------------------------------------------------------------

    def _matches(self, account_id: str, factor: SecondFactor, code: OtpCode, at: dt.datetime) -> bool:
        hour = f"{at:%Y-%m-%dT%H}"
        if not self._spent("factor_tries", f"{account_id}\x1f{factor.id}", hour, _TRIES_PER_HOUR):
            return False
        typed = code.reveal("compare the second factor").upper()
        step = int(at.timestamp()) // _STEP_S
        for near in (step, step - 1, step + 1):
            if hmac.compare_digest(_totp(factor.secret, near), typed.encode()):
                return self._spent("factor_step", f"{account_id}\x1f{factor.id}\x1f{near}", "once", 1)
        recovery = self._recovery(account_id, typed)
        if any(hmac.compare_digest(kept, recovery) for kept in factor.recovery):
            return self._spent("factor_recovery", f"{factor.id}\x1f{recovery}", "once", 1)
        return False

    def _spent(self, kind: str, whose: str, window: str, limit: int) -> bool:
        """Debit one unit; return False if none is left."""
        debit = Debit(kind=kind, digest=self.vault.blind(kind, whose), window=window, limit=limit)
        (outcome,) = self.ledger.store.commit([Commit(debits=(debit,))])
        return isinstance(outcome, Committed)

    def _recovery(self, account_id: str, code: str) -> str:
        return self.vault.blind("factor_recovery", f"{account_id}\x1f{code}")

    # --- keeping ---------------------------------------------------------------------------------------

    def _commit(self, documents: tuple[Document, ...]) -> None:
        self.ledger.commit([Commit(documents=documents)])

    def _documents(
        self, kind: str, account_id: str, factor: SecondFactor, at: dt.datetime, change: str
    ) -> tuple[Document, ...]:
        """Return the factor, sealed, and the ledger's entry of its *change*."""
        told: dict[str, Any] = {
            "id": factor.id,
            "secret": factor.secret.reveal("seal"),
            "recovery": factor.recovery,
            "ends_at": factor.ends_at.isoformat() if factor.ends_at else None,
        }
        sealed = self.vault.house.seal(json.dumps(told).encode(), record=account_id, field=kind)
        unique = f"{_KIND}/{account_id}/{self.entropy(16).hex()}"
        recorded = entry(unique, at=at.isoformat(), account=account_id, second_factor=change)
        return Document(kind, account_id, sealed), recorded

    def _read(self, kind: str, account_id: str, body: bytes) -> SecondFactor:
        told = json.loads(self.vault.house.open(body, record=account_id, field=kind))
        return SecondFactor(
            id=told["id"],
            secret=PrivateText(told["secret"]),
            recovery=tuple(told["recovery"]),
            ends_at=dt.datetime.fromisoformat(told["ends_at"]) if told["ends_at"] else None,
        )


def _totp(secret: PrivateText, step: int) -> bytes:
    """Return the code of a *step* of thirty seconds since 1970."""
    from cryptography.hazmat.primitives.hashes import SHA1  # noqa: PLC0415 - staff alone need it
    from cryptography.hazmat.primitives.twofactor.hotp import HOTP  # noqa: PLC0415

    key = base64.b32decode(secret.reveal("compare the second factor"))
    return HOTP(key, 6, SHA1()).generate(step)  # noqa: S303 - RFC 6238 names it; devices know no other
