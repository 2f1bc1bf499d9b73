"""Journals and databases know each other: nothing moved, restored or lost makes a message go twice."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from eduid_cli.certify import certify as room
from eduid_core.plugins import SmsBatch
from eduid_sms_console import FileSender

from .conftest import AS_OF, School, certify, run_eduid

COUNT = 30


class Died(Exception):
    """The process ended while messages were handed over."""


def ids(folder: Path, name: str = "sms.jsonl") -> list[str]:
    path = folder / name
    return [json.loads(line)["message_id"] for line in path.read_text().splitlines()] if path.exists() else []


def killed(school: School, monkeypatch: pytest.MonkeyPatch, *, after: int = 20) -> Path:
    """Begin a run that dies after *after* messages were written and before any answer; return its file."""
    applications = school.applications([school.row(n) for n in range(COUNT)])

    def dies(self: FileSender, batch: SmsBatch, /) -> Any:
        send(self, attrs.evolve(batch, messages=batch.messages[:after]))
        raise Died

    send = FileSender.send
    with monkeypatch.context() as patched:
        patched.setattr(FileSender, "send", dies)
        patched.setattr(FileSender, "query", lambda *_: (_ for _ in ()).throw(Died))
        room(
            applications, school.registry, db=school.folder / "school.db", out=school.folder / "out",
            as_of=dt.date.fromisoformat(AS_OF), policy=None, strict=False, confirm_vanish=False,
        )  # fmt: skip
    return applications


def refused(result: subprocess.CompletedProcess[str]) -> bool:
    return result.returncode == 2 and result.stderr.count("\n") == 1 and "--abandon" in result.stderr


MOVES: dict[str, Callable[[Path], object]] = {
    "folder": lambda out: out.rename(out.with_name("elsewhere")),
    "file": lambda out: (out / "sms.jsonl").rename(out.with_name("sms.jsonl")),
    "emptied": lambda out: (out / "sms.jsonl").write_bytes(b""),
    "removed": shutil.rmtree,
}


@pytest.mark.parametrize("how", MOVES)
def test_results_moved_away_after_a_kill_double_nothing(
    school: School, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """On the old code the messages without an answer, 200 of 300, were handed over again."""
    applications = killed(school, monkeypatch)
    told = ids(school.folder / "out")
    assert len(told) == 20

    MOVES[how](school.folder / "out")
    result = certify(school, applications)

    assert refused(result), result.stderr
    assert ids(school.folder / "out") == []


def test_put_back_the_run_goes_on_and_each_message_went_once(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    applications = killed(school, monkeypatch)
    MOVES["folder"](school.folder / "out")
    assert refused(certify(school, applications))

    shutil.rmtree(school.folder / "out", ignore_errors=True)
    (school.folder / "elsewhere").rename(school.folder / "moved")
    result = certify(school, applications, out="moved")

    assert result.returncode == 0, result.stderr
    assert len(ids(school.folder / "moved")) == len(set(ids(school.folder / "moved"))) == COUNT


def test_a_lost_journal_is_given_up_and_its_messages_are_not_sent_again(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    applications = killed(school, monkeypatch)
    told = ids(school.folder / "out")
    MOVES["folder"](school.folder / "out")

    result = certify(school, applications, "--abandon")

    assert result.returncode == 0, result.stderr
    assert not set(told) & set(ids(school.folder / "out"))
    later = school.applications([school.row(40)], "later.csv")
    assert certify(school, later, out="later").returncode == 0, "what was given up stops nothing any more"


def test_a_database_older_than_its_journal_stops_the_run_and_says_what_to_do(school: School) -> None:
    """On the old code 300 of 300 messages were handed over again."""
    applications = school.applications([school.row(n) for n in range(COUNT)])
    certify(school, school.applications([school.row(50)], "first.csv"))
    shutil.copy(school.folder / "school.db", school.folder / "backup.db")
    certify(school, applications)
    told = ids(school.folder / "out")

    shutil.copy(school.folder / "backup.db", school.folder / "school.db")
    result = certify(school, applications)

    assert refused(result), result.stderr
    assert "older than" in result.stderr
    assert ids(school.folder / "out") == told
    assert certify(school, applications, "--abandon").returncode == 0
    assert ids(school.folder / "out") == told, "what the journal holds counts as sent"


def test_a_database_restored_from_before_its_first_run_is_older_too(school: School) -> None:
    applications = school.applications([school.row(n) for n in range(5)])
    certify(school, applications)
    told = ids(school.folder / "out")

    (school.folder / "school.db").unlink()

    assert refused(certify(school, applications))
    assert ids(school.folder / "out") == told


def test_another_run_stops_while_a_message_waits_for_the_answer_of_another_folder(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed(school, monkeypatch)
    decisions = school.folder / "person.csv"
    decisions.write_text("application_id,revision,decision,fields,code,reviewer\n")

    result = run_eduid(
        "review",
        "--db",
        school.folder / "school.db",
        "--decisions",
        decisions,
        "--out",
        school.folder / "other",
    )

    assert refused(result), result.stderr
    assert not (school.folder / "other").exists()


def test_a_new_folder_with_nothing_unsettled_begins_a_new_journal(school: School) -> None:
    certify(school, school.applications([school.row(0)]))
    shutil.rmtree(school.folder / "out")

    result = certify(school, school.applications([school.row(1)], "later.csv"), out="later")

    assert result.returncode == 0, result.stderr
    assert len(ids(school.folder / "later")) == 1
    assert certify(school, school.applications([school.row(2)], "third.csv")).returncode == 0


def test_a_folder_of_another_database_is_set_aside(school: School) -> None:
    certify(school, school.applications([school.row(0)]))
    told = ids(school.folder / "out")
    for path in school.folder.glob("school.db*"):
        path.unlink()

    result = certify(school, school.applications([school.row(1)], "later.csv"))

    assert result.returncode == 0, result.stderr
    assert ids(school.folder / "out", "sms.earlier-1.jsonl") == told
    assert len(ids(school.folder / "out")) == 1
