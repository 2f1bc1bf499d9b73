"""Every statement finds its rows by index, however large the tables grow."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from eduid_store_sql.engine import Database
from eduid_store_sql.queries import AMONG, FIXED
from eduid_store_sql.schema import bring_to_head
from eduid_store_sql.statements import Statement, StatementBook

LIST_COLUMN = {"events": "stream", "whole": "stream", "answers": "key", "documents": "key", "claim_owners": "digest",
               "mark_owners": "digest", "versions": "name", "held": "name", "answered": "key",
               "at_lease": "message_id", "posted": "message_id", "spent": "digest"}  # fmt: skip


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path_factory.mktemp('plans') / 'x.db'}")
    bring_to_head(opened)
    yield opened
    opened.close()


def plan(database: Database, statement: Statement) -> list[str]:
    """Return how SQLite means to find the rows."""
    values = (None,) * statement.text.count("?")
    with database.reading() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {statement.text}", values)
        return [row[3] for row in cursor.fetchall()]


@pytest.mark.parametrize("name", FIXED)
def test_no_statement_reads_a_whole_table(database: Database, name: str) -> None:
    steps = plan(database, StatementBook(database.dialect)[name])

    assert [s for s in steps if s.startswith("SCAN")] == []


@pytest.mark.parametrize("length", [1, 8, 64, 500])
@pytest.mark.parametrize("name", AMONG)
def test_a_list_of_values_is_looked_up_and_not_filtered(database: Database, name: str, length: int) -> None:
    """Each value is a search by the whole key up to it: no table or index is read to be sieved."""
    steps = plan(database, StatementBook(database.dialect)._of_length(name, length))

    searches = [s for s in steps if s.startswith(("SEARCH", "SCAN"))]
    assert searches
    names = {LIST_COLUMN[name], "name"}
    assert all(s.startswith("SEARCH") and any(f"{n}=?" in s for n in names) for s in searches)
