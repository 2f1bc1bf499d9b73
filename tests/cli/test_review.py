"""A person's decisions from a file: any file that the other commands read, given as often as one likes."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import xlsxwriter

from .conftest import School, certify, outcomes, rows_of, run_eduid

ENGLISH = ("application_id", "revision", "decision", "fields", "code", "reviewer")
CHINESE = ("审核人", "申请编号", "版本", "审核决定", "退回字段", "退回原因")
DONE = ("A-0000", "1", "approve", "", "", "王老师")
BACK = ("A-0001", "1", "return", "entry_year", "ENTRY_YEAR_TO_CHECK", "王老师")


@pytest.fixture
def waiting(school: School) -> School:
    """Return a school where three applications wait for a person."""
    certify(school, school.applications([school.row(n, entry_year="2019") for n in range(3)]))
    return school


def decisions(school: School, *rows: Sequence[str]) -> Path:
    path = school.folder / "person.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([ENGLISH, *rows])
    return path


def reviewed(school: School, file: Path, out: str = "reviewed") -> tuple[int, list[str]]:
    """Run the command; return its exit code and the results."""
    result = run_eduid(
        "review", "--db", school.folder / "school.db", "--decisions", file, "--out", school.folder / out
    )
    assert "Traceback" not in result.stderr
    rows = rows_of(school.folder / out / "review_results.csv")
    assert all(row["zh"] and row["en"] for row in rows)
    return result.returncode, [row["result"] for row in rows]


def told(school: School, out: str) -> list[str]:
    lines = (school.folder / out / "sms.jsonl").read_text("utf-8").splitlines()
    return sorted(json.loads(line)["template"] for line in lines)


def test_the_same_file_again_says_done_and_tells_nobody(waiting: School) -> None:
    file = decisions(waiting, DONE, BACK)

    assert reviewed(waiting, file) == (0, ["done", "done"])
    assert reviewed(waiting, file, "again") == (0, ["done", "done"])

    assert told(waiting, "reviewed") == ["approved_by_school", "returned_by_school"]
    assert told(waiting, "again") == []


def test_a_row_that_was_done_is_not_done_again_when_the_application_waits_anew(waiting: School) -> None:
    """It was returned and came back, for a person again: the old file decides nothing about the new form."""
    file = decisions(waiting, BACK)
    reviewed(waiting, file)
    changed = waiting.row(1, entry_year="2018")
    certify(waiting, waiting.applications([changed], "later.csv"), out="later")
    assert outcomes(waiting.folder / "later") == {"A-0001": "review"}

    assert reviewed(waiting, file, "again") == (0, ["done"])

    certify(waiting, waiting.applications([changed], "later.csv"), out="after")
    assert outcomes(waiting.folder / "after") == {"A-0001": "review"}


def in_gb18030(path: Path, rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(rows)


def in_a_workbook(path: Path, rows: Sequence[Sequence[str]]) -> None:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()


@pytest.mark.parametrize(
    ("name", "write"), [("a.csv", in_gb18030), ("a.xlsx", in_a_workbook)], ids=["GB18030", "xlsx"]
)
def test_a_file_is_read_as_every_other(
    waiting: School, name: str, write: Callable[[Path, Sequence[Sequence[str]]], None]
) -> None:
    """Chinese headings and decisions, another order, a title above them."""
    rows = [["审核结果"], CHINESE, ["王老师", "A-0000", "1", "通过", "", ""]]
    write(
        waiting.folder / name, [*rows, ["王老师", "A-0001", "1", "退回", "entry_year", "ENTRY_YEAR_TO_CHECK"]]
    )

    assert reviewed(waiting, waiting.folder / name) == (0, ["done", "done"])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"application_id,decision\nA-0000,approve\n", "reviewer"),
        (b"application_id,decision,fields,code,reviewer\n\xff\xff\xff\n", "GB18030"),
        (b'application_id,decision,fields,code,reviewer\nA-0000,"app', "quotation"),
    ],
    ids=["empty", "columns", "encoding", "quotation"],
)
def test_a_file_that_cannot_be_read_is_one_line(waiting: School, content: bytes, said: str) -> None:
    file = waiting.folder / "person.csv"
    file.write_bytes(content)

    result = run_eduid(
        "review", "--db", waiting.folder / "school.db", "--decisions", file, "--out", waiting.folder / "o"
    )

    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    assert said in result.stderr
    assert not (waiting.folder / "o").exists()


def test_a_row_that_contradicts_itself_or_cannot_be_read_is_not_done(waiting: School) -> None:
    file = decisions(
        waiting,
        ("A-0000", "1", "approve", "entry_year", "", "王老师"),
        ("A-0000", "1", "approve", "", "ENTRY_YEAR_TO_CHECK", "王老师"),
        ("A-0001", "1", "return", "entry_yeer", "ENTRY_YEAR_TO_CHECK", "王老师"),
        ("A-0001", "1", "return"),
        (*BACK, "more"),
        DONE,
    )

    code, results = reviewed(waiting, file)

    assert code == 1
    assert results == [
        "FIELDS_WITH_APPROVE",
        "FIELDS_WITH_APPROVE",
        "FIELD_UNKNOWN",
        "ROW_INCOMPLETE",
        "ROW_TOO_LONG",
        "done",
    ]
    assert told(waiting, "reviewed") == ["approved_by_school"]


@pytest.mark.parametrize("number", ["320098201503150010", "15400001234", ""])
def test_a_number_in_the_place_of_an_id_is_not_repeated(waiting: School, number: str) -> None:
    file = decisions(waiting, (number, "1", "approve", "", "", "王老师"), DONE)

    assert reviewed(waiting, file) == (1, ["NOT_IN_REVIEW", "done"])

    told_of = rows_of(waiting.folder / "reviewed" / "review_results.csv")
    assert [row["application_id"] for row in told_of] == ["", "A-0000"]


def test_the_queue_shows_the_revision_that_a_decision_names(waiting: School) -> None:
    """A form that changed after the teacher saw it is not decided by the earlier file."""
    (seen, *_) = rows_of(waiting.folder / "out" / "review_queue.csv")
    assert (seen["application_id"], seen["revision"]) == ("A-0000", "1")
    changed = waiting.applications([waiting.row(0, entry_year="2018")], "later.csv")
    certify(waiting, changed, out="later")
    (now,) = rows_of(waiting.folder / "later" / "review_queue.csv")

    file = decisions(waiting, ("A-0000", seen["revision"], "approve", "", "", "王老师"))
    assert reviewed(waiting, file) == (1, ["stale_revision"])
    assert told(waiting, "reviewed") == []

    file = decisions(waiting, ("A-0000", now["revision"], "approve", "", "", "王老师"))
    assert (now["revision"], reviewed(waiting, file)) == ("2", (0, ["done"]))


@pytest.mark.parametrize("revision", ["", "one", "-1", "1.5", "１", "1" * 30])
def test_a_decision_without_a_revision_is_refused_for_that_row(waiting: School, revision: str) -> None:
    file = decisions(waiting, ("A-0000", revision, "approve", "", "", "王老师"), BACK)

    assert reviewed(waiting, file) == (1, ["REVISION_UNKNOWN", "done"])


def test_a_file_without_the_column_decides_nothing(waiting: School) -> None:
    file = waiting.folder / "person.csv"
    file.write_text("application_id,decision,fields,code,reviewer\nA-0000,approve,,,王老师\n", "utf-8")

    assert reviewed(waiting, file) == (1, ["REVISION_UNKNOWN"])


@pytest.mark.parametrize("column", ["school", "grade", "class_"])
@pytest.mark.parametrize(
    "number", ["15400001234", "320098201503150010", "32009820150315001X", "１５４００００１２３４"]
)
def test_a_number_in_a_wrong_cell_is_not_shown_in_the_queue(school: School, column: str, number: str) -> None:
    certify(school, school.applications([school.row(0, **{column: f"海英{number}小学"})]))

    (row,) = rows_of(school.folder / "out" / "review_queue.csv")

    assert row[column.rstrip("_")] == f"海英{'*' * len(number)}小学"
