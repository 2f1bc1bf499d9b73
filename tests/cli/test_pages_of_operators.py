"""The commands on the pages about keys and backups are run as they stand, on a database as a school has it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import School, run_eduid

PAGES = Path(__file__).resolve().parents[2] / "docs" / "how-to"
BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: str, kind: str) -> list[str]:
    return [body for lang, body in BLOCK.findall((PAGES / page).read_text("utf-8")) if lang == kind]


@pytest.fixture
def folder(school: School, tmp_path: Path) -> Path:
    """Return a folder with a database, its key, its results, and the two commands on the path."""
    for name, call in {
        "eduid": f'"{sys.executable}" -m eduid_cli "$@"',
        "python": f'"{sys.executable}" "$@"',
    }.items():
        (tmp_path / "bin").mkdir(exist_ok=True)
        (tmp_path / "bin" / name).write_text(f"#!/bin/sh\n{call}\n")
        (tmp_path / "bin" / name).chmod(0o700)
    certify(school, school.applications([school.row(n) for n in range(5)]))
    return tmp_path


def certify(school: School, applications: Path) -> subprocess.CompletedProcess[str]:
    result = run_eduid(
        "certify", applications, "--registry", school.registry, "--db", school.folder / "school.db",
        "--out", school.folder / "results", "--as-of", "2026-11-01",
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    return result


def run(folder: Path, text: str) -> str:
    """Run the lines of a block in *folder*; each must succeed."""
    path = f"{folder / 'bin'}:{os.environ['PATH']}"
    done = subprocess.run(
        ["/bin/sh", "-e", "-c", text],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_page_on_rotation(folder: Path, school: School) -> None:
    rotate, retire = blocks("rotate-keys.md", "python")
    (commands,) = blocks("rotate-keys.md", "sh")
    (folder / "rotate.py").write_text(rotate, "utf-8")
    (folder / "retire.py").write_text(retire, "utf-8")
    before = (folder / "school.db.key").read_text()

    said = run(folder, commands)
    run(folder, "python retire.py")

    assert "5 keys were wrapped again" in said
    assert "agrees with its ledger" in said
    assert before not in (folder / "school.db.key").read_text()
    certify(school, school.applications([school.row(7)], "later.csv"))


def test_the_page_on_backups(folder: Path, school: School) -> None:
    back_up, restore = blocks("back-up-and-restore.md", "sh")
    run(folder, back_up)
    for path in folder.glob("school.db*"):
        if not path.name.endswith(".key"):
            path.unlink()

    said = run(folder, restore)

    assert "agrees with its ledger" in said
    certify(school, school.folder / "applications.csv")


def test_a_witness_notices_that_a_database_was_set_back(folder: Path, school: School) -> None:
    back_up, _ = blocks("back-up-and-restore.md", "sh")
    shutil.copy(folder / "school.db", folder / "older.db")
    certify(school, school.applications([school.row(7)], "later.csv"))
    run(folder, back_up)

    shutil.copy(folder / "older.db", folder / "school.db")
    result = run_eduid(
        "ledger", "verify", "--db", folder / "school.db",
        "--checkpoint", folder / "backup/checkpoint.txt", "--verifier", folder / "backup/verifier.txt",
    )  # fmt: skip

    assert result.returncode == 1
    assert "does not continue from this checkpoint" in result.stdout
