"""
Texts that stand for a missing value: placeholders (占位符) and the errors of a spreadsheet.

A placeholder says that there is no value; a spreadsheet error says that a value was lost. Neither is a value:
two of them on two sides never agree. Both are closed lists, compared after width, case, blanks and brackets are
folded and repeated signs are written once (`——` is `-`).
"""

from __future__ import annotations

import re
from typing import Final

from eduid_core.validation.schooling.patterns import BLANK, FOLDING, squeeze

__all__ = ["CELL_ERRORS", "FIRST_CHARACTERS", "PLACEHOLDERS", "blanked", "is_cell_error", "is_placeholder"]

PLACEHOLDERS: Final = frozenset(
    (
        *("-", "/", "\\", "_", ".", "。", "…", "~", "=", "|"),
        *("NULL", "(NULL)", "<NULL>", "NONE", "NIL", "NAN", "<NAN>", "NAT", "NA", "<NA>", "N/A", "N.A.", "N.A"),
        *("\\N", "UNDEFINED", "(EMPTY)", "EMPTY", "(BLANK)", "BLANK", "TBD", "TBA"),
        *("无", "无。", "(无)", "暂无", "暂缺", "缺", "缺失", "空", "空白", "(空)", "(空白)", "空值", "没有"),
        *("无数据", "无信息", "无证件", "无号码", "无证件号", "无证件号码", "无身份证", "无身份证号"),
        *("未知", "不详", "不明", "未填", "未填写", "未录", "未录入", "未登记", "未提供", "未采集"),
        *("待定", "待补", "待补录", "待补充", "待补填", "待录", "待录入", "待填", "待填写", "待核实", "待完善"),
        *("待确认", "暂未填写", "暂未录入"),
    )
)
"""The folded texts of a missing value (`NULL`, `无`, `待补录`)."""

CELL_ERRORS: Final = frozenset(
    (
        *("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"),
        *("#GETTING_DATA", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#BUSY!", "#UNKNOWN!"),
        "#",
    )
)
"""The folded errors of a spreadsheet; a run of `#` is a number too wide for its column."""

_LIBRE_OFFICE: Final = re.compile(r"ERR:[0-9]{3}")
_LONGEST: Final = 64
_REPEATED: Final = re.compile(r"([^0-9A-Z\u4e00-\u9fff])\1+")


_WIDE_DOT: Final = "\uff0e"
"""A dot between the parts of a name to `squeeze`; here it is a full stop."""
_FIRST: Final = frozenset(text[0] for text in (*PLACEHOLDERS, *CELL_ERRORS, "ERR"))
FIRST_CHARACTERS: Final = (
    BLANK
    | _FIRST
    | {_WIDE_DOT}
    | {first.lower() for first in _FIRST}
    | {chr(code) for code, folded in FOLDING.items() if folded.upper()[:1] in _FIRST}
)
"""Every character with which a blank text, a placeholder or an error can begin: any other text is a value."""


def _folded(text: str) -> str:
    return _REPEATED.sub(r"\1", squeeze(text).replace(_WIDE_DOT, "."))


def is_placeholder(text: str) -> bool:
    """
    Return whether *text* stands for a missing value.

    >>> is_placeholder("ＮＵＬＬ"), is_placeholder(" —— "), is_placeholder("待 补 录"), is_placeholder("无锡市")
    (True, True, True, False)
    """
    return text[:1] in FIRST_CHARACTERS and len(text) <= _LONGEST and _folded(text) in PLACEHOLDERS


def is_cell_error(text: str) -> bool:
    """
    Return whether *text* is the error of a spreadsheet.

    >>> is_cell_error("#n/a "), is_cell_error("#####"), is_cell_error("Err:508"), is_cell_error("#1")
    (True, True, True, False)
    """
    if text[:1] not in FIRST_CHARACTERS or len(text) > _LONGEST:
        return False
    return _is_error(_folded(text))


def _is_error(folded: str) -> bool:
    return folded in CELL_ERRORS or _LIBRE_OFFICE.fullmatch(folded) is not None


def blanked(text: str) -> str:
    """
    Return *text*, or an empty text if it holds no value: blanks, a placeholder or a spreadsheet error.

    >>> blanked("nan"), blanked("#REF!"), blanked("　"), blanked("陈小雨")
    ('', '', '', '陈小雨')
    """
    if text[:1] not in FIRST_CHARACTERS:
        return text
    if len(text) > _LONGEST:
        return "" if text[0] in BLANK and not squeeze(text) else text
    folded = _folded(text)
    return "" if not folded or folded in PLACEHOLDERS or _is_error(folded) else text
