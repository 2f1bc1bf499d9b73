"""
The cache of data keys: the person of each stream, and the key that seals it.

A key enters the cache only after it is known to be stored. If its commit failed, every body sealed under it
afterwards would be lost. A key is made only by the commit that begins an application or an account. That commit
succeeds once, so no key ever replaces another.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import Lock
from typing import Final

import attrs

from eduid_core.findings import AdapterError
from eduid_core.plugins import Commit, Committed, Conflict, Document, Store
from eduid_core.service.crypto.vault import DataKey, Vault

__all__ = ["KIND", "DataKeys", "KeysOfCommits", "person_behind"]

KIND: Final = "data_key"
_AT_HAND: Final = 4096
_BEGUN_BY: Final = frozenset({"application", "account"})
"""The aggregates whose first commit makes a key."""


def person_behind(aggregate: str, key: str) -> str:
    """
    Return the person of the data key that seals a stream. An application, its task and its card share one key.
    A reviewer grant has no person: the key of the deployment seals the notes in it.
    """
    if aggregate == "reviewer_grant":
        return ""
    return f"{'account' if aggregate == 'account' else 'application'}:{key}"


@attrs.define
class KeysOfCommits:
    """The keys that seal a group of commits: the stored keys, and the keys made for new streams."""

    vault: Vault
    stored: Mapping[str, DataKey]
    made: dict[str, tuple[DataKey, Document]] = attrs.field(factory=dict)

    def of(self, aggregate: str, key: str, *, begins: bool, documents: list[Document]) -> DataKey:
        """
        Return the key of a stream. A key that is made here is added to *documents*, so that each commit that
        seals with it also stores it.
        with it.

        Raises:
            AdapterError: `data_key_missing`: the key is not stored, and this stream makes none.
        """
        person = person_behind(aggregate, key)
        if person in self.stored:
            return self.stored[person]
        if person not in self.made:
            if not (begins and aggregate in _BEGUN_BY):
                raise AdapterError("data_key_missing", "vault")
            fresh, wrapped = self.vault.new_data_key(person)
            self.made[person] = fresh, Document(KIND, person, wrapped)
        fresh, document = self.made[person]
        if document not in documents:
            documents.append(document)
        return fresh


class DataKeys:
    """The most recently used keys of a store; threads share them."""

    def __init__(self, store: Store, vault: Vault, renew: Callable[[], None] = lambda: None) -> None:
        """Begin with an empty cache; *renew* takes a newer master key into use."""
        self._store, self._vault, self._renew = store, vault, renew
        self._at_hand: OrderedDict[str, DataKey] = OrderedDict()
        self._lock = Lock()

    def fetch(self, people: Iterable[str]) -> dict[str, DataKey]:
        """Return the stored keys of *people*; a person without a stored key is left out."""
        found = {"": self._vault.house}
        missing = []
        with self._lock:
            for person in people:
                key = self._at_hand.get(person)
                if key is not None:
                    self._at_hand.move_to_end(person)
                    found[person] = key
                elif person:
                    missing.append(person)
        if missing:
            wrapped = self._store.documents(KIND, sorted(missing))
            found.update((person, self._unwrapped(person, body)) for person, body in wrapped.items())
            self._keep({person: found[person] for person in wrapped})
        return found

    def _unwrapped(self, person: str, body: bytes) -> DataKey:
        """Return a key, even if another process has wrapped it under a newer master key."""
        try:
            return self._vault.data_key(person, body)
        except AdapterError:
            self._renew()
            return self._vault.data_key(person, body)

    def need(self, people: Iterable[str]) -> dict[str, DataKey]:
        """Return the keys of *people*. Raises AdapterError `data_key_missing`: a person has no stored key."""
        wanted = set(people)
        found = self.fetch(wanted)
        if not wanted <= found.keys():
            raise AdapterError("data_key_missing", "vault")
        return found

    def _keep(self, keys: Mapping[str, DataKey]) -> None:
        """Add *keys* to the cache and drop the least recently used ones."""
        with self._lock:
            self._at_hand.update(keys)
            while len(self._at_hand) > _AT_HAND:
                self._at_hand.popitem(last=False)

    def keep_stored(
        self, keys: KeysOfCommits, commits: Sequence[Commit], outcomes: Sequence[Committed | Conflict]
    ) -> None:
        """Cache the new keys of successful commits."""
        if keys.made:
            stored = {
                document.key
                for commit, outcome in zip(commits, outcomes, strict=True)
                if isinstance(outcome, Committed)
                for document in commit.documents
                if document.kind == KIND and document.key in keys.made
            }
            self._keep({person: keys.made[person][0] for person in stored})

    def forget(self, person: str) -> None:
        """Drop the key of *person*."""
        with self._lock:
            self._at_hand.pop(person, None)
