"""The areas (省、市、区、县) that stand before the proper name of a school."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

__all__ = ["PROVINCES", "split_areas"]

PROVINCES: Final = MappingProxyType(
    {
        "北京市": "11",
        "天津市": "12",
        "河北省": "13",
        "山西省": "14",
        "内蒙古自治区": "15",
        "辽宁省": "21",
        "吉林省": "22",
        "黑龙江省": "23",
        "上海市": "31",
        "江苏省": "32",
        "浙江省": "33",
        "安徽省": "34",
        "福建省": "35",
        "江西省": "36",
        "山东省": "37",
        "河南省": "41",
        "湖北省": "42",
        "湖南省": "43",
        "广东省": "44",
        "广西壮族自治区": "45",
        "海南省": "46",
        "重庆市": "50",
        "四川省": "51",
        "贵州省": "52",
        "云南省": "53",
        "西藏自治区": "54",
        "陕西省": "61",
        "甘肃省": "62",
        "青海省": "63",
        "宁夏回族自治区": "64",
        "新疆维吾尔自治区": "65",
    }
)
"""Name of a province as it is written before a school -> the two digits of its code."""

# One area: two to ten characters and the sign of an area, or a county of one character (沛县). It never reaches
# over a 学 or 校, and a 社区 or 小区 is part of the school's own name.
_AREA: Final = re.compile(
    r"(?:(?:(?![学校])[\u4e00-\u9fff]){2,10}?"
    r"(?:特别行政区|自治区|自治州|自治县|自治旗|地区|省|盟|市|(?<![社小])区|县|旗)"
    r"|[\u4e00-\u9fff]县)"
)
_LEAST: Final = 2


def split_areas(form: str) -> tuple[tuple[str, ...], str]:
    """
    Return the areas in front of a school's name and what remains, at least two characters.

    >>> split_areas("江苏省南京市玄武区海英小学")
    (('江苏省', '南京市', '玄武区'), '海英小学')
    >>> split_areas("新市小学")
    ((), '新市小学')
    """
    areas: list[str] = []
    rest = form
    while (found := _AREA.match(rest)) and len(rest) - found.end() >= _LEAST:
        areas.append(found[0])
        rest = rest[found.end() :]
    return tuple(areas), rest
