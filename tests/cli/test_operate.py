"""An operator's commands: a file run whose messages another sender hands over, workers, the doctor, the index."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from eduid_cli.demo.sample import SampleStudent, write_registry
from eduid_cli.errors import UsageStop
from eduid_cli.operate.config import read_config
from eduid_cli.operate.wiring import only_sender
from eduid_cli.operate.work import Task
from eduid_core import commands
from eduid_core.plugins import HandedOver, Receipt, ReceiptStatus, SmsBatch
from eduid_core.private import Phone, PrivateText
from eduid_core.service import KeyFile, Service
from eduid_core.testing.doubles import MemorySender, TrustingService
from eduid_core.values import Actor, Position, Role, RoleClaim
from eduid_store_sql import SqlStore

from .conftest import School, certify, run_eduid


def _configured(folder: Path) -> Path:
    """Write an eduid.toml beside a school's files; its sender writes to a file."""
    path = folder / "eduid.toml"
    sms = f'[sms]\nadapter = "console"\npath = "{folder / "sent.jsonl"}"\n'
    path.write_text(f'{sms}[registry]\npath = "{folder / "registry.xlsx"}"\n', "utf-8")
    return path


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory, students: list[SampleStudent]) -> School:
    """Three applications certified: two approved, one in review; their messages wait."""
    folder = tmp_path_factory.mktemp("certified")
    write_registry(folder / "registry.xlsx", students)
    school = School(folder, students)
    rows = [school.row(0), school.row(1), school.row(2, name="陈不同")]
    done = certify(school, school.applications(rows), "--config", _configured(folder))
    assert done.returncode == 0, done.stderr
    return school


@pytest.fixture
def waiting(tmp_path: Path, certified: School) -> School:
    """Return a copy of that school."""
    shutil.copytree(certified.folder, tmp_path / "school")
    _configured(tmp_path / "school")
    return School(tmp_path / "school", certified.students)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def operate(school: School, command: str, *more: object) -> subprocess.CompletedProcess[str]:
    done = run_eduid(
        command, "--config", school.folder / "eduid.toml", "--db", school.folder / "school.db", *more
    )
    assert "Traceback" not in done.stderr
    return done


def test_under_a_config_the_messages_wait_and_are_sent_once(waiting: School) -> None:
    report = json.loads((waiting.folder / "out" / "report.json").read_text("utf-8"))
    assert (report["messages"]["sent"], report["messages"]["waiting"]) == (0, 3)
    assert lines(waiting.folder / "out" / "sms.jsonl") == []

    first, second = operate(waiting, "send"), operate(waiting, "send")

    assert (first.returncode, second.returncode) == (0, 0), first.stderr
    assert "sent 3" in first.stdout
    assert "sent 0" in second.stdout
    told = [line["template"] for line in lines(waiting.folder / "sent.jsonl")]
    assert sorted(told) == ["approved_by_school", "approved_by_school", "review_digest"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[sms]\nadapter = 'nobody'\n", "nobody"),
        ("[sms]\nadapter = 'console'\npaths = 'x'\n", "paths: unknown"),
        ("[sms]\npath = 'x'\n", "adapter"),
        ("[smss]\nadapter = 'console'\n", "smss"),
        ("sms = 3\n", "[sms]"),
        ("[sms\n", "TOML"),
        ("policy = 7\n[sms]\nadapter = 'console'\n", "policy"),
    ],
)
def test_a_config_that_is_wrong_is_told_in_one_line_and_nothing_is_begun(
    school: School, text: str, named: str
) -> None:
    wrong = school.folder / "wrong.toml"
    wrong.write_text(text, "utf-8")

    done = certify(school, school.applications([school.row(0)]), "--config", wrong)

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert named in done.stderr
    assert not (school.folder / "school.db").exists()


