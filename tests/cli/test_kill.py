"""`kill -9` at any moment: run again, and nothing is lost and nothing is said twice."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from eduid_cli.demo.sample import make_students, write_applications, write_registry
from eduid_cli.demo.story import _spoiled

from .conftest import AS_OF, run_eduid

ROWS = 1200
MOMENTS = 10
SAME = ("decisions.csv", "review_queue.csv", "quarantine.csv")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kill")
    students = make_students(ROWS, seed=11)
    write_registry(folder / "registry.xlsx", students)
    rows = [_spoiled(n, list(p.application_row(f"K-{n:04d}"))) for n, p in enumerate(students)]
    write_applications(folder / "applications.csv", rows)
    return folder


def command(files: Path, work: Path) -> list[str]:
    return [
        "certify", str(files / "applications.csv"), "--registry", str(files / "registry.xlsx"),
        "--db", str(work / "school.db"), "--out", str(work / "out"), "--as-of", AS_OF,
    ]  # fmt: skip


def message_ids(out: Path) -> list[str]:
    lines = (out / "sms.jsonl").read_bytes().splitlines()
    return [json.loads(line)["message_id"] for line in lines]


def kept(work: Path) -> int:
    """Return how many bytes the database and its log hold."""
    return sum(p.stat().st_size for p in (work / "school.db", work / "school.db-wal") if p.exists())


def told_so_far(work: Path) -> int:
    """Return how many bytes of messages were written."""
    sms = work / "out" / "sms.jsonl"
    return sms.stat().st_size if sms.exists() else 0


def killed_at(files: Path, work: Path, after_s: float) -> bool:
    """Start the command and kill it after *after_s* seconds; return whether it was still running."""
    started = subprocess.Popen(
        [sys.executable, "-m", "eduid_cli", *command(files, work)], stdout=subprocess.DEVNULL
    )
    try:
        started.wait(after_s)
    except subprocess.TimeoutExpired:
        os.kill(started.pid, signal.SIGKILL)
        started.wait()
        return True
    return False


def killed_when(files: Path, folder: Path, measure: Callable[[Path], int], reached: float) -> Path:
    """Kill a run as soon as *measure* has reached so much; where it ended too quickly, a bit earlier."""
    for attempt in range(12):
        work = folder / str(attempt)
        work.mkdir(parents=True)
        started = subprocess.Popen(
            [sys.executable, "-m", "eduid_cli", *command(files, work)], stdout=subprocess.DEVNULL
        )
        while started.poll() is None and measure(work) < reached:
            time.sleep(0.001)
        if started.poll() is None:
            os.kill(started.pid, signal.SIGKILL)
            started.wait()
            return work
        reached *= 0.8
    raise AssertionError("the run was never caught alive")


def test_killed_at_ten_moments_the_second_run_ends_as_an_undisturbed_one(files: Path, tmp_path: Path) -> None:
    calm = tmp_path / "calm"
    calm.mkdir()
    assert run_eduid(*command(files, calm)).returncode == 0
    expected = {name: (calm / "out" / name).read_bytes() for name in SAME}
    told = sorted(message_ids(calm / "out"))
    assert len(told) == len(set(told)) > ROWS * 0.8
    moments = [(kept, kept(calm) * share) for share in (0, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9)]
    moments += [(told_so_far, told_so_far(calm) * share) for share in (0.01, 0.4, 0.8)]

    grown = set()
    for number, (measure, reached) in enumerate(moments):
        work = killed_when(files, tmp_path / f"moment-{number}", measure, reached)
        grown.add((kept(work), told_so_far(work)))

        result = run_eduid(*command(files, work))

        assert result.returncode == 0, result.stderr
        assert {name: (work / "out" / name).read_bytes() for name in SAME} == expected
        assert sorted(message_ids(work / "out")) == told
    assert len(moments) == MOMENTS
    assert len(grown) > MOMENTS // 2, "the moments fell together"


def test_a_run_killed_again_and_again_still_ends_the_same(files: Path, tmp_path: Path) -> None:
    calm, work = tmp_path / "calm", tmp_path / "often"
    calm.mkdir()
    work.mkdir()
    run_eduid(*command(files, calm))

    patience_s = 0.9
    for _ in range(40):
        if not killed_at(files, work, patience_s):
            break
        patience_s *= 1.15

    assert {name: (work / "out" / name).read_bytes() for name in SAME} == {
        name: (calm / "out" / name).read_bytes() for name in SAME
    }
    assert sorted(message_ids(work / "out")) == sorted(message_ids(calm / "out"))


def test_another_day_or_policy_on_taking_up_a_run_is_refused(files: Path, tmp_path: Path) -> None:
    work = tmp_path
    after_s = 1.0
    for _ in range(60):
        for path in work.glob("school.db*"):
            path.unlink()
        killed = killed_at(files, work, after_s)
        if killed and _planned(work):
            break
        after_s *= 1.1 if killed else 0.7
    assert _planned(work), "no run was caught between its plan and its end"

    other_day = [*command(files, work)[:-1], "2026-10-01"]
    policy = work / "policy.toml"
    policy.write_text('version = "other"\n', "utf-8")

    refused = run_eduid(*other_day)
    refused_policy = run_eduid(*command(files, work), "--policy", policy)

    assert (refused.returncode, refused_policy.returncode) == (2, 2)
    assert AS_OF in refused.stderr
    assert refused.stderr.count("\n") == refused_policy.stderr.count("\n") == 1
    assert run_eduid(*command(files, work)[:-2]).returncode == 0


def _planned(work: Path) -> bool:
    """Return whether the database holds a run that was planned and not finished."""
    if not (work / "school.db").exists():
        return False
    with sqlite3.connect(work / "school.db") as db:
        try:
            bodies = [json.loads(b) for (b,) in db.execute("select body from documents where kind = 'run'")]
        except sqlite3.OperationalError:
            return False
    db.close()
    return [b["state"] for b in bodies] == ["planned"]
