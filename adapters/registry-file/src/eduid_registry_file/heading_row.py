"""
Find the heading row of a sheet and the column of each cell.

It may stand in the first twenty rows, in one row or in two: a group (监护人) above its parts (姓名, 手机).
Of two headings for one column the more exact counts; the other is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

import attrs

from eduid_registry_file.cells import Cell
from eduid_registry_file.columns import Columns
from eduid_registry_file.faults import FileFault
from eduid_registry_file.headings import folded
from eduid_registry_file.options import NO_OPTIONS, FileOptions

__all__ = ["HEADING_ROWS", "Headings", "best_headings", "find_headings", "line_to_add", "missing_columns"]

HEADING_ROWS: Final = 20
_OF_THE_STUDENT: Final = re.compile(
    r"(?:学生|个人|基本|基础|学籍|身份|在校|就读|本人)+(?:信息|情况|资料|数据|档案)?"
)
_GROUP_END: Final = re.compile(r"(?:基本)?(?:信息|情况|资料)$")
_NUMBERED_MEMBER: Final = "成员1是否监护人"
_SHOWN: Final = 20


@attrs.frozen(kw_only=True)
class Headings:
    """The place of the heading row, its cells, the column of each, and the values of the missing columns."""

    place: int
    """The place of the row, from 0; of the lower one if there are two."""
    texts: tuple[str, ...]
    fields: tuple[str | None, ...]
    given: Mapping[str, str] = attrs.field(factory=dict)
    watched: tuple[tuple[int, str], ...] = ()
    """Place and name of the columns in which a spreadsheet error sets the row aside."""
    rows: tuple[tuple[str, ...], ...] = ()
    """The folded cells of each heading row: a later row that repeats one is no data."""
    places: Mapping[str, int] = attrs.field(init=False)
    numbers: tuple[tuple[int, str], ...] = ()
    """Place and name of the columns of numbers and phones."""
    width: int = attrs.field(init=False)
    """The number of cells in a whole row: up to the last heading."""
    other_guardian: tuple[int, Mapping[str, int]] | None = attrs.field(init=False)
    """The place that tells whether member 1 is the guardian, and the places of member 2's cells."""
    national_only: bool = attrs.field(init=False)
    """Whether the column of student numbers counts only where its cells are such numbers."""

    @places.default
    def _(self) -> Mapping[str, int]:
        return {field: place for place, field in enumerate(self.fields) if field}

    @width.default
    def _(self) -> int:
        return max((place for place, heading in enumerate(self.texts, start=1) if heading), default=0)

    @other_guardian.default
    def _(self) -> tuple[int, Mapping[str, int]] | None:
        texts = [folded(text) for text in self.texts]
        if _NUMBERED_MEMBER not in texts:
            return None
        others = {}
        for field in ("guardian_name", "guardian_phone"):
            place = self.places.get(field)
            other = texts[place].replace("成员1", "成员2") if place is not None else ""
            if "成员2" in other and other in texts:
                others[field] = texts.index(other)
        return (texts.index(_NUMBERED_MEMBER), others) if others else None

    @national_only.default
    def _(self) -> bool:
        place = self.places.get("student_number")
        return place is not None and folded(self.texts[place]) == "学籍主号"

    @property
    def unknown(self) -> tuple[str, ...]:
        """Return the headings that are not read."""
        return tuple(_safe(h) for h, f in zip(self.texts, self.fields, strict=True) if f is None and h)

    @property
    def is_plain(self) -> bool:
        """Return whether every cell is read as it stands, without a look at others of its row."""
        return not (self.given or self.other_guardian or self.national_only)


def _safe(heading: str) -> str:
    """Return *heading* if it reads like a heading: it is beside known headings."""
    flat = " ".join(heading.split())
    digits = sum(c.isdigit() for c in flat)
    return flat[:_SHOWN] if digits < 6 and len(flat) <= _SHOWN else "…"  # noqa: PLR2004 - shorter than any number


def missing_columns(headings: Headings, columns: Columns) -> list[str]:
    """Return the required columns that *headings* neither hold nor are given."""
    held = {*headings.places, *headings.given}
    return [name for name in columns.required if name not in held]


def best_headings(
    file: str, rows: Sequence[Sequence[Cell]], columns: Columns, options: FileOptions = NO_OPTIONS
) -> Headings | None:
    """
    Return the headings among the first of *rows*: the first whole ones, else those with most columns.

    Raises:
        FileFault: a column occurs twice.
    """
    best: Headings | None = None
    for place in range(min(len(rows), HEADING_ROWS)):
        found = _at(file, place, rows, columns, options)
        if not missing_columns(found, columns):
            return found
        if best is None or len(found.places) > len(best.places):
            best = found
    return best if best and best.places else None


