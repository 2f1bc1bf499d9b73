"""The outcomes the contract pins, through the command and real files."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import AS_OF, School, certify, outcomes, rows_of, run_eduid

WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def decided(school: School, *rows: list[str]) -> list[dict[str, str]]:
    """Return the decisions about *rows* on a fresh database."""
    result = certify(school, school.applications(rows))
    assert result.returncode == 0, result.stderr
    return rows_of(school.folder / "out" / "decisions.csv")


@pytest.mark.parametrize("column", ["name", "number", "school", "grade", "class_", "entry_year", "phone"])
def test_a_blank_that_the_applicant_must_fill_is_returned(school: School, column: str) -> None:
    (row,) = decided(school, school.row(0, **{column: " "}))

    assert row["outcome"] == "returned"


@pytest.mark.parametrize(
    "changed",
    [
        {"number": "320098201502300010"},
        {"phone": "138OO138000"},
        {"phone": "02552345678"},
        {"name": "陈3雨"},
    ],
    ids=["impossible date", "letters in the phone", "landline", "digit in the name"],
)
def test_what_cannot_be_right_is_returned(school: School, changed: dict[str, str]) -> None:
    (row,) = decided(school, school.row(0, **changed))

    assert row["outcome"] == "returned"


def test_noise_is_not_a_difference(school: School) -> None:
    student = school.students[0]
    row = school.row(
        0,
        name=f" {student.name}　",
        number=f"{student.number[:6]} {student.number[6:14]}-{student.number[14:]}".translate(WIDE),
        phone=f"+86 {student.phone[:3]}-{student.phone[3:]}",
        entry_year=f"{student.entry_year}年",
        guardian="",
    )

    (decision,) = decided(school, row)

    assert decision["outcome"] == "approved"
    assert "SYNTHETIC_NUMBER" in decision["reasons"]


@pytest.mark.parametrize("column", ["name", "school", "grade", "class_", "entry_year"])
def test_one_field_of_another_pupil_goes_to_a_person(school: School, column: str) -> None:
    mine = school.row(0)
    place = {"name": 1, "school": 4, "grade": 5, "class_": 6, "entry_year": 7}[column]
    other = next(r for r in (school.row(n) for n in range(1, 300)) if r[place] != mine[place])

    (decision,) = decided(school, school.row(0, **{column: other[place]}))

    assert decision["outcome"] == "review"


def test_two_applications_with_one_number_both_go_to_a_person(school: School) -> None:
    result = decided(school, school.row(0, "A-1"), school.row(0, "A-2"), school.row(1, "A-3"))

    assert [r["outcome"] for r in result] == ["review", "review", "approved"]
    assert "DUPLICATE_APPLICATION" in result[0]["reasons"]


def test_a_number_the_registry_does_not_hold_goes_to_a_person(school: School) -> None:
    (decision,) = decided(school, school.row(0, number="320098201503150010"))

    assert decision["outcome"] == "review"
    assert "NOT_FOUND" in decision["reasons"]


def test_an_id_that_says_who_the_pupil_is_never_reaches_a_decision(school: School) -> None:
    rows = [
        school.row(0, ""),
        school.row(1, "twice"),
        school.row(2, "twice"),
        school.row(3, school.students[3].number),
        school.row(4, "=cmd()"),
        school.row(5, "x" * 65),
        school.row(6, number="3.2E+17"),
        school.row(7, "good"),
    ]
    rows[0][0] = ""

    result = certify(school, school.applications(rows))

    assert result.returncode == 0
    assert list(outcomes(school.folder / "out")) == ["good"]
    quarantine = [(r["line"], r["code"]) for r in rows_of(school.folder / "out" / "quarantine.csv")]
    assert quarantine == [
        ("2", "APPLICATION_ID_BLANK"),
        ("3", "APPLICATION_ID_REPEATED"),
        ("4", "APPLICATION_ID_REPEATED"),
        ("5", "APPLICATION_ID_PERSONAL"),
        ("6", "APPLICATION_ID_INVALID"),
        ("7", "APPLICATION_ID_INVALID"),
        ("8", "ID_SCIENTIFIC"),
    ]
    assert certify(school, school.applications(rows), "--strict", out="again").returncode == 1


def test_consent_in_person_may_be_required_of_files_too(school: School) -> None:
    policy = school.folder / "policy.toml"
    policy.write_text('file_consent = "required"\n', "utf-8")

    result = certify(school, school.applications([school.row(0)]), "--policy", policy)

    assert result.returncode == 0, result.stderr
    (row,) = rows_of(school.folder / "out" / "decisions.csv")
    assert (row["outcome"], row["reasons"]) == ("returned", "CONSENT_REQUIRED")


def test_reconcile_decides_as_a_first_certify_does(school: School, tmp_path: Path) -> None:

    rows = [school.row(n) for n in range(40)] + [school.row(3, "again"), school.row(50, name="王不同")]
    applications = school.applications(rows)
    certify(school, applications)

    result = run_eduid("reconcile", applications, school.registry, "--out", tmp_path / "r", "--as-of", AS_OF)

    assert result.returncode == 0, result.stderr
    first = (school.folder / "out" / "decisions.csv").read_bytes()
    assert (tmp_path / "r" / "decisions.csv").read_bytes() == first
