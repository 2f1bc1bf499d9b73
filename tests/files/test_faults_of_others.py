"""
Faults that public services of this kind had in import and matching: each test bears the id of one.

`PIX` is 1024pix/pix, `PC` pass-culture, `OCR` opencrvs, `SNU` betagouv, `GHC` GitHub classroom, `EDF` Ed-Fi, `CLV`
the Clever data pages; the number is the one of the pull request or note. `NOT_HERE` says of the others why.
"""
# ruff: noqa: N802 - the ids are written as their owners write them

from __future__ import annotations

import csv
import datetime as dt
import itertools
from pathlib import Path
from typing import Any, Final

import attrs
import openpyxl
import pytest

from eduid_cli.deployment import key_file, opened
from eduid_core.matching import CandidateIndex, Found, find_candidates, match
from eduid_core.service import Service
from eduid_core.service.batch import plan
from eduid_core.testing.doubles import NUMBERS as PEOPLE
from eduid_core.testing.doubles import form_of, row_of
from eduid_core.validation.documents.check_digits import check_character
from tests.files.school import FORM, NUMBERS, STUDENT, csv_file, student, table, xlsx
from tests.files.test_commands_on_files import Folder, number

AS_OF = dt.date(2026, 11, 2)
NOT_HERE: Final = {
    "PIX-10827": "Nothing imports by itself: a run is a command that a person starts, stops and starts again.",
    "PIX-7111": "A run is no part of a page: it ends with its command, or is resumed by it (tests/cli/test_kill.py).",
    "PIX-14292": "The memory of a run is bounded and measured: tests/cli/test_memory.py.",
    "OCR-10169": "Every channel is decided by the one command RecordMatch: tests/service/test_against_claims.py.",
}
"""Id -> why the fault cannot occur here, or where it is tested at length."""


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def form(place: int, **changed: str) -> dict[str, str]:
    return FORM | {"申请编号": f"A-{place}", "身份证号": NUMBERS[place]} | changed


def events(folder: Folder, *keys: str) -> list[int]:
    service = Service(store=opened(folder.db), keys=key_file(folder.db, fresh=False))
    return [len(service.history("application", key)) for key in keys]


