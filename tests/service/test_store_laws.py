"""The laws of a store hold for the model, and each fails for the store that breaks it."""

from __future__ import annotations

import pytest
from hypothesis import Phase

from eduid_audit.store_twins import TWINS
from eduid_core.plugins import Store
from eduid_core.testing.conformance.store import LAWS, Law, Memory, MemoryStore, Opens, model


def opens_of(kind: type[MemoryStore]) -> Opens:
    """Return how stores of *kind* are opened by name, from nothing."""
    memories: dict[str, Memory] = {}
    return lambda name: kind(memories.setdefault(name, Memory()))


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_the_model_keeps_every_law(law: Law) -> None:
    law(opens_of(MemoryStore))


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_every_law_fails_for_the_store_that_breaks_it(law: Law, monkeypatch: pytest.MonkeyPatch) -> None:
    """A law that nothing can break says nothing."""
    monkeypatch.setattr(model, "PHASES", (Phase.generate,))  # that it fails is enough, shortly is not needed
    with pytest.raises(AssertionError):
        law(opens_of(TWINS[law.__name__]))


def test_every_broken_store_breaks_a_law_there_is() -> None:
    assert TWINS.keys() == {law.__name__ for law in LAWS}


def test_every_law_is_a_sentence_with_its_rule() -> None:
    assert all(law.__doc__ and "_" in law.__name__ for law in LAWS)
    assert len({law.__name__ for law in LAWS}) == len(LAWS)


def test_the_model_is_a_store() -> None:
    assert isinstance(MemoryStore(), Store)
