"""The sheets of a file as read: names, visibility, rows and merged cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Literal

import attrs

from eduid_registry_file.cells import Cell

__all__ = ["Lines", "Merged", "ReportedSheet", "Sheet", "in_memory", "reason_to_skip"]

Lines = Callable[[], Iterator[tuple[int, Sequence[Cell]]]]
"""Begins the rows of a sheet: (line, cells), the line being the first of the row."""
Merged = tuple[int, int, int, int]
"""First row, first column, last row, last column, all from 0."""
Why = Literal["", "hidden", "example", "template", "not_chosen", "no_headings", "empty"]

_EXAMPLE: Final = re.compile(
    r"示例|样例|样表|范例|例子|例表|说明|须知|帮助|字典|代码表|码表|参数|对照|下拉|选项|数据源|example|sample|readme|dict",
    re.IGNORECASE,
)
_TEMPLATE: Final = re.compile(r"模板|模版|template", re.IGNORECASE)


@attrs.frozen(kw_only=True)
class Sheet:
    """One sheet: `lines` begins its rows anew; a text file is one sheet without a name."""

    name: str = ""
    lines: Lines = attrs.field(repr=False)
    hidden: bool = False
    merged: tuple[Merged, ...] = ()


@attrs.frozen(kw_only=True)
class ReportedSheet:
    """A sheet in the report: its file and name, the number of its rows, and why it was not read."""

    file: str
    name: str
    rows: int
    read: bool
    why: Why = ""


def in_memory(rows: Sequence[tuple[int, Sequence[Cell]]]) -> Lines:
    """Return the rows as `Lines`."""
    return lambda: iter(rows)


def reason_to_skip(sheet: Sheet, chosen: Sequence[str]) -> Why:
    """Return why *sheet* is not read, judged by its name and visibility; *chosen* names the sheets to read."""
    if chosen:
        return "" if sheet.name in chosen else "not_chosen"
    if sheet.hidden:
        return "hidden"
    if _EXAMPLE.search(sheet.name):
        return "example"
    return "template" if _TEMPLATE.search(sheet.name) else ""