def test_the_environment_goes_before_the_file_and_is_never_shown(tmp_path: Path) -> None:
    path = tmp_path / "eduid.toml"
    path.write_text('policy = "p.toml"\n[sms]\nadapter = "acme"\naccess_key_secret = "old"\n', "utf-8")
    environment = {
        "EDUID_SMS__ACCESS_KEY_SECRET": "hunter2",
        "EDUID_KEY_FILE": "k",
        "EDUID_STORE__URL": "sqlite://",
    }

    read = read_config(path, environment)

    assert read.adapters["sms"].settings == {"access_key_secret": "hunter2"}
    assert (read.adapters["sms"].name, read.adapters["store"].name) == ("acme", "sql")
    assert read.policy == tmp_path / "p.toml"
    assert "hunter2" not in repr(read)
    with pytest.raises(UsageStop, match="adapter"):
        read_config(None, {"EDUID_SMS__ACCESS_KEY_SECRET": "hunter2"})


def test_without_a_sender_or_a_database_it_says_what_is_missing(waiting: School) -> None:
    empty = waiting.folder / "empty.toml"
    empty.write_text("", "utf-8")

    no_sender = run_eduid("send", "--config", empty, "--db", waiting.folder / "school.db")
    no_store = run_eduid("send", "--config", waiting.folder / "eduid.toml")
    no_file = run_eduid("send", "--config", waiting.folder / "eduid.toml", "--db", waiting.folder / "none.db")

    assert [done.returncode for done in (no_sender, no_store, no_file)] == [2, 2, 2]
    assert "[sms]" in no_sender.stderr
    assert "[store]" in no_store.stderr
    assert "none.db" in no_file.stderr


class Refusing:
    """A provider that refuses every message for good."""

    sender_id, reaches_people, query_after_s = "refusing", False, 0.0

    def send(self, batch: SmsBatch, /) -> Sequence[Receipt]:
        failed = ReceiptStatus.FAILED
        return [Receipt(message_id=m.message_id, status=failed, code="BLACKLISTED") for m in batch.messages]

    def query(self, messages: Sequence[HandedOver], /) -> Sequence[Receipt]:
        return [Receipt(message_id=m.message_id, status=ReceiptStatus.UNKNOWN) for m in messages]


@pytest.fixture
def refused(waiting: School) -> School:
    """All messages were refused for good."""
    store = SqlStore(f"sqlite:///{waiting.folder}/school.db")
    service = Service(store=store, keys=KeyFile(waiting.folder / "school.db.key"), sms=Refusing())
    assert service.send_messages().failed == 3
    store.close()
    return waiting


def test_failed_messages_are_listed_masked_tried_again_and_closed(refused: School) -> None:
    shown = operate(refused, "messages")
    assert shown.returncode == 1
    first, second, third, *_ = [line.split("  ")[0] for line in shown.stdout.splitlines()]
    assert shown.stdout.count("BLACKLISTED") == 3
    assert "****" in shown.stdout
    assert not any(student.phone in shown.stdout for student in refused.students[:3])

    assert operate(refused, "messages", "--retry", first).stdout.strip() == f"{first} waiting"
    assert operate(refused, "messages", "--close", second, "--reason", "TOLD_OTHERWISE").returncode == 0
    assert operate(refused, "messages", "--close", third, "--reason", "BORED").returncode == 2
    assert operate(refused, "messages", "--retry", "NOBODY").returncode == 2
    left = operate(refused, "messages")
    assert [line.split("  ")[0] for line in left.stdout.splitlines()][:1] == [third]
    sent = operate(refused, "send")
    assert "sent 1" in sent.stdout
    assert sent.returncode == 1, "one is left on the list"


def todo(done: subprocess.CompletedProcess[str]) -> list[str]:
    return [
        line for line in done.stdout.splitlines() if line.startswith("注意 todo") and " calendar" not in line
    ]


def test_the_doctor_finds_a_review_without_a_seat_and_nothing_else(waiting: School) -> None:
    done = operate(waiting, "doctor")

    assert done.returncode == 1
    (seats,) = todo(done)
    assert "seats" in seats
    assert "seat an administrator" in seats


_REGISTRY = "[registry]\npath = 'registry.xlsx'\n"
CONFIGS = {
    "config": "[nonsense]\n",
    "adapter": "[sms]\nadapter = 'nobody'\n",
    "setting": "[registry]\npath = 7\n",
    "sms": _REGISTRY,
    "registry": "[sms]\nadapter = 'console'\n",
    "templates": "[sms]\nadapter = 'console'\n[sms.templates]\napproved = 'X'\n",
}
"""Fault -> the eduid.toml that has it."""
FILES = {"key": "school.db.key", "database": "school.db"}
"""Fault -> the file that is spoilt."""


