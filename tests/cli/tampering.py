"""
Tamper with single rows of a database: delete, double or alter each, and ask whether its ledger notices.

    python -m tests.cli.tampering

makes a database of 200 applications and goes through every row of every covered table, in every way; the figures
are in tests/fuzz/RESULTS.md.
"""

# ruff: noqa: S608 - the names of tables and columns are ours
from __future__ import annotations

import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from eduid_cli.demo.sample import make_students, write_registry
from eduid_core.findings import AdapterError
from eduid_core.service import KeyFile, Ledger, Service
from eduid_core.service.ledger.entries import NOT_COVERED_DOCUMENTS, NOT_COVERED_MARKS
from eduid_store_sql import SqlStore

from .conftest import School, certify, rows_of, run_eduid

KEYS = {
    "streams": ("name",),
    "events": ("stream", "version"),
    "claims": ("kind", "digest"),
    "marks": ("kind", "digest", "owner"),
    "documents": ("kind", "key"),
    "outbox": ("message_id",),
    "answers": ("key",),
}
"""The covered tables, and the columns that name a row."""
ALTERED = {
    "streams": ("version", "status"),
    "events": ("type", "body"),
    "claims": ("owner",),
    "marks": ("owner",),
    "documents": ("body",),
    "outbox": ("state", "body"),
    "answers": ("digest", "body"),
}
"""The columns of a row that are altered, one after the other, besides its names."""
UNCOVERED = {
    "documents": ("kind", NOT_COVERED_DOCUMENTS - {"ledger", "ledger_checkpoint"}),
    "marks": ("kind", NOT_COVERED_MARKS),
}


def grown_school(folder: Path) -> School:
    """Make a database of 200 applications: approved, returned, decided by a person, mended and looked at."""
    students = make_students(300, seed=7)
    write_registry(folder / "registry.xlsx", students)
    school = School(folder, students)
    changes: tuple[dict[str, str], ...] = ({}, {}, {}, {"phone": ""}, {"school": "别处小学"})
    rows = [school.row(n, **changes[n % 5]) for n in range(200)]
    assert certify(school, school.applications(rows)).returncode == 0
    queue = rows_of(folder / "out" / "review_queue.csv")
    decided = [f"{r['application_id']},{r['revision']},approve,,,王芳" for r in queue[:10]]
    decided += [f"{r['application_id']},{r['revision']},return,school,WRONG_SCHOOL,王芳" for r in queue[10:20]]
    person = folder / "person.csv"
    person.write_text("application_id,revision,decision,fields,code,reviewer\n" + "\n".join(decided) + "\n")
    run_eduid("review", "--db", folder / "school.db", "--decisions", person, "--out", folder / "reviewed")
    mended = [school.row(n, **(changes[n % 5] if n < 100 else {})) for n in range(200)]
    assert certify(school, school.applications(mended, "later.csv"), out="later").returncode == 0
    assert run_eduid("show", "--db", folder / "school.db", "A-0001", "--reveal").returncode == 0
    return school


def ledger_of(store: SqlStore, folder: Path) -> Ledger:
    return Service(store=store, keys=KeyFile(folder / "school.db.key")).ledger()


def columns(db: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in db.execute(f"PRAGMA table_info({table})")]


def covered_rows(db: sqlite3.Connection, table: str) -> list[tuple[Any, ...]]:
    """Return the rowid and the columns of each covered row."""
    kind, without = UNCOVERED.get(table, ("", frozenset[str]()))
    names = ["rowid", *columns(db, table)]
    found = db.execute(f"SELECT {', '.join(names)} FROM {table}").fetchall()
    return [row for row in found if not kind or row[names.index(kind)] not in without]


def other(value: Any) -> Any:
    """Return another value of the same type."""
    if isinstance(value, bytes):
        return value[:-1] + bytes([value[-1] ^ 1]) if value else b"x"
    return value + 1_000_000 if isinstance(value, int) else f"{value[:-1]}{'x' if value[-1:] != 'x' else 'y'}"


def tamperings(db: sqlite3.Connection, table: str) -> Iterator[tuple[str, str, list[Any]]]:
    """Yield, for each row and each way to tamper with it, what was done and the statement that does it."""
    names = columns(db, table)
    for rowid, *row in covered_rows(db, table):
        yield f"{table} {rowid} deleted", f"DELETE FROM {table} WHERE rowid = ?", [rowid]
        twin = dict(zip(names, row, strict=True)) | {KEYS[table][-1]: other(row[names.index(KEYS[table][-1])])}
        if table == "outbox":
            twin["place"] = None
        marks = ",".join("?" * len(names))
        yield f"{table} {rowid} doubled", f"INSERT INTO {table} VALUES ({marks})", list(twin.values())
        for column in (*ALTERED[table], KEYS[table][-1]):
            changed = other(row[names.index(column)])
            yield (
                f"{table} {rowid} {column}",
                f"UPDATE {table} SET {column} = ? WHERE rowid = ?",
                [changed, rowid],
            )


@contextmanager
def tampered(path: Path, statement: str, values: list[Any]) -> Iterator[bool]:
    """Tamper with the database, and put the row back afterwards; yield whether a row changed."""
    before = path.read_bytes()
    with closing(sqlite3.connect(path)) as db, db:
        done = db.execute(statement, values).rowcount > 0
    try:
        yield done
    finally:
        path.write_bytes(before)


def unnoticed(school: School, table: str, count: int | None = None) -> tuple[int, list[str]]:
    """Tamper in *count* ways drawn by lot, or in every way; return the number tried and those not noticed."""
    path = school.folder / "school.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode=DELETE")
        ways = list(tamperings(db, table))
    if count:
        ways = random.Random(table).sample(ways, min(count, len(ways)))
    missed = []
    for what, statement, values in ways:
        with tampered(path, statement, values) as done:
            assert done, what
            if not is_noticed(path):
                missed.append(what)
    return len(ways), missed


def is_noticed(path: Path) -> bool:
    """Return whether the ledger of the database contradicts it, or the service refuses to open it."""
    store = SqlStore(f"sqlite:///{path}")
    try:
        return next(ledger_of(store, path.parent).contradictions(), None) is not None
    except AdapterError:
        return True
    finally:
        store.close()


def main() -> None:
    """Go through every row of every table; print the figures."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        school = grown_school(Path(folder))
        for table in KEYS:
            tried, missed = unnoticed(school, table)
            print(f"{table}: {tried:,} ways, {len(missed)} not noticed {missed[:5]}", flush=True)
    print(f"{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
