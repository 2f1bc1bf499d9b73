"""
The review queue as a workbook for people: Chinese words, one sheet for each homeroom teacher, choices to pick.

A person fills in 决定 and, for a return, 退回项目 and 退回原因; all other cells are locked. `eduid review`
takes the workbook back as it is.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs
import xlsxwriter  # type: ignore[import-untyped]

from eduid_cli.outputs import harmless
from eduid_core import messages
from eduid_core.messages import RETURN_REASONS

if TYPE_CHECKING:
    from eduid_core.service.batch import BatchRow, FileRun, PlannedRow

__all__ = ["APPROVE", "FIELD_WORDS", "REASON_CODES", "RETURN", "write_review_workbook"]

APPROVE, RETURN = "通过", "退回"
FIELD_WORDS: Final[Mapping[str, str]] = {
    "姓名": "name",
    "证件号": "id_number",
    "学校": "school",
    "年级": "grade",
    "班级": "class_name",
    "入学年份": "entry_year",
    "监护人姓名": "guardian_name",
    "监护人手机": "guardian_phone",
}
"""The words under 退回项目 -> the field of the form."""
REASON_CODES: Final[Mapping[str, str]] = {entry.zh: code for code, entry in RETURN_REASONS.items()}
"""The words under 退回原因 -> the code."""

_HEADINGS: Final = (
    *(
        ("申请编号", 16),
        ("版本", 6),
        ("姓名", 10),
        ("证件号后四位", 12),
        ("学校", 22),
        ("年级", 8),
        ("班级", 8),
    ),
    *(("需要核对", 44), ("建议", 24), ("决定", 8), ("退回项目", 12), ("退回原因", 26)),
    *(("审核人", 10), ("复核人", 10)),
)
_TO_FILL: Final = ("决定", "退回项目", "退回原因", "审核人", "复核人")
_FIELDS: Final = {
    "id": "证件号",
    "name": "姓名",
    "school": "学校",
    "grade": "年级",
    "class": "班级",
    "entry_year": "入学年份",
}
_WORDS: Final = {
    "VARIANT": "写法不同",
    "HOMOPHONE": "读音相同",
    "SIMILAR": "相近",
    "DIFFERENT": "不一致",
    "MISSING_APP": "未填写",
    "MISSING_REG": "学籍库中为空",
    "UNRESOLVABLE": "无法比较",
}
_CHOICES: Final = "选项"
_NOBODY: Final = "未分配"
_UNNAMEABLE: Final = re.compile(r"[\[\]:*?/\\']")
_LONGEST_NAME: Final = 28
_AGREEING: Final = ("EQUAL", "EQUAL_NORMALISED")


@attrs.frozen
class _Waiting:
    """A row of the workbook: the sheet, the tier, the cells."""

    teacher: str
    tier: int
    cells: Sequence[str]


def write_review_workbook(path: Path, run: FileRun, rows: Iterable[BatchRow]) -> None:
    """Write what waits in review to *path*, readable by its owner only; atomically."""
    sheets: dict[str, list[_Waiting]] = {}
    for planned, row in run.with_rows(rows):
        if planned.result.outcome == "review":
            waiting = _waiting(planned, row, run)
            sheets.setdefault(waiting.teacher, []).append(waiting)
    part = path.with_name(f"{path.name}.part")
    os.close(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
    try:
        _write(part, sheets)
        part.chmod(0o600)
        part.replace(path)
    except Exception:
        part.unlink(missing_ok=True)
        raise


def _waiting(planned: PlannedRow, row: BatchRow, run: FileRun) -> _Waiting:
    form, teacher, result = row.form, run.answer(row).teacher, planned.result
    name = teacher.name.reveal("review workbook") if teacher else ""
    alone = not run.needs_second(planned)
    cells = (
        planned.application_id,
        str(run.revision_of(planned.application_id)),
        harmless(form.name.reveal("review workbook")),
        harmless(form.id_number.reveal("review workbook").strip()[-4:]),
        *map(harmless, (form.school, form.grade, form.class_name)),
        _differences(result),
        messages.text(result.suggestion, "zh", {}) if result.suggestion else "",
        *("", "", ""),
        harmless(name) if alone else "",
        "",
    )
    return _Waiting(name, result.tier, cells)


def _differences(result: Any) -> str:  # noqa: ANN401 - the result of a planned row
    """Return in words what does not agree, and the other reasons."""
    fields = [
        f"{_FIELDS[field]}{_WORDS[code]}" + (f"（{messages.text(note, 'zh', {})}）" if note else "")
        for field, code, note in result.fields
        if code not in _AGREEING
    ]
    notes = {note for _, _, note in result.fields}
    reasons = [messages.text(code, "zh", {}) for code in result.reasons if code not in notes]
    return "；".join(dict.fromkeys([*fields, *reasons]))


# --- writing -------------------------------------------------------------------------------------------


def _write(path: Path, sheets: Mapping[str, Sequence[_Waiting]]) -> None:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        head, open_cell = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"locked": False})
        used: set[str] = set()
        for teacher, waiting in sorted(sheets.items()) or [("", ())]:
            sheet = book.add_worksheet(_sheet_name(teacher, used))
            _fill(sheet, sorted(waiting, key=lambda each: -each.tier), head, open_cell)
        choices = book.add_worksheet(_CHOICES)
        for column, words in enumerate(((APPROVE, RETURN), tuple(FIELD_WORDS), tuple(REASON_CODES))):
            choices.write_column(0, column, words)
        choices.hide()


def _sheet_name(teacher: str, used: set[str]) -> str:
    """Return a name for the sheet of *teacher* that no other sheet has, upper and lower case alike."""
    plain = _UNNAMEABLE.sub(" ", teacher).strip()[:_LONGEST_NAME] or _NOBODY
    name, number = plain, 1
    while name.lower() in used or name == _CHOICES:
        number += 1
        name = f"{plain[: _LONGEST_NAME - 3]}-{number}"
    used.add(name.lower())
    return name


def _fill(sheet: Any, waiting: Sequence[_Waiting], head: Any, open_cell: Any) -> None:  # noqa: ANN401 - xlsxwriter
    """Write the rows of one sheet: only the columns to fill in may be changed."""
    for column, (heading, width) in enumerate(_HEADINGS):
        sheet.write_string(0, column, heading, head)
        sheet.set_column(column, column, width)
    fillable = {column for column, (heading, _) in enumerate(_HEADINGS) if heading in _TO_FILL}
    for number, each in enumerate(waiting, start=1):
        for column, text in enumerate(each.cells):
            if column in fillable:
                sheet.write(number, column, text or None, open_cell)
            else:
                sheet.write_string(number, column, text)
    first = min(fillable)
    for column, words in enumerate(((APPROVE, RETURN), FIELD_WORDS, REASON_CODES)):
        source = f"={_CHOICES}!${'ABC'[column]}$1:${'ABC'[column]}${len(words)}"
        rule = {"validate": "list", "source": source, "ignore_blank": True}
        sheet.data_validation(1, first + column, max(len(waiting), 1), first + column, rule)
    sheet.freeze_panes(1, 1)
    sheet.protect()
