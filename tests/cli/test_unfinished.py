"""A run that was begun and not finished is never forgotten for another: it is named, and a person decides."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from eduid_cli.certify import certify as room
from eduid_core.service.batch import FileRun

from .conftest import AS_OF, School, certify, outcomes


class Died(Exception):
    """The process ended in the middle of a run."""


@pytest.fixture
def begun(school: School, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the applications file of a run that was planned, and of which nothing was handed in."""

    def dies(*_: object, **__: object) -> None:
        raise Died

    applications = school.applications([school.row(0), school.row(1, entry_year="2019")])
    with monkeypatch.context() as patched, pytest.raises(Died):
        patched.setattr(FileRun, "carry_out", dies)
        room(
            applications, school.registry, db=school.folder / "school.db", out=school.folder / "out",
            as_of=dt.date.fromisoformat(AS_OF), policy=None, strict=False, confirm_vanish=False,
        )  # fmt: skip
    return applications


def holds(school: School) -> list[str]:
    """Return all that the database holds."""
    with closing(sqlite3.connect(school.folder / "school.db")) as database:
        return list(database.iterdump())


def states(school: School) -> list[str]:
    """Return how each run of the database stands, oldest first."""
    with closing(sqlite3.connect(school.folder / "school.db")) as database:
        found = database.execute("SELECT body FROM documents WHERE kind = 'run'").fetchall()
    return [run["state"] for run in sorted(map(json.loads, (b for (b,) in found)), key=lambda r: r["number"])]


def told(school: School, out: str) -> list[str]:
    lines = (school.folder / out / "sms.jsonl").read_text("utf-8").splitlines()
    return sorted(json.loads(line)["template"] for line in lines)


def start_of_digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()[:12]


def test_another_file_is_refused_and_the_run_that_waits_is_named(school: School, begun: Path) -> None:
    later = school.applications([school.row(2)], "later.csv")
    before, key = holds(school), (school.folder / "school.db.key").read_bytes()

    refused = certify(school, later, out="later")

    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.count("\n") == 1
    for part in (AS_OF, start_of_digest(begun), start_of_digest(school.registry), "--abandon"):
        assert refused.stderr.count(part) == 2, "in either language"
    assert holds(school) == before
    assert (school.folder / "school.db.key").read_bytes() == key
    assert not list(school.folder.glob("later/*.csv"))


def test_another_registry_is_refused_too(school: School, begun: Path) -> None:
    """The same applications against another registry are another run."""
    with school.registry.open("ab") as file:
        file.write(b"\0")

    refused = certify(school, begun, out="later")

    assert refused.returncode == 2
    assert start_of_digest(school.registry) not in refused.stderr


def test_once_it_was_run_to_its_end_the_other_file_may_come(school: School, begun: Path) -> None:
    later = school.applications([school.row(2)], "later.csv")

    first, second = certify(school, begun), certify(school, later, out="later")

    assert (first.returncode, second.returncode) == (0, 0)
    assert states(school) == ["done", "done"]
    assert told(school, "out") == ["approved_by_school", "review_digest"]
    assert told(school, "later") == ["approved_by_school"]


def test_given_up_it_stays_unfinished_and_the_other_goes_on(school: School, begun: Path) -> None:
    later = school.applications([school.row(2)], "later.csv")

    done = certify(school, later, "--abandon", out="later")

    assert done.returncode == 0, done.stderr
    assert outcomes(school.folder / "later") == {"A-0002": "approved"}
    assert states(school) == ["abandoned", "done"]
    assert certify(school, begun, out="again").returncode == 0, "it begins anew"
    assert told(school, "again") == ["approved_by_school", "review_digest"]


def test_its_own_files_take_it_up_again_whatever_may_be_given_up(school: School, begun: Path) -> None:
    done = certify(school, begun, "--abandon")

    assert done.returncode == 0
    assert "took up" in done.stdout
    assert states(school) == ["done"]
