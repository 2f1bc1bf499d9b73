"""
What a store of an earlier version holds otherwise: usernames in several spellings, rows that predate the
ledger.

Usernames have one spelling since they are compared by RFC 8265. Two accounts whose names became one are listed
and left as they are: a person decides which one keeps it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Any

import attrs

from eduid_core.findings import Refused
from eduid_core.plugins import Claim, Commit, Committed
from eduid_core.private import PrivateText
from eduid_core.service.facade import Service
from eduid_core.service.handlers.door import canonical_username
from eduid_core.service.ledger.adoption import adopt
from eduid_core.workflow.account.states import ActiveAccount, LockedAccount

__all__ = ["EarlierVersion", "carry_over", "found_of_earlier_versions"]


@attrs.frozen(kw_only=True)
class EarlierVersion:
    """
    What a store holds of an earlier version: the accounts whose username is claimed in another spelling, groups
    of accounts whose names became one, accounts whose name cannot be typed any more, and the number of rows of
    each table that predate the ledger. Accounts are named by their ids.
    """

    respelled: tuple[str, ...]
    colliding: tuple[tuple[str, ...], ...]
    unusable: tuple[str, ...]
    predating: Counter[str]

    @property
    def needs_a_person(self) -> bool:
        """Return whether something is left that nobody may guess."""
        return bool(self.colliding or self.unusable)


def _accounts(service: Service) -> Iterator[tuple[str, PrivateText]]:
    """Yield the id and the username of each account that holds one."""
    for status in (ActiveAccount.status, LockedAccount.status):
        for stream in service.executor.store.streams("account/", status):
            key = stream.partition("/")[2]
            state: Any = service.state("account", key)
            yield key, state.person.username


def found_of_earlier_versions(service: Service) -> EarlierVersion:
    """Return what the store of *service* holds of an earlier version."""
    vault, store = service.executor.vault, service.executor.store
    by_name: dict[str, list[str]] = {}
    unusable, respelled = [], []
    for key, username in _accounts(service):
        name = canonical_username(username)
        if isinstance(name, Refused):
            unusable.append(key)
            continue
        digest = vault.blind("username", name.reveal("compare spellings"))
        by_name.setdefault(digest, []).append(key)
        if key not in store.holders("username", [digest]).get(digest, ()):
            respelled.append(key)
    colliding = tuple(tuple(sorted(keys)) for keys in by_name.values() if len(keys) > 1)
    twice = {key for keys in colliding for key in keys}
    return EarlierVersion(
        respelled=tuple(sorted(set(respelled) - twice)),
        colliding=tuple(sorted(colliding)),
        unusable=tuple(sorted(unusable)),
        predating=Counter(row.table for row in service.ledger().predating()),
    )


def carry_over(service: Service, at: dt.datetime) -> EarlierVersion:
    """Claim each username that does not collide in its one spelling, and adopt the rows; return both."""
    found = found_of_earlier_versions(service)
    ledger, respelled = service.executor.ledger, set(found.respelled)
    for key, username in _accounts(service):
        name = canonical_username(username)
        if key in respelled and isinstance(name, PrivateText):
            digest = service.executor.vault.blind("username", name.reveal("claim in its one spelling"))
            claim = Commit(takes=(Claim("username", digest, key),))
            (outcome,) = ledger.commit([claim], at=at.isoformat(), what="username")
            if not isinstance(outcome, Committed):
                raise RuntimeError("a username was claimed during the migration")
    adopt(ledger, service.ledger().predating(), at=at)
    service.ledger().integrate()
    return found
