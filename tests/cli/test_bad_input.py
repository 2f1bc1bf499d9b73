"""Bad input gets one clear line, exit 2, and nothing half-written."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from eduid_cli.demo.sample import APPLICATION_HEADINGS, REGISTRY_HEADINGS, write_registry

from .conftest import School, certify, outcomes, rows_of, run_eduid


def stopped(school: School, applications: Path, *more: object) -> str:
    """Run, expecting exit 2; return the one line it said."""
    result = certify(school, applications, *more)

    assert result.returncode == 2, result.stdout
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.stderr
    assert not list(school.folder.glob("out/*.csv"))
    return result.stderr


def text_of(rows: list[list[str]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([APPLICATION_HEADINGS, *rows])
    return buffer.getvalue()


def test_a_missing_column_is_named_and_the_headings_found_are_shown(school: School) -> None:
    path = school.folder / "a.csv"
    path.write_text("申请编号,姓名,学校\n1,甲,乙\n", "utf-8")

    line = stopped(school, path)

    assert "id_number" in line
    assert "申请编号、姓名、学校" in line


def test_a_broken_workbook(school: School) -> None:
    whole = school.registry.read_bytes()
    school.registry.write_bytes(whole[: len(whole) // 2])

    stopped(school, school.applications([school.row(0)]))


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_an_empty_file(school: School, name: str) -> None:
    (school.folder / name).write_bytes(b"")

    stopped(school, school.folder / name)


def test_a_file_that_is_not_there(school: School) -> None:
    stopped(school, school.folder / "nowhere.csv")


def test_a_file_of_another_kind(school: School) -> None:
    path = school.folder / "a.pdf"
    path.write_bytes(b"%PDF")

    stopped(school, path)


def test_a_text_in_no_known_encoding_names_the_line(school: School) -> None:
    path = school.folder / "a.csv"
    path.write_bytes(text_of([school.row(0)]).encode("gb18030") + b"\xff\xff\xff,\n")

    assert "3" in stopped(school, path)


def test_a_half_written_quotation(school: School) -> None:
    path = school.folder / "a.csv"
    path.write_text(text_of([school.row(0)]) + 'A-9,"陈', "utf-8")

    stopped(school, path)


def test_a_row_cut_off_in_the_middle_is_set_aside(school: School) -> None:
    path = school.folder / "a.csv"
    path.write_text(text_of([school.row(0)]) + "A-9,陈小雨,居民身份证", "utf-8")

    assert certify(school, path).returncode == 0
    assert [r["code"] for r in rows_of(school.folder / "out" / "quarantine.csv")] == ["ROW_INCOMPLETE"]
    assert outcomes(school.folder / "out") == {"A-0000": "approved"}


def test_a_registry_without_a_pupil_is_never_read_as_nobody(school: School) -> None:
    applications = school.applications([school.row(0)])
    school.registry.unlink()
    workbook = xlsxwriter.Workbook(str(school.registry))
    workbook.add_worksheet().write_row(0, 0, REGISTRY_HEADINGS)
    workbook.close()

    assert "学籍库" in stopped(school, applications)
    assert "学籍库" in stopped(school, applications, "--confirm-vanish")


def test_a_registry_that_lost_a_class_is_refused_until_somebody_confirms(school: School) -> None:

    certify(school, school.applications([school.row(0)]), out="first")
    write_registry(school.registry, school.students[:200])
    later = school.applications([school.row(1)], "later.csv")

    line = stopped(school, later)

    assert "--confirm-vanish" in line
    assert certify(school, later, "--confirm-vanish").returncode == 0


def test_an_id_column_that_a_spreadsheet_made_numbers(school: School) -> None:
    path = school.folder / "a.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(APPLICATION_HEADINGS)
    row: list[object] = list(school.row(0))
    row[3] = float(school.students[0].number[:17]) * 10
    sheet.append(row)
    sheet.append(school.row(1))
    book.save(path)

    assert certify(school, path).returncode == 0
    (aside,) = rows_of(school.folder / "out" / "quarantine.csv")
    assert (aside["line"], aside["field"], aside["code"]) == ("2", "id_number", "ID_NUMERIC_CELL")
    assert outcomes(school.folder / "out") == {"A-0001": "approved"}


def test_headings_in_the_fourth_row_in_english_in_any_order(school: School) -> None:
    names = [
        "guardian_phone",
        "Name",
        "class",
        "application_id",
        "id_number",
        "school",
        "grade",
        "entry_year",
        "note",
    ]
    row = school.row(0)
    cells = [row[9], row[1], row[6], row[0], row[3], row[4], row[5], row[7], "x"]
    path = school.folder / "a.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([["表"], [], ["说明"], names, cells])

    result = certify(school, path)

    assert outcomes(school.folder / "out") == {"A-0000": "approved"}
    assert "note" in result.stdout


def test_a_policy_with_an_unknown_key_is_refused(school: School) -> None:
    policy = school.folder / "policy.toml"
    policy.write_text("[matching]\nallow_everything = true\n", "utf-8")

    assert "allow_everything" in stopped(school, school.applications([school.row(0)]), "--policy", policy)


def test_a_database_that_is_none(school: School) -> None:
    (school.folder / "school.db").write_bytes(b"this is no database" * 100)

    stopped(school, school.applications([school.row(0)]))


@pytest.mark.parametrize(
    "args",
    [
        ["certify"],
        ["certify", "x.csv", "--as-of", "yesterday"],
        ["inspect"],
        ["nothing"],
        ["inspect", "--kind", "k", "1"],
    ],
)
def test_wrong_use_is_exit_2(args: list[str]) -> None:
    result = run_eduid(*args)

    assert result.returncode == 2
    assert "Traceback" not in result.stderr


def test_the_demo_touches_no_folder_of_others(tmp_path: Path) -> None:
    kept = tmp_path / "school.db.key"
    kept.write_text("mine", "utf-8")

    done = run_eduid("demo", "--dir", tmp_path)

    assert (done.returncode, kept.read_text("utf-8")) == (2, "mine")
    assert [p.name for p in tmp_path.iterdir()] == ["school.db.key"]


def test_a_file_without_headings_is_told_of_without_its_cells(tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("S-1,陈小雨,居民身份证,南京市海英小学\n", "utf-8")

    done = run_eduid("reconcile", rows, rows, "--out", tmp_path / "out", "--as-of", "2026-11-01")

    assert done.returncode == 2
    assert "(+4)" in done.stderr
    assert not any(cell in done.stderr for cell in ("S-1", "陈小雨", "海英"))
