"""`eduid certify`, `columns` and `review` on ordinary files: options, what is said, what is written."""

from __future__ import annotations

import csv
import json
import stat
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from eduid_cli import certify as room
from eduid_cli.main import main
from eduid_core.validation.documents.check_digits import check_character
from tests.files.school import FORM, NUMBERS, STUDENT, csv_file, student, table, xlsx

DAY = "2026-11-02"


def number(place: int) -> str:
    body = f"32009820150315{place:03}"
    return body + check_character(body)


def without(row: dict[str, str], *names: str) -> dict[str, str]:
    return {name: cell for name, cell in row.items() if name not in names}


class Folder:
    """A folder with a registry, applications and the results of runs over one database."""

    def __init__(self, path: Path) -> None:
        self.path, self.db, self.out = path, path / "x.db", path / "out"

    def run(self, *args: object) -> Result:
        return CliRunner().invoke(main, [str(arg) for arg in args])

    def certify(self, forms: Path, registry: Path, *args: object, out: str = "out") -> Result:
        self.out = self.path / out
        about = ("--db", self.db, "--out", self.out, "--as-of", DAY)
        return self.run("certify", forms, "--registry", registry, *about, *args)

    def rows(self, name: str = "decisions.csv") -> list[dict[str, str]]:
        with (self.out / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    @property
    def outcomes(self) -> dict[str, str]:
        return {row["application_id"]: row["outcome"] for row in self.rows()}

    @property
    def report(self) -> Any:
        return json.loads((self.out / "report.json").read_text("utf-8"))

    def forms(self, *rows: dict[str, str], name: str = "a.csv") -> Path:
        return csv_file(self.path / name, table(*rows))

    def registry(self, *rows: dict[str, str], name: str = "r.csv") -> Path:
        return csv_file(self.path / name, table(*rows))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


# --- what a person tells about the files ---------------------------------------------------------------


@pytest.mark.parametrize("field", ["status", "学籍状态", "学生状态"])
def test_a_missing_column_is_given_by_its_name_or_by_a_heading(folder: Folder, field: str) -> None:
    registry = folder.registry(without(STUDENT, "学籍状态"))
    refused = folder.certify(folder.forms(FORM), registry)

    done = folder.certify(folder.forms(FORM), registry, "--set", f"registry.{field}=在读")

    assert refused.exit_code == 2
    assert "--set registry.学籍状态=" in refused.stderr
    assert (done.exit_code, folder.outcomes) == (0, {"A-1": "approved"})


@pytest.mark.parametrize(
    "args",
    [
        ["--set", "registry.name=陈小雨"],
        ["--set", "registry.id_number=1"],
        ["--set", "applications.status=在读"],
        ["--set", "teachers.grade=1"],
        ["--set", "registry.grade"],
        ["--set", "registry.grade= "],
        ["--sheet", "2班"],
        ["--sheet", "registry:"],
    ],
)
def test_options_that_are_not_to_be_understood_are_refused_in_one_line(
    folder: Folder, args: Sequence[str]
) -> None:
    refused = folder.certify(folder.forms(FORM), folder.registry(STUDENT), *args)

    assert refused.exit_code == 2
    assert refused.stderr.count("\n") == 1
    assert "陈小雨" not in refused.stderr
    assert not folder.db.exists()


@pytest.mark.parametrize(
    "text", ["[", "[teachers]\n", "registry = 1\n", '[registry]\n"a" = 7\n', '[registry]\n"a" = "b"\n']
)
def test_a_file_of_columns_that_is_not_to_be_understood_is_refused(folder: Folder, text: str) -> None:
    (folder.path / "c.toml").write_text(text, "utf-8")

    refused = folder.certify(folder.forms(FORM), folder.registry(STUDENT), "--columns", folder.path / "c.toml")

    assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1)


