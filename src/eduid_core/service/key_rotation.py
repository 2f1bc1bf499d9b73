"""
The vault of a store: opened under the master key it was begun with or rotated to; rotation needs no downtime.

To rotate: give every process a key source with the new key and, as `older`, the previous one. Then run `rotate`
once. Then the older key may be destroyed. Only the data keys are wrapped again; sealed bodies do not change.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from eduid_core.findings import AdapterError
from eduid_core.plugins import Append, Commit, Committed, Document, MasterKey, Read, Record, Store
from eduid_core.service.crypto.data_keys import KIND
from eduid_core.service.crypto.vault import Profile, Vault, check_not_constant, founder_of
from eduid_core.service.erasure import Erased
from eduid_core.service.ledger.entries import CHECKPOINT, CURRENT, LedgerWriter

__all__ = ["GENERATIONS", "KeyGeneration", "open_vault", "rotate"]

GENERATIONS: Final = "vault/keys"
"""The stream of the rotations: each record authenticates the master key that it begins."""
_TRIES: Final = 5

_ERASED = Erased.status


def open_vault(
    store: Store, master: MasterKey, *, entropy: Callable[[int], bytes], tenant: str, profile: Profile
) -> Vault:
    """
    Return the vault of *store*; on first use, derive its secrets and store them.

    Raises:
        AdapterError: `key_wrong`: the store was begun under, or rotated to, a key that *master* does not know;
            `key_unreadable`: a new store would be begun under one byte repeated; `ledger_changed`: its secrets
            were removed since a checkpoint of its ledger was signed.
    """
    found = store.documents("vault", ["check", "house"])
    check, kept = found.get("check"), found.get("house", b"")
    founder = founder_of(check, (master, *master.older), tenant) if check is not None else master
    if founder is None:
        raise AdapterError("key_wrong", "vault")
    if check is None:
        check_not_constant(master)
    vault = Vault(master, entropy=entropy, tenant=tenant, profile=profile, founder=founder, kept=kept)
    if not (kept and check) and store.documents(CHECKPOINT, [CURRENT]):
        raise AdapterError("ledger_changed", "vault")
    if not kept:
        fresh = [Document("vault", "house", vault.kept())]
        first = fresh if check else [Document("vault", "check", vault.check), *fresh]
        LedgerWriter(store, vault).put(first, what="vault")
    return vault


class KeyGeneration:
    """
    The generation of the master key that this process wraps new keys under, as the store knows it.

    A rotation first appends to a stream. Every commit with a new data key requires the version of that stream
    that its process has read, so no key is wrapped under a master key that a rotation has replaced: the commit
    fails, and the process fetches the current key, or refuses.
    """

    def __init__(self, store: Store, vault: Vault, source: Callable[[], MasterKey]) -> None:
        """
        Read the current generation; *source* returns the master key.

        Raises:
            AdapterError: `key_outdated`: the store was rotated to a key that *vault* does not use.
        """
        self._store, self._vault, self._source = store, vault, source
        self._version = 0
        self._read()

    def _read(self) -> None:
        (stream,) = self._store.load([GENERATIONS], whole=True)
        if stream.records and stream.records[-1].body != _body(self._vault):
            raise AdapterError("key_outdated", "vault")
        self._version = stream.version

    def required(self) -> Read:
        """Return the version of the stream that a commit with a new data key requires."""
        return Read(GENERATIONS, self._version)

    def renew(self) -> None:
        """
        Take the current master key into use.

        Raises:
            AdapterError: `key_wrong`: the source no longer knows the key in use; `key_outdated`: it does not
            know
                the current one.
        """
        self._vault.renew(self._source())
        self._read()


def _body(vault: Vault) -> bytes:
    return vault.check.hex().encode()


def _announce(ledger: LedgerWriter, told: dict[str, str]) -> None:
    """Let every process know the current master key before any key is wrapped under it."""
    for _ in range(_TRIES):
        (stream,) = ledger.store.load([GENERATIONS], whole=True)
        if stream.records and stream.records[-1].body == _body(ledger.vault):
            return
        record = Record("KeyRotated", _body(ledger.vault))
        append = Append(stream=GENERATIONS, expected=stream.version, records=(record,), status="current")
        (outcome,) = ledger.commit([Commit(appends=(append,))], **told)
        if isinstance(outcome, Committed):
            return
    raise AdapterError("key_outdated", "vault")


def rotate(ledger: LedgerWriter, *, at: dt.datetime, batch: int = 500) -> int:
    """
    Wrap every key again under the current master key; return the number of keys that needed it.

    A person erased meanwhile stays erased: their key is deleted again at the end. A rotation killed halfway is
    simply run again.
    """
    store, vault, told = ledger.store, ledger.vault, {"at": at.isoformat(), "what": "rotation"}
    _announce(ledger, told)
    old = [
        (person, fresh)
        for person, wrapped in store.documents(KIND).items()
        if (fresh := vault.rewrapped(person, wrapped)) is not None
    ]
    for start in range(0, len(old), batch):
        ledger.put([Document(KIND, person, fresh) for person, fresh in old[start : start + batch]], **told)
    gone = {
        name.replace("/", ":", 1)
        for kind in ("application", "account")
        for name in store.streams(f"{kind}/", _ERASED)
    }
    ledger.put([Document(KIND, person, b"") for person in sorted(gone)], **told)
    ledger.put([Document("vault", "house", vault.kept()), Document("vault", "check", vault.check)], **told)
    return len(old)
