"""
The laws every store keeps, the model they are read from, and broken stores that each break one.

A law is a function with a sentence for a name. It is given `opens`: `opens(name)` opens the store of that name,
empty the first time; opened twice, two programs share it. An adapter's test runs them all:

    @pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
    def test_the_store_keeps_every_law(law, opens):
        law(opens)
"""

from __future__ import annotations

from eduid_core.testing.stores import commits, outbox, races, reading, timers
from eduid_core.testing.stores.broken import TWINS
from eduid_core.testing.stores.making import Law, Opens
from eduid_core.testing.stores.memory import Memory, MemoryStore
from eduid_core.testing.stores.model import any_history_agrees_with_the_model
from eduid_core.testing.stores.telling import named

__all__ = ["LAWS", "TWINS", "Law", "Memory", "MemoryStore", "Opens"]

LAWS: tuple[Law, ...] = tuple(
    named(law)
    for law in (
        *commits.LAWS,
        *reading.LAWS,
        *outbox.LAWS,
        *timers.LAWS,
        *races.LAWS,
        any_history_agrees_with_the_model,
    )
)
"""Every law of a store. None may be skipped. One that fails says its name, its rule and what was seen."""
