"""A checkpoint is signed over what continues the last one; an entry counts from the commit it was written by."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from eduid_core.findings import AdapterError
from eduid_core.service.ledger.checkpoint import read_note
from eduid_core.service.ledger.comparison import Contradiction
from eduid_core.service.ledger.log import Ledger
from eduid_core.testing.doubles import NUMBERS, form_of

from .house import House

ORIGIN = "example.cn/ledger"


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def grown(house: House, *keys: str) -> Ledger:
    """Let applications be handed in; return the ledger, their entries taken over."""
    for place, key in enumerate(keys):
        house.handed_in(
            f"A-{key}", house.registered(f"acct-{key}", f"1540000{ord(key):04}"), form_of(NUMBERS[place])
        )
    ledger = house.service.ledger(ORIGIN)
    ledger.integrate()
    return ledger


def signed(ledger: Ledger) -> int:
    """Return the size of the log that a checkpoint is signed over."""
    return read_note(ledger.checkpoint(), ledger.verifier()).size


LOG = {
    "streams": "name = 'ledger/log'",
    "events": "stream = 'ledger/log'",
    "snapshots": "stream = 'ledger/log'",
}


def copied(house: House) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of the log, sealed as they are, as anybody may keep them who can read the file."""
    with closing(sqlite3.connect(house.folder / "house.db")) as db:
        return {table: db.execute(f"SELECT * FROM {table} WHERE {of}").fetchall() for table, of in LOG.items()}  # noqa: S608 - ours


def put_back(house: House, rows: dict[str, list[tuple[object, ...]]]) -> None:
    """Put the rows of an older log in the place of those that stand."""
    with closing(sqlite3.connect(house.folder / "house.db")) as db, db:
        for table, of in LOG.items():
            db.execute(f"DELETE FROM {table} WHERE {of}")  # noqa: S608 - ours
            for row in rows[table]:
                marks = ",".join("?" * len(row))
                db.execute(f"INSERT INTO {table} VALUES ({marks})", row)  # noqa: S608 - ours


def test_no_checkpoint_is_signed_over_a_history_that_was_begun_again_from_an_old_copy(house: House) -> None:
    """
    An old copy of the log is whole and its sum is truly sealed. Put back and grown otherwise, it continues the
    first checkpoint, whose entries it has, and not the last, whose entries it has not.
    """
    ledger = grown(house, "1")
    first = signed(ledger)
    old = copied(house)
    last = signed(grown(house, "2"))
    put_back(house, old)

    assert last > first
    with pytest.raises(AdapterError, match="ledger_changed"):
        grown(house, "3", "4")
    with pytest.raises(AdapterError, match="ledger_changed"):
        house.service.ledger(ORIGIN).checkpoint()


def test_no_checkpoint_is_signed_over_a_log_shorter_than_the_last_one(house: House) -> None:
    signed(grown(house, "1"))
    old = copied(house)
    signed(grown(house, "2"))

    put_back(house, old)

    with pytest.raises(AdapterError, match="ledger_changed"):
        house.service.ledger(ORIGIN).checkpoint()


def test_no_checkpoint_is_signed_over_entries_rewritten_since_the_last_one(house: House) -> None:
    """What came after the last checkpoint is known by the sealed sum alone."""
    last = signed(grown(house, "1"))
    ledger = grown(house, "2")
    with closing(sqlite3.connect(house.folder / "house.db")) as db, db:
        changed = db.execute(
            "UPDATE events SET body = CAST(replace(body, 'acct', 'evil') AS BLOB) "
            "WHERE stream = 'ledger/log' AND version > ? AND instr(body, 'acct')",
            [last],
        )
        assert changed.rowcount

    with pytest.raises(AdapterError, match="ledger_changed"):
        ledger.checkpoint()


def test_a_checkpoint_is_signed_again_and_again_over_a_log_that_only_grew(house: House) -> None:
    sizes = [signed(grown(house, *keys)) for keys in ((), ("1",), ("2",), ("3",))]

    assert sizes == sorted(set(sizes))
    assert signed(house.service.ledger(ORIGIN)) == sizes[-1]


def test_what_was_not_taken_over_yet_is_told_of_all_the_same(house: House) -> None:
    """A stream whose entry still waits is no stream begun unseen; changed, it contradicts the entry."""
    house.handed_in("A-1", house.registered(), form_of())
    ledger = house.service.ledger(ORIGIN)
    assert list(ledger.contradictions()) == []
    ledger.integrate()
    house.handed_in("A-2", house.registered("other", "15400001235"), form_of(NUMBERS[1]))
    assert list(ledger.contradictions()) == []

    with closing(sqlite3.connect(house.folder / "house.db")) as db, db:
        db.execute("UPDATE events SET type = 'Expired' WHERE stream = 'application/A-2' AND version = 2")

    assert list(ledger.contradictions()) == [Contradiction("events", "application/A-2", "changed")]
