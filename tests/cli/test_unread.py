"""Whoever reads the output may leave: what is done, and the exit code, are as if all had been read."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from .conftest import AS_OF, School, certify, outcomes


def left_alone(*args: object, lines: int = 0, both: bool = False) -> tuple[int, str]:
    """Run the command into a pipe whose reader leaves after so many lines; return exit code and errors."""
    reading, writing = os.pipe()
    started = subprocess.Popen(
        [sys.executable, "-m", "eduid_cli", *map(str, args)],
        stdout=writing,
        stderr=writing if both else subprocess.PIPE,
        text=True,
    )
    os.close(writing)
    with os.fdopen(reading, "rb") as reader:
        for _ in range(lines):
            reader.readline()
    _, errors = started.communicate(timeout=120)
    return started.returncode, errors or ""


def command(school: School, applications: Path, *more: str) -> list[object]:
    return ["certify", applications, "--registry", school.registry, "--db", school.folder / "school.db",
            "--out", school.folder / "out", "--as-of", AS_OF, *more]  # fmt: skip


@pytest.mark.parametrize("lines", [0, 1])
def test_a_run_goes_on_to_its_end(school: School, lines: int) -> None:
    applications = school.applications([school.row(n) for n in range(3)])

    assert left_alone(*command(school, applications), lines=lines) == (0, "")

    assert len(outcomes(school.folder / "out")) == 3
    assert len((school.folder / "out" / "sms.jsonl").read_bytes().splitlines()) == 3
    assert (school.folder / "out" / "report.json").exists()


def test_its_exit_code_still_says_what_it_came_to(school: School) -> None:
    twice = school.applications([school.row(0, "A"), school.row(1, "A")])

    assert left_alone(*command(school, twice, "--strict")) == (1, "")
    assert left_alone(*command(school, school.folder / "nowhere.csv"), both=True) == (2, "")


def test_show_inspect_and_lifecycle_end_as_if_they_were_read(school: School) -> None:
    certify(school, school.applications([school.row(0)]))
    db = school.folder / "school.db"

    assert left_alone("show", "--db", db, "A-0000") == (0, "")
    assert left_alone("inspect", *["320098201503150010"] * 400, lines=1) == (0, "")
    assert left_alone("lifecycle", lines=1) == (0, "")
    assert left_alone("--help") == (0, "")


def test_inspect_asks_for_no_more_lines_than_are_read() -> None:
    """Its input may never end, and then it would never either."""
    line = b'{"kind": null, "input": "320098201503150010"}\n'
    call = [sys.executable, "-m", "eduid_cli", "inspect", "--jsonl"]
    with subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as asked:
        assert asked.stdin is not None
        assert asked.stdout is not None
        assert asked.stderr is not None
        asked.stdin.write(line)
        asked.stdin.flush()
        assert b"findings" in asked.stdout.readline()
        asked.stdout.close()
        with pytest.raises(BrokenPipeError):
            for _ in range(10**6):
                asked.stdin.write(line)
                asked.stdin.flush()
        assert (asked.wait(60), asked.stderr.read()) == (0, b"")
        with suppress(BrokenPipeError):
            asked.stdin.close()


def test_the_demo_is_played_to_its_end(tmp_path: Path) -> None:
    assert left_alone("demo", "--dir", tmp_path / "demo", lines=1) == (0, "")

    assert (tmp_path / "demo" / "school" / "report.json").exists()
