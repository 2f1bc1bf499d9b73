"""Rows that are nobody: blank rows, totals, repeated headings and footers; and the count of every row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, Literal

import attrs

from eduid_core.validation.schooling.patterns import squeeze
from eduid_registry_file.cells import Cell, text_of
from eduid_registry_file.heading_row import Headings
from eduid_registry_file.headings import folded

__all__ = [
    "NUMBER_BEGINS",
    "SHORTEST",
    "SKIPPED",
    "RowCounts",
    "Skipped",
    "folded_cell",
    "is_filled",
    "names_total",
    "skipped_as",
]

Skipped = Literal["blank", "total", "heading", "footer"]
SKIPPED: Final[tuple[Skipped, ...]] = ("blank", "total", "heading", "footer")

_TOTAL: Final = re.compile(
    r".{0,8}?(?:合计|小计|总计|共计|累计|总人数|总数)(?:[:(]?[0-9]*(?:人|名|条)?\)?)?"
    r"|(?:以上|本页|本班|全班|全校|全年级)?共(?:有|计)?[0-9]+(?:人|名|条)(?:学生)?"
)
_FOOTER: Final = re.compile(
    r"(?:填表|制表|填报|经办|审核|审批|复核|负责|联系|录入|核对|统计|上报|报送)人?"
    r"(?:签名|签字|签章|姓名)?[:(].*"
    r"|(?:填表|制表|填报|上报|统计|审核|录入)(?:人|日期|时间|单位)(?:签名|签字)?[:(]?.*"
    r"|(?:校长|园长|班主任|教务主任|学校|单位|负责人|经办人|审核人|联系人)(?:签名|签字|签章|盖章|公章|电话)?[:(].*"
    r"|(?:日期|时间|备注|注|说明|注意|电话|联系电话|填表说明|填报说明)[0-9一二三]?[:：.、].*"
    r"|.{0,12}\((?:盖章|签名|签字|签章|公章|印章)\).*"
    r"|\(?以下(?:空白|无正文|无内容).*|\(?(?:本页)?完\)?|第[0-9]+页.*|共[0-9]+页.*|[0-9]+/[0-9]+页?"
)
_TITLE: Final = re.compile(r".*(?:花名册|名册|名单|登记表|信息表|汇总表|统计表|一览表|申请表|报名表)")
_NUMBER: Final = re.compile(r"[0-9A-Z]{7}")
SHORTEST: Final = 7
"""The fewest characters of a document number that shows a row to be data."""
_MOST_FOOTER_CELLS: Final = 8
_LEAST_HEADINGS: Final = 2


def is_plainly_data(cell: Cell) -> bool:
    """Return whether the *cell* of the document number shows that its row is data: it begins as a number."""
    if cell.__class__ is str and len(cell) >= SHORTEST and cell[0] in NUMBER_BEGINS:
        return True
    text = text_of(cell)
    return len(text) >= SHORTEST and text[0] in NUMBER_BEGINS


NUMBER_BEGINS: Final = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
"""The first characters of a document number that shows its row to be data."""


def skipped_as(cells: Sequence[Cell], headings: Headings) -> Skipped | None:
    """
    Return why the row of *cells* is nobody, or None for a row of data.

    The document number comes first: a row that has one is data, whatever its other cells hold.
    """
    number = headings.places.get("id_number", 0)
    if number < len(cells) and is_plainly_data(cells[number]):
        return None
    texts = [(place, text) for place, cell in enumerate(cells) if (text := folded_cell(cell))]
    if not texts:
        return "blank"
    if _is_heading(texts, headings):
        return "heading"
    if any(place == number and _NUMBER.search(text) for place, text in texts):
        return None
    fields = headings.fields
    held = {field: text for place, text in texts if place < len(fields) and (field := fields[place])}
    if names_total(held):
        return "total"
    if is_filled(held):
        return None
    if any(_TOTAL.fullmatch(text) for _, text in texts[:2]):
        return "total"
    if len(texts) <= _MOST_FOOTER_CELLS and _FOOTER.fullmatch(texts[0][1]):
        return "footer"
    return "heading" if len(texts) == 1 and _TITLE.fullmatch(texts[0][1]) else None


def names_total(held: Mapping[str, str]) -> bool:
    """Return whether a total stands where a row of data has its id or its name; *held* are folded texts."""
    return any(_TOTAL.fullmatch(held.get(field, "")) for field in _NAMED)


def is_filled(held: Mapping[str, str]) -> bool:
    """Return whether a row has so many of a student's cells that it is data, whatever else stands in it."""
    return sum(bool(held.get(field)) for field in _OF_A_STUDENT) >= _ENOUGH


_NAMED: Final = ("application_id", "student_number", "name")
_OF_A_STUDENT: Final = ("name", "school", "grade", "class", "entry_year", "entry_month", "guardian_phone")
_ENOUGH: Final = 3


def folded_cell(cell: Cell) -> str:
    """Return *cell* as text without width and blanks, in capitals."""
    return squeeze(str(cell))


def _is_heading(texts: Sequence[tuple[int, str]], headings: Headings) -> bool:
    """Return whether the row repeats a heading row: every one of its cells is that of its column."""
    if len(texts) < _LEAST_HEADINGS:
        return False
    plain = [(place, folded(text)) for place, text in texts]
    return any(
        all(place < len(row) and row[place] == text for place, text in plain if text) for row in headings.rows
    )


@attrs.define
class RowCounts:
    """The rows of a file: read = taken + quarantined + skipped."""

    taken: int = 0
    quarantined: int = 0
    skipped: Counter[str] = attrs.field(factory=Counter)

    @property
    def read(self) -> int:
        """Return the number of rows under the headings."""
        return self.taken + self.quarantined + self.skipped.total()

    def report(self) -> dict[str, object]:
        """Return the counts as they stand in `report.json`."""
        skipped = {kind: self.skipped[kind] for kind in SKIPPED}
        return {"read": self.read, "taken": self.taken, "quarantined": self.quarantined, "skipped": skipped}
