"""
The vault of a store: opened under the master key it was begun with or rotated to; rotation needs no downtime.

To rotate: give every process a key source with the new key and, as `older`, the previous one. Then run `rotate`
once. Then the older key may be destroyed. Only the data keys are wrapped again; sealed bodies do not change.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from eduid_core.findings import AdapterError
from eduid_core.plugins import Document, MasterKey, Store
from eduid_core.service.crypto.data_keys import KIND
from eduid_core.service.crypto.vault import Profile, Vault, founder_of
from eduid_core.service.erasure import Erased
from eduid_core.service.ledger.entries import CHECKPOINT, CURRENT, LedgerWriter

__all__ = ["open_vault", "rotate"]

_ERASED = Erased.status


def open_vault(
    store: Store, master: MasterKey, *, entropy: Callable[[int], bytes], tenant: str, profile: Profile
) -> Vault:
    """
    Return the vault of *store*; on first use, derive its secrets and store them.

    Raises:
        AdapterError: `key_wrong`: the store was begun under, or rotated to, a key that *master* does not know;
            `ledger_changed`: its secrets were removed since a checkpoint of its ledger was signed.
    """
    found = store.documents("vault", ["check", "house"])
    check, kept = found.get("check"), found.get("house", b"")
    founder = founder_of(check, (master, *master.older), tenant) if check is not None else master
    if founder is None:
        raise AdapterError("key_wrong", "vault")
    vault = Vault(master, entropy=entropy, tenant=tenant, profile=profile, founder=founder, kept=kept)
    if not (kept and check) and store.documents(CHECKPOINT, [CURRENT]):
        raise AdapterError("ledger_changed", "vault")
    if not kept:
        fresh = [Document("vault", "house", vault.kept())]
        first = fresh if check else [Document("vault", "check", vault.check), *fresh]
        LedgerWriter(store, vault).put(first, what="vault")
    return vault


def rotate(ledger: LedgerWriter, *, at: dt.datetime, batch: int = 500) -> int:
    """
    Wrap every key again under the current master key; return the number of keys that needed it.

    A person erased meanwhile stays erased: their key is deleted again at the end. A rotation killed halfway is
    simply run again.
    """
    store, vault, told = ledger.store, ledger.vault, {"at": at.isoformat(), "what": "rotation"}
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