def test_a_file_of_columns_maps_headings_sets_values_and_explains_the_status(folder: Folder) -> None:
    row = {("档案号" if name == "学籍号" else name): cell for name, cell in without(STUDENT, "年级").items()}
    columns = folder.path / "c.toml"
    columns.write_text(
        '[registry]\n"档案号" = "学籍号"\n[registry.set]\ngrade = "六年级"\n[registry.status]\n"1" = "在读"\n',
        "utf-8",
    )

    done = folder.certify(folder.forms(FORM), folder.registry(row | {"学籍状态": "1"}), "--columns", columns)

    assert (done.exit_code, folder.outcomes) == (0, {"A-1": "approved"})


def test_an_interrupted_run_goes_on_with_what_it_was_told(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    forms, registry = folder.forms(FORM), folder.registry(without(STUDENT, "学籍状态"))
    told = ("--set", "registry.status=在读")

    def fail(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(room, "_carried_out", fail)
        assert folder.certify(forms, registry, *told).exit_code == 2

    other = folder.certify(forms, registry, "--set", "registry.status=转出")
    same = folder.certify(forms, registry)

    assert other.exit_code == 2
    assert "--set" in other.stderr
    assert (same.exit_code, folder.outcomes) == (0, {"A-1": "approved"})


def test_sheets_are_named_on_the_screen_and_in_the_report(folder: Folder) -> None:
    sheets = {"填写示例": table(student(3)), "1班": table(student(0)), "2班": table(student(1))}
    registry = xlsx(folder.path / "r.xlsx", sheets)

    done = folder.certify(folder.forms(FORM), registry)

    assert "1班（2）、2班（2）" in done.stdout
    assert "填写示例" in done.stdout
    assert [(s["name"], s["read"], s["why"]) for s in folder.report["sheets"]] == [
        ("填写示例", False, "example"),
        ("1班", True, ""),
        ("2班", True, ""),
    ]


def test_every_row_of_both_files_is_in_the_report(folder: Folder) -> None:
    forms = csv_file(folder.path / "a.csv", [*table(FORM, FORM | {"申请编号": "A@"}), ["合计", *[""] * 8]])

    folder.certify(forms, folder.registry(STUDENT))

    assert folder.report["rows"]["applications"] == {
        "read": 3,
        "taken": 1,
        "quarantined": 1,
        "skipped": {"blank": 0, "total": 1, "heading": 0, "footer": 0},
    }
    assert folder.report["rows"]["registry"]["taken"] == 1
    assert list(folder.rows("quarantine.csv")[0]) == ["file", "sheet", "line", "field", "code", "zh", "hint"]


def test_a_status_of_no_known_meaning_is_named_once_for_the_file(folder: Folder) -> None:
    rows = [STUDENT | {"学籍号": f"G{n}", "身份证件号": number(n)} for n in range(20)]
    rows[1]["学籍状态"] = rows[2]["学籍状态"] = "甲类"

    done = folder.certify(folder.forms(FORM), folder.registry(*rows))

    assert done.stdout.count("甲类（2）") == 1
    assert folder.report["unknown_statuses"] == {"甲类": 2}


# --- files without ids ---------------------------------------------------------------------------------


def test_students_of_a_later_file_without_ids_keep_their_applications(folder: Folder) -> None:
    one, two = (without(FORM, "申请编号") | {"身份证号": n} for n in NUMBERS[:2])
    registry = folder.registry(student(0), student(1))

    folder.certify(folder.forms(one, two), registry)
    first = folder.outcomes
    folder.certify(folder.forms(two, one, name="b.csv"), registry, out="out2")

    assert list(folder.outcomes) == list(reversed(first))
    assert set(folder.outcomes.values()) == {"approved"}


def test_a_student_twice_in_a_file_without_ids_is_reviewed_twice(folder: Folder) -> None:
    form = without(FORM, "申请编号")

    folder.certify(folder.forms(form, form), folder.registry(STUDENT))

    assert sorted(folder.outcomes.values()) == ["review", "review"]


# --- too many returned ---------------------------------------------------------------------------------


def school(folder: Folder, size: int, wrong: int, **changed: str) -> tuple[Path, Path]:
    forms = [FORM | {"申请编号": f"A-{n}", "身份证号": number(n)} for n in range(size)]
    forms[:wrong] = [form | changed for form in forms[:wrong]]
    held = [STUDENT | {"学籍号": f"G{n}", "身份证件号": number(n)} for n in range(size)]
    return folder.forms(*forms), folder.registry(*held)


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"监护人手机": "1540000"}, "guardian_phone"),
        ({"班级": ""}, "class"),
        ({"身份证号": number(0)[:17]}, "id_number"),
    ],
)
def test_too_many_returns_for_one_reason_send_nothing_until_confirmed(
    folder: Folder, changed: dict[str, str], column: str
) -> None:
    files = school(folder, 24, 5, **changed)

    refused = folder.certify(*files)
    sent = (folder.out / "sms.jsonl").exists() and (folder.out / "sms.jsonl").read_bytes()
    done = folder.certify(*files, "--confirm-returns", out="out2")

    assert refused.exit_code == 2
    assert column in refused.stderr
    assert "--confirm-returns" in refused.stderr
    assert not any(text and text in refused.stderr for text in changed.values())
    assert not sent
    assert done.exit_code == 0
    assert list(folder.outcomes.values()).count("returned") == 5


