"""
The data keys at hand: which person a stream is of, and under which key it is sealed.

A key is kept at hand only once it is known to be stored. A commit may fail, and whatever were sealed afterwards
under a key that nobody stored would be lost.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final

import attrs

from eduid_core.findings import AdapterError
from eduid_core.plugins import Commit, Committed, Conflict, Document, Store
from eduid_core.service.vault import DataKey, Vault

__all__ = ["KIND", "DataKeys", "FreshKeys", "person_behind"]

KIND: Final = "data_key"
_AT_HAND: Final = 4096


def person_behind(aggregate: str, key: str) -> str:
    """Return under whose data key a stream is sealed: an application, its task and its card share one."""
    return f"{'account' if aggregate in {'account', 'reviewer_grant'} else 'application'}:{key}"


@attrs.define
class FreshKeys:
    """The keys made for commits that are not made yet."""

    vault: Vault
    made: dict[str, tuple[DataKey, Document]] = attrs.field(factory=dict)

    def of(self, person: str, documents: list[Document]) -> DataKey:
        """Return the fresh key of *person*; each commit that seals with it stores it, among its *documents*."""
        if person not in self.made:
            key, wrapped = self.vault.new_data_key(person)
            self.made[person] = key, Document(KIND, person, wrapped)
        key, document = self.made[person]
        if document not in documents:
            documents.append(document)
        return key


class DataKeys:
    """The keys that were used last, of one store."""

    def __init__(self, store: Store, vault: Vault) -> None:
        """Begin with none at hand."""
        self._store, self._vault = store, vault
        self._at_hand: OrderedDict[str, DataKey] = OrderedDict()

    def __contains__(self, person: str) -> bool:
        return person in self._at_hand

    def __getitem__(self, person: str) -> DataKey:
        return self._at_hand[person]

    def fetch(self, people: AbstractSet[str]) -> None:
        """Load the keys of *people* that are stored and not at hand; the others are left out."""
        missing = []
        for person in sorted(people):
            if person in self._at_hand:
                self._at_hand.move_to_end(person)
            else:
                missing.append(person)
        if missing:
            for person, wrapped in self._store.documents(KIND, missing).items():
                self._at_hand[person] = self._vault.data_key(person, wrapped)
            self._let_go(max(_AT_HAND, len(people)))

    def need(self, people: AbstractSet[str]) -> None:
        """Load the keys of *people*. Raises AdapterError `data_key_missing`: one of them has none."""
        self.fetch(people)
        if not people <= self._at_hand.keys():
            raise AdapterError("data_key_missing", "vault")

    def keep(self, person: str, key: DataKey) -> None:
        """Keep *key* at hand, and let go what was needed longest ago."""
        self._at_hand[person] = key
        self._let_go(_AT_HAND)

    def _let_go(self, most: int) -> None:
        """Keep *most* of the keys: those that were needed last."""
        while len(self._at_hand) > most:
            self._at_hand.popitem(last=False)

    def keep_stored(
        self, fresh: FreshKeys, commits: Sequence[Commit], outcomes: Sequence[Committed | Conflict]
    ) -> None:
        """Keep of the *fresh* keys those that the commits which were made have stored."""
        for commit, outcome in zip(commits, outcomes, strict=True):
            if isinstance(outcome, Committed):
                for document in commit.documents:
                    if document.kind == KIND and document.key in fresh.made:
                        self.keep(document.key, fresh.made[document.key][0])

    def forget(self, person: str) -> None:
        """Let the key of *person* go."""
        self._at_hand.pop(person, None)