def find_headings(
    file: str, rows: Sequence[Sequence[Cell]], columns: Columns, options: FileOptions = NO_OPTIONS
) -> Headings:
    """
    Return the headings among the first of *rows*.

    Raises:
        FileFault: a column is missing, or occurs twice.
    """
    found = best_headings(file, rows, columns, options)
    if found is None or (missing := missing_columns(found, columns)):
        if found is None:
            widest = max((sum(bool(str(c).strip()) for c in row) for row in rows[:HEADING_ROWS]), default=0)
            raise _columns_missing(file, (), widest, columns.required, columns)
        texts = [text for text in found.texts if text]
        read = [flat for flat in (" ".join(text.split()) for text in texts) if columns.field_of(flat)]
        raise _columns_missing(file, read, len(texts) - len(read), missing, columns)
    return found


def _at(
    file: str, place: int, rows: Sequence[Sequence[Cell]], columns: Columns, options: FileOptions
) -> Headings:
    """Return the headings of the row at *place*, joined with the next row where that yields more columns."""
    one = _headings(file, place, [rows[place]], columns, options)
    if place + 1 >= len(rows) or not any(one.texts):
        return one
    two = _headings(file, place + 1, [rows[place], rows[place + 1]], columns, options)
    return two if len(two.places) > len(one.places) else one


def _headings(
    file: str, place: int, rows: Sequence[Sequence[Cell]], columns: Columns, options: FileOptions
) -> Headings:
    known = columns.known(options)
    lines = [tuple(str(cell).strip() for cell in row) for row in rows]
    texts = lines[0] if len(lines) == 1 else _joined(lines[0], lines[1], known)
    fields = _fields(file, [folded(text) for text in texts], known, columns)
    held = {field for field in fields if field}
    return Headings(
        place=place,
        texts=texts,
        fields=fields,
        given={field: value for field, value in options.given if field not in held},
        numbers=tuple((place, field) for place, field in enumerate(fields) if field in columns.digits),
        watched=tuple((fields.index(name), name) for name in columns.watched if name in held),
        rows=tuple(tuple(map(folded, line)) for line in lines),
    )


def _joined(
    above: Sequence[str], below: Sequence[str], known: Mapping[str, tuple[str, int]]
) -> tuple[str, ...]:
    """Return the headings of two rows: a group above reaches to the right over the parts below it."""
    width = max(len(above), len(below))
    tops, bottoms = ([*row, *[""] * (width - len(row))] for row in (above, below))
    group, texts = "", []
    for top, bottom in zip(tops, bottoms, strict=True):
        group = top or (group if bottom else "")
        texts.append(_part(group, bottom, known) if bottom else top)
    return tuple(texts)


def _part(group: str, part: str, known: Mapping[str, tuple[str, int]]) -> str:
    """Return the heading of *part* under *group*; a group of the student's own adds nothing."""
    top = folded(group)
    if not top or _OF_THE_STUDENT.fullmatch(top):
        return part
    owner = _GROUP_END.sub("", top)
    whole = folded(part)
    return part if whole.startswith(owner) and whole in known else f"{owner}{part}"


def _fields(
    file: str, texts: Sequence[str], known: Mapping[str, tuple[str, int]], columns: Columns
) -> tuple[str | None, ...]:
    """Return the column of each heading, the most exact heading for each column."""
    found = [known.get(text) for text in texts]
    ranks: dict[str, int] = {}
    for each in found:
        if each and each[1] < ranks.get(each[0], len(known)):
            ranks[each[0]] = each[1]
    fields = tuple(each[0] if each and each[1] == ranks[each[0]] else None for each in found)
    for field in ranks:
        if fields.count(field) > 1:
            raise FileFault("COLUMN_TWICE", file=file, column=f"{field}（{columns.title(field)}）")
    return fields


def _columns_missing(
    file: str, read: Sequence[str], unknown: int, missing: Sequence[str], columns: Columns
) -> FileFault:
    # An unknown heading may be a row of data, with names and numbers in it: it is counted, never shown.
    others = f" (+{unknown})" if unknown else ""
    return FileFault(
        "COLUMNS_MISSING",
        file=file,
        missing="、".join(f"{name}（{columns.title(name)}）" for name in missing),
        found=("、".join(read) or "–") + others,
        line=line_to_add(missing, columns),
    )


def line_to_add(missing: Sequence[str], columns: Columns) -> str:
    """Return what to add to the command for *missing* columns."""
    lines = [f"--set {columns.side}.{columns.title(name)}=…" for name in missing if name in columns.settable]
    others = [f'"…" = "{name}"' for name in missing if name not in columns.settable]
    if columns.side and others:
        lines.append(f"--columns FILE.toml ([{columns.side}] {', '.join(others)})")
    if "guardian_phone" in missing:
        lines.append("或 or --without-phones")
    return " ".join(lines) or "–"