@pytest.mark.parametrize(("size", "wrong"), [(25, 5), (4, 4)])
def test_a_fifth_or_a_few_returns_are_no_reason_to_stop(folder: Folder, size: int, wrong: int) -> None:
    assert folder.certify(*school(folder, size, wrong, 班级="")).exit_code == 0


# --- how headings are understood -----------------------------------------------------------------------


def test_columns_shows_what_is_understood_and_the_line_to_add(folder: Folder) -> None:
    registry = folder.registry(without(STUDENT, "学籍状态") | {"备注": "x"})

    shown = folder.run("columns", registry)

    assert shown.exit_code == 0
    assert "身份证件号 → id_number" in shown.stdout
    assert "备注 → 不读" in shown.stdout
    assert "--set registry.学籍状态=" in shown.stdout
    assert NUMBERS[0] not in shown.stdout
    assert "陈小雨" not in shown.stdout


def test_columns_tells_the_two_kinds_of_files_apart(folder: Folder) -> None:
    assert "applications" in folder.run("columns", folder.forms(FORM)).stdout.splitlines()[0]
    assert "registry" in folder.run("columns", folder.registry(STUDENT)).stdout.splitlines()[0]
    assert "registry" in folder.run("columns", folder.forms(FORM), "--as", "registry").stdout.splitlines()[0]


def test_what_columns_saves_is_all_that_the_second_time_needs(folder: Folder) -> None:
    registry = folder.registry(without(STUDENT, "学籍状态", "年级"))
    saved = folder.path / "c.toml"
    told = ("--set", "registry.status=在读", "--set", "registry.grade=六年级")

    assert folder.run("columns", registry, *told, "--save", saved).exit_code == 0
    done = folder.certify(folder.forms(FORM), registry, "--columns", saved)

    assert tomllib.loads(saved.read_text("utf-8"))["registry"]["set"] == {"status": "在读", "grade": "六年级"}
    assert (done.exit_code, folder.outcomes) == (0, {"A-1": "approved"})


# --- the queue as a workbook ---------------------------------------------------------------------------

TEACHER = {"班主任": "王老师", "班主任手机": "15400990001"}


def queue(folder: Folder, *changes: dict[str, str], id_type: str = "居民身份证") -> Any:
    """Certify one form for each of *changes*, and open the workbook of what waits."""
    forms = [FORM | {"申请编号": f"A-{n}", "身份证号": NUMBERS[n]} | change for n, change in enumerate(changes)]
    held = [student(n, 身份证件类型=id_type) | TEACHER for n in range(len(changes))]
    assert folder.certify(folder.forms(*forms), folder.registry(*held)).exit_code == 0
    return openpyxl.load_workbook(folder.out / "review.xlsx")


