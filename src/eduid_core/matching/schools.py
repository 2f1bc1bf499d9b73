"""
Resolve the text of a school to its code (学校标识码): the index of a registry, and the five steps.

A school is identified by its ten-digit code; a name only leads to a code. A name counts if it is the official
name or an alias valid on the day. A name without its leading 省/市/区/县 counts if it fits exactly one school
of the registry and contradicts none of its prefixes. Campus, branch and 附属 schools are separate schools
unless the alias table states otherwise. 第一 and 一, 附中 and 附属中学 are never folded by rule.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple, Protocol, Self

import attrs

from eduid_core.validation.names.inspect import has_lost_glyph
from eduid_core.validation.schooling.patterns import squeeze

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
"""Name of a province as written before a school -> the two digits of its code."""

# One area: two to ten characters and the sign of an area, or a county with one character (沛县). It never
# reaches over a 学 or 校, and a 社区 or 小区 is part of the school's own name.
_AREA: Final = re.compile(
    r"(?:(?:(?![学校])[\u4e00-\u9fff]){2,10}?"
    r"(?:特别行政区|自治区|自治州|自治县|自治旗|地区|省|盟|市|(?<![社小])区|县|旗)"
    r"|[\u4e00-\u9fff]县)"
)
_LEAST: Final = 2
STAGE_WORDS: Final = frozenset(
    (
        *(
            "小学",
            "小学校",
            "完小",
            "完全小学",
            "初级小学",
            "高级小学",
            "中心小学",
            "中心校",
            "中心完小",
            "教学点",
        ),
        *("中学", "中学校", "初中", "初级中学", "高中", "高级中学", "完全中学", "完中", "中心中学"),
        *("学校", "九年一贯制学校", "十二年一贯制学校", "一贯制学校", "九年制学校", "中小学", "中小学校"),
        *("附小", "附中", "附属小学", "附属中学", "附属初中", "附属高中", "附属学校", "分校", "校区", "本校"),
        *(
            "职中",
            "职高",
            "中专",
            "职业中学",
            "职业高中",
            "职业学校",
            "中等专业学校",
            "技工学校",
            "特殊教育学校",
        ),
        *("幼儿园", "幼稚园", "学院", "大学", "专科学校"),
    )
)
"""Names that tell the stage or the sort of a school and no school: alone, they lead nowhere."""
_LONGEST_STAGE_WORD: Final = max(map(len, STAGE_WORDS))


def split_areas(form: str) -> tuple[tuple[str, ...], str]:
    """
    Return the areas in front of a school's name and the remaining text, which is more than a stage word.

    >>> split_areas("江苏省南京市玄武区海英小学")
    (('江苏省', '南京市', '玄武区'), '海英小学')
    >>> split_areas("新市小学")
    ((), '新市小学')
    >>> split_areas("南京市开发区小学")
    (('南京市',), '开发区小学')
    """
    areas: list[str] = []
    start = 0
    while (found := _AREA.match(form, start)) and _names_a_school(form, found.end()):
        areas.append(found[0])
        start = found.end()
    return tuple(areas), form[start:]


def _names_a_school(form: str, start: int) -> bool:
    """Return whether the text from *start* is long enough for a name, and more than a stage word."""
    left = len(form) - start
    return left >= _LEAST and not (left <= _LONGEST_STAGE_WORD and form[start:] in STAGE_WORDS)


AliasKind = str
_CODE: Final = re.compile(r"[0-9]{10}")


class _Row(Protocol):
    """The fields of a registry row that the index needs."""

    @property
    def school_code(self) -> str: ...
    @property
    def school(self) -> str: ...


@attrs.frozen(kw_only=True)
class SchoolAlias:
    """
    Another name of a school, from the district's table.

    `kind` is OFFICIAL, SHORT, FORMER, MERGED_INTO, CAMPUS, AFFILIATED or SECOND_PLATE; `code` is the school
    that the name leads to. The dates are inclusive; None is open.
    """

    code: str
    alias: str
    kind: str = "SHORT"
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    area: str = ""
    provenance: str = ""

    def holds_on(self, day: dt.date | None) -> bool:
        """Return whether the alias is valid on *day*; without a day, only an undated alias is valid."""
        if day is None:
            return self.valid_from is None and self.valid_to is None
        return (self.valid_from or day) <= day <= (self.valid_to or day)


class Resolved(NamedTuple):
    """The schools that a text fits, and the deciding rule."""

    codes: frozenset[str]
    note: str


def school_form(text: str) -> str:
    """
    Return the normal form of a school's name: width, brackets and spaces.

    >>> school_form("海英小学 （东校区）")
    '海英小学(东校区)'
    """
    return squeeze(text)


def school_code_form(text: str) -> str:
    """Return the normal form of a school code: width and spaces."""
    return text if _CODE.fullmatch(text) else squeeze(text)


@attrs.frozen(eq=False, repr=False)
class SchoolIndex:
    """
    The schools of a registry, indexed once and used for every application.

    >>> from eduid_core.matching.records import RegistryRow
    >>> index = SchoolIndex.of([RegistryRow(school_code="2132000001", school="南京市玄武区海英小学")])
    >>> sorted(index.resolve("海英小学").codes)
    ['2132000001']
    """

    names: Mapping[str, frozenset[str]]
    """Normal form of an official name -> codes."""
    exact: Mapping[str, str]
    """Official name as written -> its code, if a single school has the name and it is plainly readable."""
    aliases: Mapping[str, tuple[SchoolAlias, ...]]
    cores: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
    """Name without its areas -> ((areas, code), ...)."""

    @classmethod
    def of(cls, rows: Iterable[_Row], *, aliases: Iterable[SchoolAlias] = ()) -> Self:
        """Return the index of *rows*; rows without a code or a name are ignored."""
        pairs = {(row.school_code, row.school) for row in rows if row.school_code and row.school}
        return cls.of_names(pairs, aliases=aliases)

    @classmethod
    def of_names(cls, pairs: Iterable[tuple[str, str]], *, aliases: Iterable[SchoolAlias] = ()) -> Self:
        """Return the index of (code, official name) *pairs*."""
        names: dict[str, set[str]] = {}
        cores: dict[str, set[tuple[tuple[str, ...], str]]] = {}
        written = sorted((school_code_form(code), name) for code, name in set(pairs))
        for code, name in written:
            form = school_form(name)
            names.setdefault(form, set()).add(code)
            areas, core = split_areas(form)
            cores.setdefault(core, set()).add((areas, code))
        known: dict[str, list[SchoolAlias]] = {}
        for alias in aliases:
            known.setdefault(school_form(alias.alias), []).append(alias)
        exact = {
            n: c for c, n in written if len(names[school_form(n)]) == 1 and not has_lost_glyph(school_form(n))
        }
        return cls(
            MappingProxyType({form: frozenset(codes) for form, codes in names.items()}),
            MappingProxyType({n: c for n, c in exact.items() if _leads(school_form(n), known)}),
            MappingProxyType({form: tuple(found) for form, found in known.items()}),
            MappingProxyType({core: tuple(sorted(fits)) for core, fits in cores.items()}),
        )

    def resolve(self, text: str, *, as_of: dt.date | None = None) -> Resolved:
        """Return the schools that *text* fits, by the first step with a result."""
        return self.resolve_form(school_form(text), as_of)

    def resolve_form(self, form: str, as_of: dt.date | None) -> Resolved:
        """Return the schools that the normal form *form* of a name fits (`school_form`)."""
        if form in STAGE_WORDS:
            return _NOWHERE
        aliased = frozenset(alias.code for alias in self.aliases.get(form, ()) if alias.holds_on(as_of))
        if codes := self.names.get(form, frozenset()) | aliased:
            return Resolved(codes, "SCHOOL_ALIAS" if aliased else "SCHOOL_SPELLING")
        areas, core = split_areas(form)
        fits = frozenset(code for held, code in self.cores.get(core, ()) if fits_within(areas, held, code))
        return Resolved(fits, "AREA_PREFIX")


_NOWHERE: Final = Resolved(frozenset(), "SCHOOL_STAGE_ONLY")


def _leads(form: str, aliases: Collection[str]) -> bool:
    """Return whether an official name leads to its school by itself: no alias, and more than a stage word."""
    return form not in aliases and form not in STAGE_WORDS


def fits_within(areas: tuple[str, ...], held: tuple[str, ...], code: str) -> bool:
    """
    Return whether the written *areas* all occur, in order, in those of the school's name *held*.

    The province may be written in front if the school code agrees with it.

    >>> fits_within(("南京市",), ("南京市", "玄武区"), "2132000001")
    True
    >>> fits_within(("苏州市",), ("南京市", "玄武区"), "2132000001")
    False
    """
    rest = iter(held)
    proven = PROVINCES.get(areas[0]) == code[2:4] if areas and areas[0] not in held else False
    return all(area in rest for area in (areas[1:] if proven else areas))
