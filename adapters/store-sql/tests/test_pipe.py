"""The pipe to PostgreSQL: what goes in comes out, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eduid_store_sql.engine import Database

pytestmark = pytest.mark.full
INSERT = "INSERT INTO pipe_test (name, count, body) VALUES (%s, %s, %s)"
SELECT = "SELECT name, count, body FROM pipe_test WHERE name = %s AND name LIKE '%%'"


@pytest.fixture(scope="module")
def database(server: Callable[[str], str]) -> Iterator[Database]:
    found = Database(server("postgresql"))
    with found.writing() as cursor:
        cursor.execute("CREATE TABLE pipe_test (name VARCHAR(80) PRIMARY KEY, count BIGINT, body BYTEA)")
    yield found
    with found.writing() as cursor:
        cursor.execute("DROP TABLE pipe_test")
    found.close()


def found_by(database: Database, name: str) -> list[Any]:
    with database.reading() as cursor:
        cursor.execute(SELECT, (name,))
        return list(cursor.fetchall())


def emptied(database: Database) -> Database:
    with database.writing() as cursor:
        cursor.execute("DELETE FROM pipe_test")
    return database


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=20),
    st.none() | st.integers(-(2**63), 2**63 - 1),
    st.none() | st.binary(max_size=40),
)
def test_what_goes_in_comes_out(database: Database, name: str, count: int | None, body: bytes | None) -> None:
    with emptied(database).writing() as cursor:
        cursor.execute(INSERT, (name, count, body))

    assert found_by(database, name) == [(name, count, body)]


Sent = tuple[str, tuple[Any, ...]]


def send(database: Database, *statements: Sent, then: Callable[[Any], object] = lambda _: None) -> None:
    """Send *statements* in one transaction, and do *then* what is to be done with the cursor."""
    with database.writing() as cursor:
        for text, values in statements:
            cursor.execute(text, values)
        then(cursor)


def fail(cursor: Any) -> None:
    """Fail with everything sent, for its count was asked for."""
    assert cursor.rowcount == 1
    raise ZeroDivisionError


def test_a_transaction_left_by_an_error_of_ours_leaves_nothing(database: Database) -> None:
    """To close the pipe would commit what was sent."""
    emptied(database)
    with pytest.raises(ZeroDivisionError):
        send(database, (INSERT, ("a", 1, b"")), then=fail)

    assert found_by(database, "a") == []


@pytest.mark.parametrize("then", [lambda _: None, lambda cursor: cursor.fetchall()])
def test_a_statement_that_is_refused_takes_the_others_with_it(
    database: Database, then: Callable[[Any], object]
) -> None:
    emptied(database)
    rows = [("a", 1, b""), ("b", 1, b""), ("a", 2, b""), ("c", 3, b"")]
    with pytest.raises(database.IntegrityError):
        send(database, *((INSERT, row) for row in rows), then=then)

    assert [found_by(database, name) for name in "abc"] == [[], [], []]


def test_a_text_with_a_nul_is_refused_and_not_cut_short(database: Database) -> None:
    emptied(database)
    with pytest.raises(database.Error):
        send(database, (INSERT, ("a\x00b", 1, b"")))

    assert found_by(database, "a") == []


def test_a_statement_that_was_never_prepared_is_prepared_again(database: Database) -> None:
    """It stood behind one that was refused: the server never saw it, and its connection is thrown away."""
    emptied(database)
    other = ("INSERT INTO pipe_test (count, name) VALUES (%s, %s)", (1, "b"))
    with pytest.raises(database.IntegrityError):
        send(database, (INSERT, ("a", 1, b"")), (INSERT, ("a", 2, b"")), other)

    send(database, other)

    assert found_by(database, "b") == [("b", 1, None)]


def test_more_than_both_sides_can_hold_back_goes_through(database: Database) -> None:
    """Eight megabytes out and eight in, in one pipe: neither side waits for the other."""
    bodies = [bytes([n]) * 250_000 for n in range(32)]
    echo = "INSERT INTO pipe_test (name, count, body) VALUES (%s, %s, %s) RETURNING body"
    with emptied(database).writing() as cursor:
        cursor.executemany(echo, [(str(n), n, body) for n, body in enumerate(bodies)])
        echoed = cursor.fetchall()
        assert cursor.rowcount == len(bodies)

    assert echoed == [(body,) for body in bodies]


def test_a_connection_that_is_cut_is_said_and_replaced(database: Database) -> None:
    emptied(database)
    with pytest.raises(database.Error):
        send(database, (INSERT, ("a", 1, b"")), ("SELECT pg_terminate_backend(pg_backend_pid())", ()))

    assert found_by(database, "a") == []