# --- import --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chunk", [1, 2, 3])
def test_PIX_3403_results_are_equal_for_any_chunk_and_order(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    rows = [form(0), form(1, 班级="2班"), form(2, 姓名=""), form(3), form(3, 申请编号="A-9")]
    registry = folder.registry(*(student(place) for place in range(4)))
    folder.certify(folder.forms(*rows), registry)
    whole = sorted(map(str, folder.rows()))

    monkeypatch.setattr(plan.chunks, "__defaults__", (chunk,))
    folder.db = folder.path / "other.db"
    folder.certify(folder.forms(*reversed(rows), name="b.csv"), registry, out="other")

    assert sorted(map(str, folder.rows())) == whole


@pytest.mark.parametrize("distance", [1, 2, 5])
def test_PIX_16391_a_person_repeated_across_chunks_is_found_at_every_distance(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, distance: int
) -> None:
    monkeypatch.setattr(plan.chunks, "__defaults__", (2,))
    between = [FORM | {"申请编号": f"B-{n}", "身份证号": number(100 + n)} for n in range(distance)]
    folder.certify(folder.forms(form(0), *between, form(0, 申请编号="A-9")), folder.registry(student(0)))

    found = {row["application_id"]: row["reasons"] for row in folder.rows()}
    assert found["A-0"].startswith("DUPLICATE_APPLICATION")
    assert found["A-9"].startswith("DUPLICATE_APPLICATION")


def test_PIX_3479_siblings_of_one_guardian_land_and_one_clash_sets_only_its_rows_aside(folder: Folder) -> None:
    rows = [form(0), form(1), form(2), form(3, 申请编号="A-2")]

    done = folder.certify(folder.forms(*rows), folder.registry(*(student(place) for place in range(4))))

    assert done.exit_code == 0
    assert folder.outcomes == {"A-0": "approved", "A-1": "approved"}
    assert [row["line"] for row in folder.rows("quarantine.csv")] == ["4", "5"]


def test_PIX_1812_the_same_import_again_changes_nothing(folder: Folder) -> None:
    files = folder.forms(form(0), form(1, 班级="2班")), folder.registry(student(0), student(1))
    folder.certify(*files)
    before = events(folder, "A-0", "A-1")

    folder.certify(*files, out="again")

    assert events(folder, "A-0", "A-1") == before
    assert (folder.out / "sms.jsonl").read_bytes() == b""


def test_SNU_L29_another_registry_reopens_nothing_and_moves_no_task(folder: Folder) -> None:
    forms = folder.forms(form(0), form(1, 班级="2班"))
    folder.certify(forms, folder.registry(student(0), student(1)))
    before = events(folder, "A-0", "A-1")
    left = folder.registry(student(0, 学籍状态="转出"), student(1, 班级="2班"), name="later.csv")

    folder.certify(forms, left, out="later")

    assert events(folder, "A-0", "A-1") == before


def test_CLV_VANISH_a_registry_that_lost_one_school_is_refused_until_confirmed(folder: Folder) -> None:
    held = [STUDENT | {"学籍号": f"G{number(n)}", "身份证件号": number(n)} for n in range(30)]
    other = [row | {"学校标识码": "2132098002", "学校名称": "南京市云杉小学"} for row in held[:2]]
    folder.certify(folder.forms(form(0)), folder.registry(*held[2:], *other))

    less = folder.certify(
        folder.forms(form(1), name="b.csv"), folder.registry(*held[2:], name="less.csv"), out="less"
    )

    assert less.exit_code == 2
    assert "--confirm-vanish" in less.stderr


def test_GHC_2538_the_same_rows_under_other_name_order_and_headings_make_no_doubles(folder: Folder) -> None:
    rows = [form(0), form(1)]
    registry = folder.registry(student(0), student(1))
    folder.certify(folder.forms(*rows), registry)
    before = events(folder, "A-0", "A-1")
    aliases = {"姓名": "学生姓名", "身份证号": "证件号码", "监护人手机": "家长电话"}
    renamed = [{aliases.get(name, name): cell for name, cell in row.items()} for row in reversed(rows)]

    folder.certify(xlsx(folder.path / "其他.xlsx", table(*renamed)), registry, out="again")

    assert events(folder, "A-0", "A-1") == before
    assert folder.outcomes == {"A-1": "approved", "A-0": "approved"}


def test_PIX_10653_who_was_taken_back_can_come_again(folder: Folder) -> None:
    files = folder.forms(form(0)), folder.registry(student(0))
    folder.certify(*files)
    folder.run("undo", "--db", folder.db, "--run", folder.report["run"], "--yes")

    folder.certify(*files, out="again")

    assert folder.outcomes == {"A-0": "approved"}


def test_PIX_887_a_student_of_two_schools_goes_to_a_person_and_blocks_nobody(folder: Folder) -> None:
    visiting = student(0, 学校标识码="2132098002", 学校名称="南京市云杉小学")

    folder.certify(folder.forms(form(0), form(1)), folder.registry(student(0), visiting, student(1)))

    assert folder.outcomes == {"A-0": "review", "A-1": "approved"}


def test_PIX_8730_a_failed_import_leaves_its_reason_and_no_row(folder: Folder) -> None:
    broken = csv_file(folder.path / "r.csv", [["姓名"], ["陈小雨"]])

    done = folder.certify(folder.forms(form(0)), broken)

    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1
    assert not folder.db.exists()
    assert not folder.out.exists()


def test_SNU_PM51_one_unreadable_row_delays_no_other(folder: Folder) -> None:
    rows = [form(0, 年级="#N/A"), form(1, 身份证号="3.20098E+17"), form(2)]

    folder.certify(folder.forms(*rows), folder.registry(student(2)))

    assert folder.outcomes == {"A-2": "approved"}


@pytest.mark.parametrize("cut", [4, 60, 900, -30])
def test_SNU_PH24_a_truncated_workbook_is_refused_in_one_line(folder: Folder, cut: int) -> None:
    whole = xlsx(folder.path / "a.xlsx", table(form(0)))
    whole.write_bytes(whole.read_bytes()[:cut])

    done = folder.certify(whole, folder.registry(student(0)))

    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)


