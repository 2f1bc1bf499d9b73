"""Texts of the findings about names, grades, classes and entry years."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from eduid_core.messages.entry import Entry

__all__ = ["FINDINGS"]

_DOT = "民委发〔2016〕33号"
_GB = "GB 18030-2022"

FINDINGS: Final[Mapping[str, Entry]] = {
    # # --- changes made by folding
    "COMPAT_FOLDED": Entry(
        "兼容字符已规范", "a compatibility character was replaced", "note", "Unicode NFC", traits=("spelling",)
    ),
    "RADICAL_FOLDED": Entry(
        "部首字符已改为汉字", "a radical sign was replaced by its character", "note", traits=("spelling",)
    ),
    "INVISIBLE_REMOVED": Entry(
        "已去除不可见字符", "an invisible character was removed", "note", traits=("spelling",)
    ),
    "VARIATION_SELECTOR_DROPPED": Entry(
        "已去除异体选择符", "a variation selector was removed", "note", traits=("spelling",)
    ),
    "DOT_NORMALISED": Entry(
        "间隔号已规范为“·”", "a name dot was written as U+00B7", "note", _DOT, traits=("spelling",)
    ),
    "SPACE_REMOVED": Entry("已去除空格", "a space was removed", "note", traits=("spelling",)),
    "PUNCTUATION_FOLDED": Entry(
        "撇号或连字符已规范", "an apostrophe or hyphen was made plain", "note", traits=("spelling",)
    ),
    "PUA_RESOLVED": Entry(
        "旧编码字符已还原", "a character of an old encoding was restored", "note", _GB, traits=("spelling",)
    ),
    # --- names
    "NAME_BAD_CHARACTER": Entry(
        "姓名中有数字、符号或其他不应出现的字符",
        "a digit, a symbol or another character that no name has",
        "error",
    ),
    "NAME_DOT_PLACE": Entry(
        "间隔号只能在姓名中间，且不能连用",
        "a dot stands inside a name only, and never twice in a row",
        "error",
        _DOT,
    ),
    "NAME_TOO_LONG": Entry("姓名超过{limit}个字符", "a name of more than {limit} characters", "error"),
    "NAME_LONG": Entry("姓名较长，请核对", "an unusually long name, please compare", "doubt", _DOT),
    "NAME_VERY_SHORT": Entry(
        "姓名只有一个字，请核对", "a name with a single character, please compare", "doubt"
    ),
    "NAME_MIXED_SCRIPT": Entry(
        "姓名中混用两种文字，请核对", "two scripts in one name, please compare", "doubt"
    ),
    "NAME_LATIN": Entry(
        "姓名为字母书写，请与证件核对", "a name in Latin letters, please compare with the document", "doubt"
    ),
    "NAME_NATIONAL_SCRIPT": Entry(
        "姓名为少数民族文字书写，请与证件核对",
        "a name in another script of the national languages, please compare with the document",
        "doubt",
        _GB,
    ),
    "UNRESOLVABLE_GLYPH": Entry(
        "姓名在转换中丢失了字符，请人工核对",
        "the name lost characters in conversion; a person must compare",
        "doubt",
        _GB,
    ),
    "BEYOND_GB18030_2022": Entry(
        "含国标以外的生僻字", "a rare character that GB 18030-2022 does not yet hold", "note", _GB
    ),
    # --- grade, class, entry year
    "GRADE_UNREADABLE": Entry("年级写法无法识别", "this is no grade that we can read", "doubt"),
    "CLASS_UNREADABLE": Entry("班级写法无法识别", "this is no class that we can read", "doubt"),
    "CLASS_AMBIGUOUS": Entry("班级写法有歧义", "this class can be read in two ways", "doubt"),
    "ENTRY_YEAR_UNREADABLE": Entry("入学年份无法识别", "this is no entry year that we can read", "doubt"),
}