def fill(sheet: Any, line: int, **cells: str) -> None:
    headings = [cell.value for cell in sheet[1]]
    for name, text in cells.items():
        sheet.cell(line, headings.index(name) + 1, text)


def cell(sheet: Any, line: int, name: str) -> Any:
    return sheet.cell(line, [one.value for one in sheet[1]].index(name) + 1).value


def test_what_waits_is_written_as_a_workbook_with_a_sheet_for_each_teacher(folder: Folder) -> None:
    book = queue(folder, {"入学年份": "2019"}, {})

    assert [(sheet.title, sheet.sheet_state) for sheet in book] == [("王老师", "visible"), ("选项", "hidden")]
    sheet = book["王老师"]
    assert (cell(sheet, 2, "申请编号"), cell(sheet, 2, "姓名"), cell(sheet, 2, "证件号后四位")) == (
        "A-0",
        "陈小雨",
        "0010",
    )
    assert "入学年份不一致" in cell(sheet, 2, "需要核对")
    assert cell(sheet, 2, "审核人") == "王老师"
    assert sheet.protection.sheet
    assert stat.S_IMODE((folder.out / "review.xlsx").stat().st_mode) == 0o600
    assert NUMBERS[0] not in {str(c.value) for row in sheet for c in row}


def test_the_filled_in_workbook_is_taken_back_as_it_is(folder: Folder) -> None:
    book = queue(folder, {"入学年份": "2019"}, {"入学年份": "2018"}, {"入学年份": "2017"})
    fill(book["王老师"], 2, 决定="通过")
    fill(book["王老师"], 3, 决定="退回", 退回项目="入学年份", 退回原因="请核对入学年份")
    book.save(folder.path / "done.xlsx")

    done = folder.run(
        "review", "--db", folder.db, "--decisions", folder.path / "done.xlsx", "--out", folder.out
    )

    assert done.exit_code == 0, done.stderr
    assert [(row["application_id"], row["result"]) for row in folder.rows("review_results.csv")] == [
        ("A-0", "done"),
        ("A-1", "done"),
    ]
    assert "approved" in folder.run("show", "--db", folder.db, "A-0").stdout
    assert "returned" in folder.run("show", "--db", folder.db, "A-1").stdout


@pytest.mark.parametrize(("second", "result"), [("李老师", "approved"), ("王老师", "pending"), ("", "pending")])
def test_what_needs_two_persons_needs_another_second_one(folder: Folder, second: str, result: str) -> None:
    """The name is another one: nobody is filled in beforehand."""
    book = queue(folder, {"姓名": "吴大明"})
    sheet = book["王老师"]
    assert cell(sheet, 2, "审核人") is None
    fill(sheet, 2, 决定="通过", 审核人="王老师", 复核人=second)
    book.save(folder.path / "done.xlsx")

    folder.run("review", "--db", folder.db, "--decisions", folder.path / "done.xlsx", "--out", folder.out)

    assert result in folder.run("show", "--db", folder.db, "A-0").stdout


def test_the_problems_of_the_registry_are_written_by_line(folder: Folder) -> None:
    twice = student(0) | {"学籍号": "G2"}

    folder.certify(folder.forms(FORM), folder.registry(student(0), student(1, 学校名称=""), twice))

    found = [(row["line"], row["code"]) for row in folder.rows("registry_quality.csv")]
    assert {("2", "REG_SAME_ID"), ("4", "REG_SAME_ID"), ("3", "REG_FIELD_BLANK")} <= set(found)
    assert NUMBERS[0] not in (folder.out / "registry_quality.csv").read_text("utf-8")


