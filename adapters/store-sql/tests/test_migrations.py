"""A database of every released schema opens, keeps what it held, and ends as a new one begins."""

from __future__ import annotations

import sqlite3
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import alembic.autogenerate
import alembic.migration
import alembic.script
import pytest
import sqlalchemy as sa

from eduid_core.findings import AdapterError
from eduid_core.plugins import Append, Commit, Committed, MasterKey, Record
from eduid_core.testing.conformance.store.making import terms
from eduid_core.testing.doubles import TrustingService
from eduid_store_sql import SqlStore, schema, tables
from eduid_store_sql.engine import Database
from eduid_store_sql.migrations import steps

RELEASED = Path(__file__).parent / "released"


@pytest.fixture
def emptied(url: str) -> Iterator[str]:
    """Return the URL of a database without any table."""
    yield _without_tables(url)
    _without_tables(url)


def _without_tables(url: str) -> str:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for name in sa.inspect(connection).get_table_names():
            connection.exec_driver_sql(f"DROP TABLE {engine.dialect.identifier_preparer.quote(name)}")
    engine.dispose()
    return url


class Key:
    def master_key(self) -> MasterKey:
        return MasterKey(id="test", secret=b"k" * 32)


def released(folder: Path, number: str) -> str:
    """Return the URL of a database as the release of schema *number* left it."""
    with closing(sqlite3.connect(folder / "x.db")) as database:
        database.executescript((RELEASED / f"{number}.sql").read_text("utf-8"))
    return f"sqlite:///{folder / 'x.db'}"


def differences(url: str) -> list[Any]:
    """Return how the tables of *url* differ from those the store works with."""
    database = Database(url)
    with database.engine.connect() as connection, warnings.catch_warnings():
        # OceanBase describes its keys in words of its own, which SQLAlchemy does not read: columns are compared.
        warnings.filterwarnings("ignore", "Unknown schema content", sa.exc.SAWarning)
        is_oceanbase = "OceanBase" in str(connection.exec_driver_sql(_VERSION[database.name]).scalar())
        context = alembic.migration.MigrationContext.configure(connection)
        found: list[Any] = alembic.autogenerate.compare_metadata(context, tables.METADATA)
    database.close()
    return [d for d in found if not is_oceanbase or d[0].endswith(("_table", "_column"))]


_VERSION = dict.fromkeys(("postgresql", "mysql"), "SELECT version()") | {"sqlite": "SELECT sqlite_version()"}


@pytest.mark.parametrize("number", [path.stem for path in sorted(RELEASED.glob("*.sql"))])
def test_a_database_of_every_release_goes_on(number: str, tmp_path: Path) -> None:
    """Applications, messages, leases and keys of an old database are there, and work goes on."""
    url = released(tmp_path, number)
    store = SqlStore(url)
    service = TrustingService(store=store, keys=Key())

    states = {key: service.state("application", key).status for key in ("A-1", "A-2", "A-3")}
    assert states == {"A-1": "approved", "A-2": "pending_review", "A-3": "draft"}
    assert len(service.history("application", "A-1")) == store.load(["application/A-1"])[0].version
    (leased,) = store.unanswered()
    assert leased.fence == 1
    assert len(store.lease("x", 99, terms())) == 1
    assert store.documents("store").get("schema") == (b"2" if number == "0001" else None)
    assert differences(url) == []
    store.close()


def test_each_schema_but_the_newest_has_a_released_database() -> None:
    assert [p.stem for p in sorted(RELEASED.glob("*.sql"))] == list(schema.SCHEMAS[:-1])


ROW = {"district": "", "version": 1}
COLUMNS = {
    "streams": ("district", "name", "version", "status"),
    "events": ("district", "stream", "version", "type", "body"),
}


def _rows_of(table: str) -> sa.Insert:
    return sa.table(table, *(sa.column(name) for name in COLUMNS[table])).insert()


@pytest.mark.parametrize("since", schema.SCHEMAS)
def test_from_every_schema_on_every_engine(since: str, emptied: str) -> None:
    """Rows written under an old schema are read under the newest."""
    database = Database(emptied)
    schema.upgrade(database, since)
    with database.engine.connect() as connection:
        connection.execute(_rows_of("streams"), {**ROW, "name": "application/峰", "status": "draft"})
        connection.execute(_rows_of("events"), {**ROW, "stream": "application/峰", "type": "T", "body": b"b"})
    database.close()

    store = SqlStore(emptied)
    (found,) = store.load(["application/峰"])
    assert (found.version, found.records) == (1, (Record("T", b"b"),))
    more = Append(stream="application/峰", expected=1, records=(Record("T", b"c"),), snapshot=b"s")
    assert store.commit([Commit(appends=(more,))]) == [Committed()]
    assert store.load(["application/峰"])[0].base == 2
    store.close()
    assert differences(emptied) == []


