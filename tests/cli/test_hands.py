"""What reviewers and clerks get their hands on: cells, exit codes, one command at a time."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest
from filelock import FileLock

from eduid_cli.demo.sample import REGISTRY_HEADINGS

from .conftest import AS_OF, School, certify, outcomes, rows_of, run_eduid

HEADINGS = ("application_id", "revision", "decision", "fields", "code", "reviewer")


def registry(school: School, *rows: Sequence[str]) -> Path:
    """Write *rows* as the school's registry."""
    path = school.folder / "registry.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([REGISTRY_HEADINGS, *rows])
    return path


def certified(school: School, held: Path, rows: Sequence[Sequence[str]], *more: str) -> int:
    """Run `eduid certify` against the registry *held*; return its exit code."""
    return run_eduid(
        "certify", school.applications(rows), "--registry", held, "--db", school.folder / "school.db",
        "--out", school.folder / "out", "--as-of", AS_OF, *more,
    ).returncode  # fmt: skip


# --- cells a spreadsheet would calculate ---------------------------------------------------------------


@pytest.mark.parametrize("column", ["school", "grade", "class_"])
@pytest.mark.parametrize("formula", ["=1+1", "@SUM(A1)", "＋cmd", "-2+3"])
def test_no_cell_of_the_queue_is_a_formula(school: School, column: str, formula: str) -> None:
    """A teacher opens the queue in a spreadsheet; what a family typed is shown there and never calculated."""
    certify(school, school.applications([school.row(0, **{column: formula})]))

    (row,) = rows_of(school.folder / "out" / "review_queue.csv")

    assert row[column.rstrip("_")] == f"'{formula}"
    assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))]


@pytest.mark.parametrize("column", ["school", "grade", "class_"])
def test_no_cell_of_the_queue_is_two_lines(school: School, column: str) -> None:
    certify(school, school.applications([school.row(0, **{column: "九班\n=1+1"})]))

    (row,) = rows_of(school.folder / "out" / "review_queue.csv")

    assert row[column.rstrip("_")] == "九班 =1+1"


# --- rows set aside ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("of", "strict", "code"),
    [
        ("nothing", True, 0),
        ("the applications", True, 1),
        ("the registry", True, 1),
        ("the applications", False, 0),
        ("the registry", False, 0),
    ],
)
def test_under_strict_a_row_set_aside_of_either_file_is_an_exit_code(
    school: School, of: str, *, strict: bool, code: int
) -> None:
    short = tuple(school.row(1))[:-2]
    rows = [school.row(0), *([list(short)] if of == "the applications" else [])]
    cut = [school.students[1].registry_row()[:-4]] if of == "the registry" else []

    held = registry(school, *(student.registry_row() for student in school.students), *cut)

    assert certified(school, held, rows, *(["--strict"] if strict else [])) == code

    assert len(rows_of(school.folder / "out" / "quarantine.csv")) == (of != "nothing")
    assert outcomes(school.folder / "out") == {"A-0000": "approved"}


# --- one command at a time -----------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["show", "show --reveal", "review"])
def test_what_looks_or_decides_waits_for_no_lock_and_does_nothing_beside_another(
    school: School, command: str
) -> None:
    """It is one line and exit 2, as `certify` beside another is; nothing is shown or written."""
    certify(school, school.applications([school.row(0, entry_year="2019")]))
    db, out = school.folder / "school.db", school.folder / "reviewed"
    decisions = school.folder / "person.csv"
    decisions.write_text(f"{','.join(HEADINGS)}\nA-0000,1,approve,,,王老师\n", "utf-8")
    args: dict[str, tuple[object, ...]] = {
        "show": ("show", "--db", db, "A-0000"),
        "show --reveal": ("show", "--db", db, "A-0000", "--reveal"),
        "review": ("review", "--db", db, "--decisions", decisions, "--out", out),
    }

    with FileLock(f"{db}.lock"):
        beside = run_eduid(*args[command])

    assert (beside.returncode, beside.stdout) == (2, "")
    assert beside.stderr.count("\n") == 1
    assert not out.exists()
    assert run_eduid(*args[command]).returncode == 0