# --- the database --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["x?y.db", "%41.db", "a#b.db", "x?mode=memory", "file:x.db", ":memory:"])
def test_the_path_of_a_database_is_a_path(folder: Folder, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(folder.path)
    folder.db = Path(name)

    assert folder.certify(folder.forms(FORM), folder.registry(STUDENT)).exit_code == 0

    assert (folder.path / name).is_file()
    assert folder.run("show", "--db", name, "A-1").exit_code == 0


@pytest.mark.parametrize("engine", ["polars", "python"])
@pytest.mark.parametrize(("size", "warned"), [(24, True), (25, False)])
def test_reconcile_warns_of_too_many_returns_and_goes_on(
    folder: Folder, engine: str, *, size: int, warned: bool
) -> None:
    forms, registry = school(folder, size, 5, 班级="")

    done = folder.run("reconcile", forms, registry, "--out", folder.out, "--as-of", DAY, "--engine", engine)

    assert done.exit_code == 0
    assert ("FIELD_REQUIRED" in done.stderr) is warned
    assert list(folder.outcomes.values()).count("returned") == 5


# --- a school that tells the families itself -----------------------------------------------------------


def test_without_phones_no_phone_is_asked_for_and_nobody_is_told(folder: Folder) -> None:
    forms = folder.forms(
        without(FORM, "监护人手机"), without(FORM, "监护人手机") | {"申请编号": "A-2", "姓名": ""}
    )
    registry = folder.registry(STUDENT | {"监护人手机": "15400005678"})

    refused = folder.certify(forms, registry)
    done = folder.certify(forms, registry, "--without-phones")

    assert refused.exit_code == 2
    assert "--without-phones" in refused.stderr
    assert (done.exit_code, folder.outcomes) == (0, {"A-1": "approved", "A-2": "returned"})
    assert "由学校通知家长" in done.stdout
    assert folder.report["without_phones"]
    assert (folder.out / "sms.jsonl").read_bytes() == b""


def test_without_phones_a_wrong_phone_is_still_returned_and_a_blank_one_is_not(folder: Folder) -> None:
    forms = folder.forms(
        FORM | {"监护人手机": "1540000123"}, FORM | {"申请编号": "A-2", "监护人手机": "", "姓名": "王"}
    )

    folder.certify(forms, folder.registry(STUDENT), "--without-phones")

    assert [row["outcome"] for row in folder.rows()] == ["returned", "review"]


@pytest.mark.parametrize("engine", ["python", "polars"])
@pytest.mark.parametrize("column", [True, False])
def test_without_phones_every_engine_decides_alike(folder: Folder, engine: str, column: bool) -> None:  # noqa: FBT001
    cells = [{"申请编号": f"A-{n}", "身份证号": number(n), "监护人手机": ""} for n in range(1, 4)]
    rows = [FORM | cell for cell in cells]
    forms = folder.forms(*(rows if column else [without(row, "监护人手机") for row in rows]))
    held = [STUDENT | {"学籍号": f"G{number(n)}", "身份证件号": number(n)} for n in range(1, 3)]
    out = ("--out", folder.out, "--as-of", DAY, "--engine", engine, "--without-phones")

    done = folder.run("reconcile", forms, folder.registry(*held), *out)

    assert done.exit_code == 0, done.stderr
    assert folder.outcomes == {"A-1": "approved", "A-2": "approved", "A-3": "review"}


def test_the_screen_counts_by_school_and_reason_what_is_not_approved(folder: Folder) -> None:
    forms = folder.forms(
        FORM,
        FORM | {"申请编号": "A-2", "身份证号": NUMBERS[1], "班级": "2班"},
        FORM | {"申请编号": "A-3", "姓名": ""},
    )

    done = folder.certify(forms, folder.registry(STUDENT, student(1)))

    (line,) = (line for line in done.stdout.splitlines() if "南京市海英小学" in line)
    assert "PLACEMENT_DIFFERS 1" in line
    assert "FIELD_REQUIRED 1" in line
    assert folder.report["by_school"] == {"南京市海英小学": {"FIELD_REQUIRED": 1, "PLACEMENT_DIFFERS": 1}}
