"""`eduid migrate`: what an earlier version left is listed, carried over by a person's command, and never guessed."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from eduid_core.commands import LogIn
from eduid_core.private import PrivateText
from eduid_core.service import KeyFile, Service
from eduid_store_sql import SqlStore
from eduid_store_sql.schema import HEAD

from .conftest import run_eduid

EARLIER = Path(__file__).parent / "made_at_77788e3"
"""Five guardians, registered by the code of that commit as Chen, chen, Wang, li and a blank: invented people."""


@pytest.fixture
def db(tmp_path: Path) -> Path:
    shutil.copytree(EARLIER, tmp_path / "db")
    (tmp_path / "db/students.db.key").chmod(0o600)
    return tmp_path / "db/students.db"


def holds(db: Path) -> list[str]:
    with closing(sqlite3.connect(db)) as database:
        return list(database.iterdump())


@contextmanager
def opened(db: Path) -> Iterator[Service]:
    with closing(SqlStore(f"sqlite:///{db}")) as store:
        clock = lambda: dt.datetime(2026, 11, 2, tzinfo=dt.UTC)  # noqa: E731 - a constant
        yield Service(store=store, keys=KeyFile(db.with_name("students.db.key")), clock=clock)


def log_in(db: Path, username: str) -> Any:
    with opened(db) as service:
        by, password = service.anonymous(), PrivateText("correct horse")
        return service.handle(LogIn(by=by, username=PrivateText(username), password=password))


def test_a_dry_run_lists_what_collides_and_changes_nothing(db: Path) -> None:
    before = holds(db)

    result = run_eduid("migrate", "--db", db, "--dry-run")

    assert result.returncode == 1
    assert "one、two" in result.stdout, "two usernames that are one now"
    assert "five" in result.stdout, "a username that nobody can type"
    assert "rows that predate the ledger, would be adopted" in result.stdout
    assert not [name for name in ("Chen", "chen", "Wang", "15400001230") if name in result.stdout]
    assert holds(db) == before
    assert sorted(path.name for path in db.parent.iterdir()) == ["students.db", "students.db.key"]


def test_what_does_not_collide_is_claimed_in_its_one_spelling(db: Path) -> None:
    assert not log_in(db, "WANG").ok

    assert run_eduid("migrate", "--db", db).returncode == 1

    assert log_in(db, "WANG").subject == log_in(db, "wang").subject == "three"
    assert log_in(db, "li").subject == "four"
    assert log_in(db, "chen").subject == "two", "nobody's name was given to another"


def test_alembic_brings_the_tables_to_the_newest_schema(db: Path) -> None:
    run_eduid("migrate", "--db", db)

    with closing(sqlite3.connect(db)) as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]


def test_rows_that_predate_the_ledger_are_adopted_once_and_agree_with_it_then(db: Path) -> None:
    before = run_eduid("ledger", "verify", "--db", db)
    run_eduid("migrate", "--db", db)
    after = run_eduid("ledger", "verify", "--db", db)
    again = run_eduid("migrate", "--db", db)

    assert (before.returncode, after.returncode) == (1, 0), after.stdout
    assert "predate" not in again.stdout


def test_a_row_that_contradicts_its_entry_is_not_adopted(db: Path) -> None:
    """The ledger of the earlier version names events: one that was rewritten stays a contradiction."""
    with closing(sqlite3.connect(db)) as database, database:
        database.execute("UPDATE events SET type = 'Expired' WHERE stream = 'account/three' AND version = 2")

    run_eduid("migrate", "--db", db)
    result = run_eduid("ledger", "verify", "--db", db)

    assert result.returncode == 1
    assert "account/three" in result.stdout


def test_a_database_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    for more in ((), ("--dry-run",)):
        result = run_eduid("migrate", "--db", tmp_path / "none.db", *more)

        assert (result.returncode, result.stderr.count("\n")) == (2, 1)
        assert list(tmp_path.iterdir()) == []
