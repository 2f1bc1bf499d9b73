"""
The conformance laws of every store, and the model of a store.

A law is a function with a sentence as its name. Its argument is `opens`: `opens(name)` opens the store with
that name, empty the first time; opened twice, it is shared like a database by two programs. An adapter's test
runs all laws:

    @pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
    def test_the_store_keeps_every_law(law, opens):
        law(opens)
"""

from __future__ import annotations

from eduid_core.testing.conformance.store import commits, outbox, races, reading, timers
from eduid_core.testing.conformance.store.expectations import reporting
from eduid_core.testing.conformance.store.making import Law, Opens
from eduid_core.testing.conformance.store.memory import Memory, MemoryStore
from eduid_core.testing.conformance.store.model import any_history_agrees_with_the_model

__all__ = ["LAWS", "Law", "Memory", "MemoryStore", "Opens"]

LAWS: tuple[Law, ...] = tuple(
    reporting(law)
    for law in (
        *commits.LAWS,
        *reading.LAWS,
        *outbox.LAWS,
        *timers.LAWS,
        *races.LAWS,
        any_history_agrees_with_the_model,
    )
)
"""Every law of a store. None may be skipped. A law that fails prints its name, its rule and the values seen."""
