"""A made-up school on disk, and the command as a person runs it."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import attrs
import pytest

from eduid_cli.demo.sample import SampleStudent, make_students, write_applications, write_registry

AS_OF = "2026-11-01"


@attrs.frozen
class School:
    """A registry of invented pupils and the folder it lies in."""

    folder: Path
    students: Sequence[SampleStudent]

    @property
    def registry(self) -> Path:
        return self.folder / "registry.xlsx"

    def applications(self, rows: Sequence[Sequence[str]], name: str = "applications.csv") -> Path:
        """Write *rows* as an applications file."""
        write_applications(self.folder / name, rows)
        return self.folder / name

    def row(self, place: int, application_id: str | None = None, **changed: str) -> list[str]:
        """Return the application of a pupil, some cells changed."""
        row = list(self.students[place].application_row(application_id or f"A-{place:04d}"))
        for name, value in changed.items():
            row[COLUMNS.index(name)] = value
        return row


COLUMNS = ("id", "name", "id_type", "number", "school", "grade", "class_", "entry_year", "guardian", "phone")


@pytest.fixture(scope="session")
def students() -> list[SampleStudent]:
    return make_students(300, seed=7)


@pytest.fixture
def school(tmp_path: Path, students: list[SampleStudent]) -> School:
    write_registry(tmp_path / "registry.xlsx", students)
    return School(tmp_path, students)


Eduid = Callable[..., subprocess.CompletedProcess[str]]


def run_eduid(*args: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, as a person would."""
    return subprocess.run(
        [sys.executable, "-m", "eduid_cli", *map(str, args)],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
    )


def certify(
    school: School, applications: Path, *more: object, out: str = "out"
) -> subprocess.CompletedProcess[str]:
    """Run `eduid certify` on the school's database."""
    return run_eduid(
        "certify", applications, "--registry", school.registry, "--db", school.folder / "school.db",
        "--out", school.folder / out, "--as-of", AS_OF, *more,
    )  # fmt: skip


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of a csv the command wrote."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def outcomes(folder: Path) -> dict[str, str]:
    """Return application id -> outcome of `decisions.csv` in *folder*."""
    return {row["application_id"]: row["outcome"] for row in rows_of(folder / "decisions.csv")}
