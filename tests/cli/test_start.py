"""A command that cannot begin leaves nothing that was not there before, and nothing of others' is touched."""

from __future__ import annotations

import datetime as dt
import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from filelock import FileLock

from eduid_cli import outputs
from eduid_cli.certify import certify as room

from .conftest import AS_OF, School, certify, outcomes, run_eduid


def lies_in(folder: Path) -> dict[str, bytes | None]:
    """Return every file below *folder* and what it holds, and every folder."""
    return {str(p.relative_to(folder)): p.read_bytes() if p.is_file() else None for p in folder.rglob("*")}


def refused(school: School, applications: Path, *more: object, out: str = "made/out") -> str:
    """Run, expecting exit 2 and a folder in which nothing has changed; return the line."""
    before = lies_in(school.folder)

    result = certify(school, applications, *more, out=out)

    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.stderr
    assert lies_in(school.folder) == before
    return result.stderr


def test_a_key_file_that_is_none(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    (school.folder / "k.key").write_text("no key", "utf-8")
    monkeypatch.setenv("EDUID_KEY_FILE", str(school.folder / "k.key"))

    assert "key" in refused(school, school.applications([school.row(0)]))


def test_a_key_file_in_no_folder(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDUID_KEY_FILE", str(school.folder / "nowhere" / "k.key"))

    refused(school, school.applications([school.row(0)]))


def test_a_registry_that_cannot_be_read(school: School) -> None:
    school.registry.write_bytes(school.registry.read_bytes()[:1000])

    refused(school, school.applications([school.row(0)]))


def test_a_folder_of_results_that_cannot_be(school: School) -> None:
    applications = school.applications([school.row(0)])
    (school.folder / "file").touch()

    refused(school, applications, out="file/out")


def test_messages_that_cannot_be_written(school: School) -> None:
    (school.folder / "out" / "sms.jsonl").mkdir(parents=True)

    refused(school, school.applications([school.row(0)]), out="out")


def test_a_run_of_old_whose_key_is_gone(school: School) -> None:
    applications = school.applications([school.row(0)])
    certify(school, applications)
    (school.folder / "school.db.key").unlink()

    result = certify(school, applications, out="made/out")

    assert result.returncode == 2
    assert (school.folder / "school.db").exists()
    assert not (school.folder / "made").exists()
    assert not (school.folder / "school.db.key").exists()


def test_a_database_in_use_is_left_to_whoever_uses_it(school: School) -> None:
    applications = school.applications([school.row(0)])

    with FileLock(str(school.folder / "school.db.lock")):
        refused(school, applications)
        assert (school.folder / "school.db.lock").exists()


def test_the_database_of_another_program(school: School) -> None:
    applications = school.applications([school.row(0)])
    with closing(sqlite3.connect(school.folder / "school.db")) as database, database:
        database.execute("CREATE TABLE pupils (name)")

    assert "another program" in refused(school, applications)
    shown = run_eduid("show", "--db", school.folder / "school.db", "A-0000")
    assert shown.returncode == 2
    assert not (school.folder / "school.db.lock").exists()


def test_a_review_that_cannot_begin(school: School) -> None:
    certify(school, school.applications([school.row(0)]))
    (school.folder / "school.db.key").unlink()
    file = school.folder / "person.csv"
    file.write_text("application_id,revision,decision,fields,code,reviewer\n", "utf-8")
    before = lies_in(school.folder)

    result = run_eduid(
        "review", "--db", school.folder / "school.db", "--decisions", file, "--out", school.folder / "made/o"
    )

    assert result.returncode == 2
    assert lies_in(school.folder) == before


def test_a_reconciliation_that_cannot_begin(school: School) -> None:
    school.registry.write_bytes(b"no workbook")
    applications = school.applications([school.row(0)])

    result = run_eduid("reconcile", applications, school.registry, "--out", school.folder / "made" / "out")

    assert result.returncode == 2
    assert not (school.folder / "made").exists()


def test_the_database_may_lie_among_the_results(school: School) -> None:
    applications = school.applications([school.row(0)])
    args = ["certify", applications, "--registry", school.registry, "--as-of", AS_OF]
    place = school.folder / "new" / "out"

    result = run_eduid(*args, "--db", place / "x.db", "--out", place)

    assert result.returncode == 0, result.stderr
    assert outcomes(place) == {"A-0000": "approved"}


# --- beside the start ----------------------------------------------------------------------------------


def test_a_file_in_the_place_of_the_results_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "out").touch()

    for out in (tmp_path / "out", tmp_path / "out" / "deeper"):
        with pytest.raises(OSError, match="out"):
            outputs.make_ready(out)


def test_what_could_not_be_written_to_its_end_is_not_there(tmp_path: Path) -> None:
    def rows() -> object:
        yield ("a",)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        outputs.write_csv(tmp_path / "x.csv", ("heading",), rows())  # type: ignore[arg-type]

    assert not list(tmp_path.iterdir())


def test_control_c_says_in_one_line_how_to_go_on(school: School) -> None:
    """Exit code 130, as of any program that is interrupted; the same command then goes on to its end."""
    applications = school.applications([school.row(n % 300, f"C-{n}") for n in range(900)])
    db = school.folder / "school.db"
    started = subprocess.Popen(
        [sys.executable, "-m", "eduid_cli", "certify", applications, "--registry", school.registry, "--db", db,
         "--out", school.folder / "out", "--as-of", AS_OF],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    wait_until(lambda: db.exists() or started.poll() is not None)
    started.send_signal(signal.SIGINT)
    _, errors = started.communicate(timeout=60)

    assert started.returncode == 130
    assert errors.count("\n") == 1
    assert "again" in errors
    assert certify(school, applications).returncode == 0
    assert len(outcomes(school.folder / "out")) == 900


def test_messages_that_no_file_takes_wait_for_the_next_run(
    school: School, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It could be written to when the run began, and cannot be any more: the run still ends, and says so."""
    applications = school.applications([school.row(0), school.row(1)])
    monkeypatch.setattr(outputs, "make_ready", lambda out: (out / "sms.jsonl").mkdir(parents=True))

    code = room(
        applications, school.registry, db=school.folder / "school.db", out=school.folder / "out",
        as_of=dt.date.fromisoformat(AS_OF), policy=None, strict=False, confirm_vanish=False,
    )  # fmt: skip

    assert code == 0
    assert "2 messages were not taken" in capsys.readouterr().out
    assert set(outcomes(school.folder / "out").values()) == {"approved"}
    told = json.loads((school.folder / "out" / "report.json").read_text("utf-8"))["messages"]
    assert (told["sent"], told["later"], told["unknown"]) == (0, 2, 0)
    again = certify(school, applications, out="again")
    assert "2 已发 sent" in again.stdout
    assert "not taken" not in again.stdout


def wait_until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + 60
    while not true() and time.monotonic() < ends:
        time.sleep(0.001)