def test_SNU_L32_names_of_files_name_nothing_of_ours_and_no_part_is_left(folder: Folder) -> None:
    folder.certify(folder.forms(form(0), name="..;$(x) 表.part.csv"), folder.registry(student(0)))

    assert {path.name for path in folder.out.iterdir()} == {
        *("decisions.csv", "review_queue.csv", "quarantine.csv", "sms.jsonl", "report.json", "review.xlsx"),
        *("registry_quality.csv", "sms.jsonl.id"),
    }


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(1)", "＝1", "\u200b=1", "\t=1", "＋1"])
def test_SNU_L36_no_cell_of_our_files_is_a_formula(folder: Folder, start: str) -> None:
    folder.certify(folder.forms(form(0, 学校=f"{start}小学", 姓名="王浩然")), folder.registry(student(0)))

    with (folder.out / "review_queue.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.DictReader(file) for cell in row.values()]
    assert not [cell for cell in cells if cell.lstrip("\u200b\t ").startswith(tuple("=+-@＝＋－＠"))]
    for sheet in openpyxl.load_workbook(folder.out / "review.xlsx").worksheets:
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_PIX_8391_all_faults_come_at_once_with_line_field_and_what_to_do(folder: Folder) -> None:
    rows = [form(0, 申请编号=""), form(1, 年级="#REF!"), form(2, 监护人手机="1.54E+10"), form(3)]

    folder.certify(folder.forms(*rows), folder.registry(student(3)))

    told = [
        (row["line"], row["field"], row["code"], bool(row["hint"])) for row in folder.rows("quarantine.csv")
    ]
    assert told == [
        ("2", "application_id", "APPLICATION_ID_BLANK", True),
        ("3", "grade", "CELL_ERROR", True),
        ("4", "guardian_phone", "PHONE_SCIENTIFIC", True),
    ]


def test_PIX_1069_a_double_number_is_told_by_code_line_and_field_and_never_by_value(folder: Folder) -> None:
    done = folder.certify(folder.forms(form(0), form(1, 申请编号="A-0"), form(2)), folder.registry(student(2)))

    (first, second) = folder.rows("quarantine.csv")
    assert (first["code"], second["code"]) == ("APPLICATION_ID_REPEATED",) * 2
    assert NUMBERS[0] not in done.stdout + str(first) + str(second)


def test_PIX_6061_each_finding_stands_once_on_the_line_that_a_person_counts(folder: Folder) -> None:
    title, blank = ["花名册", *[""] * 8], [""] * 9
    rows = [title, *table(form(0)), blank, [*form(1, 年级="#N/A").values()], [*form(2).values()]]

    folder.certify(csv_file(folder.path / "a.csv", rows), folder.registry(student(0), student(2)))

    assert [(row["line"], row["code"]) for row in folder.rows("quarantine.csv")] == [("5", "CELL_ERROR")]


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("毕业", "STATUS_GRADUATED"),
        ("转出", "STATUS_TRANSFERRED"),
        ("休学", "STATUS_SUSPENDED"),
        ("离校", "STATUS_LEFT"),
    ],
)
def test_PIX_832_leavers_count_by_their_own_status(folder: Folder, status: str, reason: str) -> None:
    folder.certify(folder.forms(form(0), form(1)), folder.registry(student(0, 学籍状态=status), student(1)))

    first, second = folder.rows()
    assert (first["outcome"], first["reasons"].split(";")[0]) == ("review", reason)
    assert second["outcome"] == "approved"


def test_EDF_823_letter_case_makes_no_other_id(folder: Folder) -> None:
    body = next(b for n in range(900) if check_character(b := f"32009820150315{n:03}") == "X")
    forms = folder.forms(FORM | {"身份证号": f"{body}x"}, FORM | {"申请编号": "A-2", "身份证号": f"{body}X"})

    folder.certify(forms, folder.registry(STUDENT | {"学籍号": f"g{body}x", "身份证件号": f"{body}X"}))

    assert all(row["reasons"].startswith("DUPLICATE_APPLICATION") for row in folder.rows())


# --- matching ------------------------------------------------------------------------------------------

ROW = row_of()


def decided(claimed: Any, *rows: Any) -> tuple[str, str]:
    verdict = match(claimed, Found(rows, as_of=AS_OF))
    return verdict.outcome.value, verdict.reasons[0]


def test_PIX_4634_one_agreeing_identifier_never_suffices() -> None:
    """The student number and the name agree, the document number is another birth date's."""
    assert decided(form_of("320098201603150017"), ROW)[0] != "approved"
    assert decided(form_of(name="王浩然"), ROW) == ("review", "IDENTITY_DIFFERS")


def test_PIX_4219_siblings_and_twins_never_cross() -> None:
    brother, sister = row_of(PEOPLE[0], name="陈小雨"), row_of(PEOPLE[1], name="陈小雪")

    assert decided(form_of(PEOPLE[1], name="陈小雨"), brother, sister) == ("review", "IDENTITY_DIFFERS")
    assert decided(form_of(PEOPLE[0], name="陈小雨"), brother, sister)[0] == "approved"


@pytest.mark.parametrize("blank", ["", "无", "NULL", "待补录", "-"])
def test_PC_2845_blank_numbers_are_doubles_of_nobody(folder: Folder, blank: str) -> None:
    forms = folder.forms(form(0, 身份证号=blank), form(1, 身份证号=blank), form(2))

    folder.certify(forms, folder.registry(student(0, 身份证件号=blank), student(2)))

    assert folder.outcomes == {"A-0": "returned", "A-1": "returned", "A-2": "approved"}
    assert not any("DUPLICATE" in row["reasons"] for row in folder.rows())


def test_PIX_4554_blank_numbers_of_the_registry_are_no_student_with_many_rows() -> None:
    nobody = [row_of("", student_number=f"G{n}") for n in range(3)]

    assert decided(form_of(), *nobody, ROW)[0] == "approved"


