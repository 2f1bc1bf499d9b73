"""Every single row of every covered table, deleted, doubled or altered, is noticed by `eduid ledger verify`."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from eduid_store_sql import SqlStore

from .conftest import School, run_eduid
from .tampering import KEYS, grown_school, ledger_of, tampered, unnoticed


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> School:
    return grown_school(tmp_path_factory.mktemp("grown"))


def test_an_untouched_database_agrees_with_its_ledger(grown: School) -> None:
    result = run_eduid("ledger", "verify", "--db", grown.folder / "school.db")

    assert result.returncode == 0, result.stdout
    assert "agrees with its ledger" in result.stdout


@pytest.mark.parametrize("table", KEYS)
def test_a_row_deleted_doubled_or_altered_is_noticed(grown: School, table: str) -> None:
    tried, missed = unnoticed(grown, table, 12)

    assert tried == 12
    assert missed == []


@pytest.mark.full
@pytest.mark.parametrize("table", KEYS)
def test_two_hundred_ways_to_tamper_with_a_table_are_noticed(grown: School, table: str) -> None:
    tried, missed = unnoticed(grown, table, 200)

    assert tried > 12
    assert missed == []


def test_the_command_names_what_was_done_and_ends_with_one(grown: School) -> None:
    statement = "DELETE FROM claims WHERE rowid = (SELECT min(rowid) FROM claims)"
    path = grown.folder / "school.db"
    with tampered(path, statement, []):
        result = run_eduid("ledger", "verify", "--db", path)

    assert result.returncode == 1
    assert "removed" in result.stdout
    assert "contradicts its ledger" in result.stdout
    assert not [row for row in grown.students if row.number in result.stdout or row.name in result.stdout]


def test_a_claim_of_an_approved_child_cannot_be_freed_for_a_second_card(grown: School) -> None:
    """On the old code a deleted claim let the same child be approved again, and nothing was noticed."""
    path = grown.folder / "school.db"
    with closing(sqlite3.connect(path)) as db:
        (owner,) = db.execute("SELECT owner FROM claims WHERE kind = 'person' LIMIT 1").fetchone()
    with tampered(path, "DELETE FROM claims WHERE kind = 'person' AND owner = ?", [owner]):
        store = SqlStore(f"sqlite:///{path}")
        found = [c.name for c in ledger_of(store, grown.folder).contradictions()]
        store.close()

    assert len(found) == 1
    assert found[0].endswith(f"of {owner}")
    assert found[0].startswith("person/")
