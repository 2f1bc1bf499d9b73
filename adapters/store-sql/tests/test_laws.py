"""Every law of a store, on every engine; none is skipped."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from eduid_core.plugins import Store
from eduid_core.testing.conformance.store import LAWS, Law
from eduid_store_sql import SqlStore


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_the_store_keeps_every_law(law: Law, opens: Callable[[str], SqlStore]) -> None:
    law(opens)


def test_it_is_a_store(opens: Callable[[str], SqlStore]) -> None:
    assert isinstance(opens("s"), Store)