def _plant(school: School, fault: str) -> tuple[str, ...]:
    """Plant a fault; return the arguments of the doctor."""
    config, db = school.folder / "eduid.toml", school.folder / "school.db"
    if fault in CONFIGS:
        config.write_text(CONFIGS[fault], "utf-8")
    if fault in FILES:
        (school.folder / FILES[fault]).write_bytes(b"nothing" * 1000)
    if fault == "deadline":
        with closing(sqlite3.connect(db)) as database, database:
            database.execute("UPDATE cases SET due = 1000000 WHERE due IS NOT NULL")
    return "--config", str(config), "--db", str(school.folder / "none.db" if fault == "no database" else db)


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        ("config", "nonsense"),
        ("adapter", "nobody"),
        ("setting", "path: not allowed"),
        ("sms", "has no [sms]"),
        ("registry", "has no [registry]"),
        ("templates", "templates: unknown"),
        ("key", "key file cannot be read"),
        ("database", "no database that can be used"),
        ("no database", "there is no database"),
        ("deadline", "deadlines passed"),
    ],
)
def test_the_doctor_says_what_to_do(waiting: School, fault: str, named: str) -> None:
    done = run_eduid("doctor", *_plant(waiting, fault))

    assert "Traceback" not in done.stderr
    assert done.returncode == 1, done.stdout
    assert any(named in line for line in todo(done)), done.stdout


def test_the_doctor_finds_failed_messages(refused: School) -> None:
    assert any("3 failed" in line for line in todo(operate(refused, "doctor")))


def test_a_claim_is_listed_and_verified_in_the_operators_name(waiting: School) -> None:
    folder = waiting.folder
    store, sms = SqlStore(f"sqlite:///{folder}/school.db"), MemorySender()
    keys = KeyFile(folder / "school.db.key")
    service = TrustingService(store=store, keys=keys, sms=sms)
    names = {"username": PrivateText("gao"), "password": PrivateText("long enough")}
    at = dt.datetime.now(dt.UTC)
    about: dict[str, Any] = {"subject": "gao", "at": at, "by": Actor(id="", role=Role.ANONYMOUS)}
    assert service.handle(commands.Register(role=Role.TEACHER, phone=Phone("15400006661"), **names, **about)).ok
    service.send_messages()
    assert service.handle(commands.EnterCode(code=sms.last_code(), **about)).ok
    claim = RoleClaim(
        teacher_id="gao", school_code="", class_name="", position=Position.DISTRICT_ADMIN, evidence="T-17"
    )
    by = Actor(id="gao", role=Role.TEACHER, assurance=2)
    assert service.handle(commands.ClaimRole(claim=claim, subject="G-gao", by=by, at=at)).ok
    store.close()

    shown = operate(waiting, "seat")
    assert "G-gao  教育局管理员 district_admin" in shown.stdout
    assert "154****6661" in shown.stdout
    assert operate(waiting, "seat", "G-nobody").returncode == 2
    verified = operate(waiting, "seat", "G-gao", "--until", "2030-08-31")
    assert verified.stdout.strip() == "G-gao: active, 2030-08-31"
    assert "0 claims wait" in operate(waiting, "seat").stdout
    assert todo(operate(waiting, "doctor")) == [], "the review that waited for nobody is the district's now"


def test_one_database_has_one_lock_by_whatever_name_it_is_called(waiting: School) -> None:
    """Two that each believed to be alone would hand the same message over twice."""
    other = waiting.folder / "link.db"
    other.symlink_to(waiting.folder / "school.db")
    by_url = waiting.folder / "url.toml"
    by_url.write_text(
        f"key_file = 'school.db.key'\n[sms]\nadapter = 'console'\n"
        f"[store]\nurl = 'sqlite:///{waiting.folder}/school.db'\n",
        "utf-8",
    )
    config = read_config(waiting.folder / "eduid.toml")
    with only_sender(config, waiting.folder / "school.db") as alone:
        assert alone
        for again, db in ((config, other), (read_config(by_url), None)):
            with pytest.raises(UsageStop, match="another command"), only_sender(again, db):
                pass
    assert run_eduid("send", "--config", by_url).returncode == 0


