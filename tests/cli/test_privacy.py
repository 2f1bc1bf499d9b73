"""Nothing the command leaves behind holds a full number, phone or name."""

from __future__ import annotations

import sqlite3

from .conftest import School, certify, run_eduid


def hidden(school: School, count: int) -> list[str]:
    people = school.students[:count]
    return [
        text for p in people for text in (p.name, p.number, p.number[:-1], p.phone, p.guardian) if len(text) > 1
    ]


def forms(text: str) -> list[bytes]:
    """Return the ways a text may stand in a file."""
    raw = text.encode()
    return [raw, text.encode("utf-16-le"), text.encode("gb18030"), raw.hex().encode(), raw[::-1]]


def test_the_database_its_log_and_every_output_hold_nothing_in_the_clear(school: School) -> None:
    rows = [school.row(n) for n in range(80)]
    rows[3] = school.row(3, entry_year="2019")
    rows[5] = school.row(5, phone="")
    applications = school.applications(rows)

    result = certify(school, applications)
    again = run_eduid("show", "--db", school.folder / "school.db", "A-0003")

    written = [p for p in school.folder.rglob("*") if p.is_file() and p not in {applications, school.registry}]
    assert {p.name for p in written} >= {
        "school.db",
        "decisions.csv",
        "review_queue.csv",
        "sms.jsonl",
        "report.json",
    }
    blobs = {p.name: p.read_bytes() for p in written}
    blobs["screen"] = (result.stdout + result.stderr + again.stdout).encode()
    secrets = hidden(school, 80)
    found = {
        (name, text) for name, blob in blobs.items() for text in secrets for form in forms(text) if form in blob
    }
    assert {name for name, _ in found} == set()


def test_the_write_ahead_log_is_searched_while_it_exists(school: School) -> None:
    """The log vanishes on a clean close, so it is read while a second connection holds it open."""
    db = school.folder / "school.db"
    certify(school, school.applications([school.row(0)]))
    with sqlite3.connect(db) as reader:
        reader.execute("select count(*) from events").fetchone()
        reader.execute("begin").close()
        certify(school, school.applications([school.row(n) for n in range(1, 40)], "later.csv"))
        log = (school.folder / "school.db-wal").read_bytes()
    reader.close()

    assert len(log) > 10_000
    assert not [t for t in hidden(school, 40) for form in forms(t) if form in log]


def test_an_id_that_is_a_number_is_not_echoed(school: School) -> None:
    """Who types a pupil's number in the place of an application's id finds nothing, and reads no number."""
    certify(school, school.applications([school.row(0)]))
    student = school.students[0]

    for asked in (student.number, student.phone):
        result = run_eduid("show", "--db", school.folder / "school.db", asked, "--reveal")

        assert result.returncode == 2
        assert result.stderr.count("…") == 2, "in either language"
        assert asked not in result.stdout + result.stderr
