"""What reviewers and clerks get their hands on: decisions of two persons, cells, exit codes, one command at a time."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from filelock import FileLock

from eduid_cli.demo.sample import REGISTRY_HEADINGS

from .conftest import AS_OF, School, certify, outcomes, rows_of, run_eduid

HEADINGS = ("application_id", "revision", "decision", "fields", "code", "reviewer")


# --- a second person -----------------------------------------------------------------------------------


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


@pytest.fixture
def doubtful(school: School) -> School:
    """Return a school whose registry does not say what kind of document a pupil's number is of: two must agree."""
    row = list(school.students[0].registry_row())
    row[REGISTRY_HEADINGS.index("身份证件类型")] = ""
    assert certified(school, registry(school, row), [school.row(0)]) == 0
    assert outcomes(school.folder / "out") == {"A-0000": "review"}
    return school


def decided(school: School, *decisions: str) -> list[str]:
    """Give decisions on the one application in a file of their own; return the results."""
    name = hashlib.sha256("".join(decisions).encode()).hexdigest()[:8]
    file = school.folder / f"{name}.csv"
    file.write_text("\n".join((",".join(HEADINGS), *(f"A-0000,1,{d}" for d in decisions))) + "\n", "utf-8")
    run_eduid("review", "--db", school.folder / "school.db", "--decisions", file, "--out", school.folder / name)
    return [row["result"] for row in rows_of(school.folder / name / "review_results.csv")]


def status(school: School) -> str:
    shown = run_eduid("show", "--db", school.folder / "school.db", "A-0000").stdout
    (line,) = (line for line in shown.splitlines() if "status" in line)
    return line.split()[2].partition("（")[0]


APPROVES, RETURNS = "approve,,,{}", "return,id_number,ID_NUMBER_TO_CHECK,{}"


def test_two_reviewers_who_agree_approve(doubtful: School) -> None:
    assert decided(doubtful, APPROVES.format("王老师"), APPROVES.format("李老师")) == ["done", "done"]

    assert status(doubtful) == "approved"


def test_the_second_of_two_is_not_the_first_again(doubtful: School) -> None:
    """Known by a keyed id of the name: whoever approved once has no second voice, in whatever file."""
    results = decided(doubtful, APPROVES.format("王老师"), APPROVES.format("王老师"))
    assert results == ["done", "second_approval_required"]
    assert decided(doubtful, APPROVES.format("王老师")) == ["second_approval_required"]
    assert status(doubtful) == "pending_review"

    assert decided(doubtful, APPROVES.format("李老师")) == ["done"]
    assert status(doubtful) == "approved"


def test_a_second_reviewer_who_returns_does_not_agree(doubtful: School) -> None:
    """Then nothing is approved: the application waits for a decision again."""
    assert decided(doubtful, APPROVES.format("王老师"), RETURNS.format("李老师")) == ["done", "done"]

    assert status(doubtful) == "pending_review"
    assert decided(doubtful, RETURNS.format("赵老师")) == ["done"]
    assert status(doubtful) == "returned"


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