def test_a_store_that_is_not_there_is_made_by_no_command(waiting: School) -> None:
    typo = waiting.folder / "typo.toml"
    typo.write_text(
        f"key_file = 'school.db.key'\n[sms]\nadapter = 'console'\n"
        f"[store]\nurl = 'sqlite:///{waiting.folder}/scool.db'\n",
        "utf-8",
    )
    before = sorted(p.name for p in waiting.folder.iterdir())

    sent, looked = run_eduid("send", "--config", typo), run_eduid("doctor", "--config", typo)
    far = run_eduid("send", "--config", waiting.folder / "eduid.toml", "--db", waiting.folder / "deep" / "x.db")

    assert (sent.returncode, looked.returncode, far.returncode) == (2, 1, 2)
    assert "scool.db" in sent.stderr
    assert any("scool.db" in line for line in todo(looked))
    assert sorted(p.name for p in waiting.folder.iterdir()) == before


def test_the_doctor_goes_on_past_what_is_wrong(waiting: School) -> None:
    config = waiting.folder / "eduid.toml"
    config.write_text("policy = 'none.toml'\n[sms]\nadapter = 'nobody'\n", "utf-8")

    done = run_eduid("doctor", "--config", config, "--db", waiting.folder / "school.db")

    lines = todo(done)
    assert any("nobody" in line for line in lines)
    assert any("cannot be read" in line for line in lines)
    config.write_text("[sms]\nadapter = 'nobody'\n", "utf-8")
    assert any(" seats" in line for line in todo(operate(waiting, "doctor")))


@pytest.mark.parametrize(
    "wrong",
    [
        ("work", "--health-port", "70000"),
        ("messages", "--retry", "A", "--close", "B"),
        ("seat", "G-1", "--until", "9999-12-31"),
    ],
)
def test_wrong_use_is_told_in_one_line(waiting: School, wrong: tuple[str, ...]) -> None:
    done = operate(waiting, *wrong)

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "unexpected" not in done.stderr


def test_a_task_that_fails_waits_for_its_next_turn() -> None:
    tried: list[float] = []

    def fails() -> None:
        tried.append(0)
        raise ValueError

    task = Task("t", 60.0, fails)
    for now in range(1, 181):
        task.take_turn(float(now))

    assert (len(tried), task.error, task.last) == (3, "ValueError", 0.0)


def test_the_index_is_made_anew(waiting: School) -> None:
    with closing(sqlite3.connect(waiting.folder / "school.db")) as database, database:
        database.execute("DELETE FROM cases WHERE status = 'approved'")

    first, second = operate(waiting, "rebuild-index"), operate(waiting, "rebuild-index")

    assert "2 rows differed" in first.stdout
    assert "0 rows differed" in second.stdout


def test_a_worker_does_every_task_once(waiting: School) -> None:
    done = operate(waiting, "work", "--once")

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.split() == [
        *("messages:", "ok", "timers:", "ok", "resume:", "ok", "match_again:", "ok", "ledger:", "ok")
    ]
    assert len(lines(waiting.folder / "sent.jsonl")) == 3


def test_a_worker_tells_its_health_on_loopback_and_stops_when_asked(waiting: School) -> None:
    folder = waiting.folder
    started = subprocess.Popen(
        [
            sys.executable, "-m", "eduid_cli", "work", "--config", str(folder / "eduid.toml"),
            "--db", str(folder / "school.db"), "--health-port", "0",
        ],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    try:
        assert started.stdout is not None
        url = started.stdout.readline().split()[-1]
        assert url.startswith("http://127.0.0.1:")
        until = time.monotonic() + 60
        while not lines(folder / "sent.jsonl") and time.monotonic() < until:
            time.sleep(0.05)
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - loopback
            health = json.load(answer)
        second = operate(waiting, "send")
    finally:
        started.send_signal(signal.SIGTERM)
        out, _ = started.communicate(timeout=60)

    assert started.returncode == 0
    assert "stopped" in out
    assert health["ok"] is True
    assert set(health["tasks"]) == {"messages", "timers", "resume", "match_again", "ledger"}
    assert second.returncode == 2, "one hands over the messages of a file at a time"
    assert len(lines(folder / "sent.jsonl")) == 3
