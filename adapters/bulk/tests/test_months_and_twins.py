"""Cells that only look like a month, and two forms of one number whose registry row stands twice: as by rows."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pytest

from eduid_cli.reconcile import reconcile
from eduid_core.validation.documents.check_digits import check_character

AS_OF = dt.date(2026, 11, 2)
FORMS = ("application_id", "name", "id_type", "id_number", "school", "school_code", "grade", "class", "entry_year",
         "guardian_name", "guardian_phone")  # fmt: skip
HELD = ("student_number", "name", "id_type", "id_number", "school_code", "school", "grade", "class", "entry_month",
        "status")  # fmt: skip


def number_of(place: int) -> str:
    body = f"32009820150315{place:03}"
    return body + check_character(body)


def form(application_id: str, place: int, *, phone: str = "15400001234") -> tuple[str, ...]:
    return (application_id, "陈小雨", "居民身份证", number_of(place), "南京市海英小学", "2132098001", "六年级", "1班",
            "2021", "陈大雨", phone)  # fmt: skip


def row(place: int, *, month: str = "202109", student: str = "") -> tuple[str, ...]:
    return (student or f"G{number_of(place)}", "陈小雨", "居民身份证", number_of(place), "2132098001",
            "南京市海英小学", "六年级", "1班", month, "在读")  # fmt: skip


def decided(
    folder: Path, engine: str, forms: Sequence[Sequence[str]], held: Sequence[Sequence[str]]
) -> dict[str, tuple[str, str]]:
    """Return application id -> outcome and reasons, as *engine* writes them."""
    paths = []
    for name, heading, rows in (("applications", FORMS, forms), ("registry", HELD, held)):
        paths.append(folder / f"{name}.csv")
        with paths[-1].open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([heading, *rows])
    reconcile(*paths, out=folder / engine, engine=engine, as_of=AS_OF, policy=None)
    with (folder / engine / "decisions.csv").open(encoding="utf-8", newline="") as file:
        return {r["application_id"]: (r["outcome"], r["reasons"]) for r in csv.DictReader(file)}


MONTHS = (
    "202109", "2021", "20210", "2021099", "2021-9", "2021年9", "2021ab", "202113", "202100", "202190", "2021 9",
    "2021.9", "2021/9", "20219月", "２０２１０９", "202109 ", "2021０９", "202209", "2021九月", "2021--",
)  # fmt: skip


def test_a_cell_that_only_looks_like_a_month_of_entry_is_decided_as_by_rows(tmp_path: Path) -> None:
    """A year and any two characters behind it are no month: whether they agree is for `match` to say."""
    forms = [form(f"A-{n}", n) for n in range(len(MONTHS))]
    held = [row(n, month=month) for n, month in enumerate(MONTHS)]

    by_rows, by_columns = (decided(tmp_path, engine, forms, held) for engine in ("python", "polars"))

    assert by_columns == by_rows
    assert {outcome for outcome, _ in by_rows.values()} == {"approved", "review"}
    assert by_rows["A-0"][0] == "approved"
    assert by_rows[f"A-{MONTHS.index('202113')}"][0] == "review"


@pytest.mark.parametrize("rows", [1, 2, 3])
@pytest.mark.parametrize("phones", [("15400001234", "15400001235"), ("15400001234", ""), ("", "")])
def test_forms_of_one_number_beside_rows_of_that_number_are_decided_as_by_rows(
    tmp_path: Path, rows: int, phones: tuple[str, str]
) -> None:
    """
    Two forms are each other's doubt where both are valid, and so are two rows of the registry: all that is said
    of both is said, whichever engine says it. A third pupil stands for himself.
    """
    forms = [form(f"A-{n}", 1, phone=phone) for n, phone in enumerate(phones)] + [form("B", 2)]
    held = [row(1, student=f"G{n}") for n in range(rows)] + [row(2)]

    by_rows, by_columns = (decided(tmp_path, engine, forms, held) for engine in ("python", "polars"))

    assert by_columns == by_rows
    assert by_rows["B"][0] == "approved"
    if all(phones):
        assert all("DUPLICATE_APPLICATION" in by_rows[f"A-{n}"][1] for n in (0, 1))
    if rows > 1 and phones[0]:
        assert "DUPLICATE_REGISTRY" in by_rows["A-0"][1]