def test_PC_1042_the_duplicate_check_is_alive_in_one_file_and_across_files(folder: Folder) -> None:
    registry = folder.registry(student(0), student(1, 班级="2班"))
    folder.certify(folder.forms(form(0), form(1)), registry)

    folder.certify(
        folder.forms(form(0, 申请编号="B-0"), form(1, 申请编号="B-1"), name="b.csv"), registry, out="b"
    )

    assert [row["reasons"].split(";")[0] for row in folder.rows()] == ["DUPLICATE_APPLICATION"] * 2


@pytest.mark.parametrize("field", ["name", "school", "grade", "class_name", "entry_month", "student_number"])
def test_PC_986_a_missing_key_value_is_for_a_person(field: str) -> None:
    assert decided(form_of(), attrs.evolve(ROW, **{field: ""}))[0] == "review"


def test_PIX_9819_rows_that_were_not_asked_for_approve_nobody() -> None:
    assert decided(form_of(PEOPLE[0]), row_of(PEOPLE[1]), row_of(PEOPLE[2])) == ("review", "NOT_FOUND")


@pytest.mark.parametrize("status", ["转出", "毕业", "休学", "借读", "", "?"])
def test_PIX_15333_a_former_row_neither_approves_nor_hides_the_active_one(status: str) -> None:
    former = row_of(status=status)

    assert decided(form_of(), former)[0] == "review"
    assert decided(form_of(), former, ROW)[0] == decided(form_of(), ROW, former)[0] == "approved"


@pytest.mark.parametrize("typed", ["320098201603150010", "320098201503150011", "320098201503510010"])
def test_OCR_11073_a_near_number_leads_the_reviewer_to_the_row(typed: str) -> None:
    """Another year, one other digit, two that changed places."""
    found = find_candidates(form_of(typed), CandidateIndex.of([ROW]), Found((), as_of=AS_OF))

    assert [each.row for each in found.found] == [ROW]


def test_PIX_11341_two_rows_for_one_number_are_for_a_person_in_every_order() -> None:
    rows = [ROW, row_of(class_name="2班"), row_of(student_number="L1")]

    for order in itertools.permutations(rows):
        assert decided(form_of(), *order) == ("review", "DUPLICATE_REGISTRY")


def test_PC_582_a_corrected_row_is_no_double_of_itself(folder: Folder) -> None:
    registry = folder.registry(student(0), student(1))
    folder.certify(folder.forms(form(0), form(1, 姓名="")), registry)

    changed = folder.forms(form(0, 监护人手机="15400005678"), form(1), name="b.csv")
    folder.certify(changed, registry, out="again")

    assert folder.outcomes == {"A-0": "approved", "A-1": "approved"}
    assert not any("DUPLICATE" in row["reasons"] for row in folder.rows())


def test_GHC_2542_a_wrong_binding_is_undone_and_the_card_stopped(folder: Folder) -> None:
    folder.certify(folder.forms(form(0)), folder.registry(student(0)))
    folder.run("undo", "--db", folder.db, "--run", folder.report["run"], "--out", folder.out, "--yes")

    service = Service(store=opened(folder.db), keys=key_file(folder.db, fresh=False))
    card: Any = service.state("card", "A-0")
    assert card.status == "revoked"
    assert "file_undone" in (folder.out / "sms.jsonl").read_text("utf-8")


# --- the catalogue -------------------------------------------------------------------------------------

IDS: Final = (
    *(
        "PIX-3403",
        "PIX-16391",
        "PIX-3479",
        "PIX-1812",
        "SNU-L29",
        "CLV-VANISH",
        "GHC-2538",
        "PIX-10653",
        "PIX-887",
    ),
    *(
        "PIX-8730",
        "PIX-10827",
        "PIX-7111",
        "PIX-14292",
        "SNU-PM51",
        "SNU-PH24",
        "SNU-L32",
        "SNU-L36",
        "PIX-8391",
    ),
    *("PIX-1069", "PIX-6061", "PIX-832", "EDF-823", "PIX-4634", "PIX-4219", "PC-2845", "PC-1042", "PIX-4554"),
    *("PC-986", "OCR-10169", "PIX-9819", "PIX-15333", "OCR-11073", "PIX-11341", "PC-582", "GHC-2542"),
)


@pytest.mark.parametrize("name", IDS)
def test_every_fault_has_a_test_or_a_reason(name: str) -> None:
    tests = [each for each in globals() if each.startswith(f"test_{name.replace('-', '_')}_")]

    assert bool(tests) != (name in NOT_HERE)


@pytest.mark.parametrize("why", NOT_HERE.values())
def test_the_tests_that_a_reason_names_are_there(why: str) -> None:
    root = Path(__file__).parents[2]

    assert all(
        (root / word.strip("().")).is_file() for word in why.split() if word.startswith(("tests/", "(tests/"))
    )
