"""A server that was restarted, or hung up on those who were idle, costs no command."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from eduid_core.plugins import Append, Commit, Committed, Record
from eduid_store_sql import SqlStore

pytestmark = pytest.mark.full
OTHERS = {
    "postgresql": "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type LIKE 'client%'",
    "mariadb": "SELECT id FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND user = 'root'",
}
END = {"postgresql": "SELECT pg_terminate_backend({}, 10000)", "mariadb": "KILL {}"}


def hang_up(url: str, name: str) -> int:
    """End every other connection to the server, and wait for PostgreSQL to do it; return how many there were."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        others = [int(row[0]) for row in connection.execute(sa.text(OTHERS[name]))]
        for other in others:
            connection.execute(sa.text(END[name].format(other)))
    return len(others)


def appended(stream: str) -> Commit:
    return Commit(appends=(Append(stream=stream, expected=0, records=(Record("Opened", b"x"),)),))


@pytest.mark.parametrize("name", OTHERS)
def test_the_next_command_of_every_lane_finds_a_line_that_stands(
    name: str, server: Callable[[str], str]
) -> None:
    url = server(name)
    store = SqlStore(url, district="hung up")
    together, outcomes = Barrier(4), list[object]()

    def several(round_: int) -> None:
        def one(n: int) -> None:
            together.wait(30)
            outcomes.extend(store.commit([appended(f"s{round_}-{n}")]))

        threads = [Thread(target=one, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    several(0)
    assert hang_up(url, name) >= 1
    several(1)
    assert hang_up(url, name) >= 1

    assert len(store.load([f"s1-{n}" for n in range(4)])) == 4
    assert outcomes == [Committed()] * 8
    store.close()