def test_the_migrations_are_one_line_to_the_head() -> None:
    config = alembic.config.Config()
    config.set_main_option("script_location", "eduid_store_sql:migrations")
    walked = alembic.script.ScriptDirectory.from_config(config).walk_revisions()
    assert [r.revision for r in walked] == list(reversed(schema.SCHEMAS))


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_database_of_a_newer_version_is_not_touched(url: str, tmp_path: Path) -> None:
    SqlStore(url).close()
    with closing(sqlite3.connect(tmp_path / "x.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(AdapterError, match="schema_version"):
        SqlStore(url)


_FOREIGN = {
    "other tables": "CREATE TABLE pupils (name); INSERT INTO pupils VALUES ('x')",
    "migrated by the same tool": "CREATE TABLE alembic_version (version_num); CREATE TABLE pupils (name);"
    "INSERT INTO alembic_version VALUES ('0001')",
    "a table of the same name": "CREATE TABLE streams (name); CREATE TABLE fish (name)",
    "in WAL mode": "PRAGMA journal_mode=WAL; CREATE TABLE pupils (name)",
}


@pytest.mark.parametrize("script", _FOREIGN.values(), ids=_FOREIGN)
@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_file_of_another_program_is_left_as_it_is(url: str, tmp_path: Path, script: str) -> None:
    with closing(sqlite3.connect(tmp_path / "x.db")) as database, database:
        database.executescript(script)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    with pytest.raises(AdapterError, match="schema_foreign"):
        SqlStore(url)

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("engine", ["sqlite"])
def test_an_empty_file_is_nobodys(url: str, tmp_path: Path) -> None:
    (tmp_path / "x.db").touch()

    SqlStore(url).close()

    assert differences(url) == []


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_migration_that_fails_changes_nothing(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite and PostgreSQL migrate in one transaction."""
    released(tmp_path, "0001")
    monkeypatch.setattr(sa.Engine, "dispose", lambda _: None)
    monkeypatch.setattr(steps, "add_column", _fails)
    with pytest.raises(OSError, match="no space"):
        SqlStore(url)
    monkeypatch.undo()

    SqlStore(url).close()
    assert differences(url) == []


def _fails(*_: object) -> None:
    raise OSError("no space")


class Killed(Exception):
    """The process ended after a statement."""


_CHANGES = ("CREATE", "ALTER", "DROP", "INSERT", "UPDATE alembic_version")
_COMMITS_EACH = [pytest.param(name, marks=pytest.mark.full) for name in ("mariadb", "oceanbase")]


def _dies_after_one_change(*args: Any) -> None:
    statement: str = args[2]
    if statement.lstrip().startswith(_CHANGES):
        raise Killed


@pytest.mark.parametrize("engine", _COMMITS_EACH)
def test_a_migration_killed_after_any_of_its_steps_is_finished_by_the_next(emptied: str) -> None:
    """The MySQL family commits each change of a table by itself, so what was done stays done."""
    for kills in range(99):  # noqa: B007 - what is left of it is looked at
        sa.event.listen(sa.Engine, "after_cursor_execute", _dies_after_one_change)
        try:
            SqlStore(emptied).close()
            break
        except Killed:
            continue
        finally:
            sa.event.remove(sa.Engine, "after_cursor_execute", _dies_after_one_change)

    assert kills > len(tables.METADATA.tables) + 3 * len(schema.SCHEMAS)
    assert differences(emptied) == []
    with sa.create_engine(emptied).connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT DISTINCT index_name FROM information_schema.statistics"
            " WHERE table_schema = DATABASE() AND index_name <> 'PRIMARY'"
        )
        indexes = {name for (name,) in found}
    assert {i.name for t in tables.METADATA.tables.values() for i in t.indexes} <= indexes
    assert "outbox_by_state" not in indexes


@pytest.mark.parametrize("engine", _COMMITS_EACH)
def test_who_cannot_migrate_alone_does_not_migrate(emptied: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "WAIT_S", 1)
    with sa.create_engine(emptied, poolclass=sa.NullPool).connect() as another:
        assert another.exec_driver_sql("SELECT GET_LOCK('eduid_schema', 1)").scalar() == 1
        with pytest.raises(AdapterError, match="schema_locked"):
            SqlStore(emptied)
        assert sa.inspect(another).get_table_names() == []
        another.exec_driver_sql("SELECT RELEASE_LOCK('eduid_schema')").scalar()

    SqlStore(emptied).close()


@pytest.mark.parametrize("engine", _COMMITS_EACH)
def test_the_lock_of_a_process_that_died_keeps_nobody_from_migrating(
    emptied: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OceanBase never gives such a lock back; this test comes last, for it leaves one."""
    monkeypatch.setattr(schema, "WAIT_S", 5)
    with sa.create_engine(emptied, poolclass=sa.NullPool).connect() as dying:
        assert dying.exec_driver_sql("SELECT GET_LOCK('eduid_schema', 1)").scalar() == 1

    SqlStore(emptied).close()

    assert differences(emptied) == []
