"""
Divisions (行政区划) with dates: the county of a code in a given year, and the resulting confidence in a number.

A code belongs to the place of *registration*, not of birth. So a code newer than its holder is normal, and an
unlisted code is a doubt, never a refusal. This is the one module that reads python-stdnum's division table
(`cn/loc`); it does so once, on first use, adds `overlay`, and freezes the result.
"""

from __future__ import annotations

import enum
import functools
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Protocol

import attrs

from eduid_core.validation.divisions import corrections

_FIRST, LATEST = 0, 9999
_TOLERANCE: Final = 1  # start years of independent lists differ by one year in 123 of 5,870 counties
_CELL: Final = re.compile(r"(?:\[(\d*)-(\d*)\])?([^,\[\]]+)")

PROVINCES: Final = frozenset(
    f"{region}{province}"
    for region, provinces in {
        1: "12345",
        2: "123",
        3: "1234567",
        4: "123456",
        5: "01234",
        6: "12345",
        7: "1",
        8: "123",
    }.items()
    for province in provinces
)
"""The first two digits that exist; 83 occurs on residence permits only."""

PERMITS: Final[Mapping[str, str]] = MappingProxyType({"810000": "HK", "820000": "MO", "830000": "TW"})
"""Division of a residence permit -> the holder's region of origin."""


class Term(NamedTuple):
    """One name of a code and the years it was in force, both included; 0 and 9999 for an open end."""

    first: int
    last: int
    name: str


class DivisionStatus(enum.StrEnum):
    """The relation of a division to the year of birth."""

    IN_FORCE_AT_BIRTH = "in_force_at_birth"
    CREATED_AFTER_BIRTH = "created_after_birth"
    ABOLISHED_BEFORE_BIRTH = "abolished_before_birth"
    LEGACY_SUMMARY_CODE = "legacy_summary_code"
    OBSERVED_EXCEPTION = "observed_exception"
    PREFECTURE_OR_PROVINCE_CODE = "prefecture_or_province_code"
    UNKNOWN_IN_KNOWN_PROVINCE = "unknown_in_known_province"
    STATISTICS_ONLY_CODE = "statistics_only_code"
    NOT_ISSUED = "not_issued"
    SYNTHETIC = "synthetic"
    PERMIT_MALFORMED = "permit_malformed"
    PROVINCE_UNKNOWN = "province_unknown"


@attrs.frozen
class DivisionAsked:
    """A query to a source: the six-digit `code`."""

    code: str


class DivisionSource(Protocol):
    """A fuller list of divisions, given by the caller; our own table answers for codes it lacks."""

    def history(self, asked: DivisionAsked, /) -> Sequence[Term]:
        """Return the terms of the code, oldest first; empty for an unknown code."""
        ...


class DivisionTable(NamedTuple):
    """The frozen table: code -> terms, and code -> (first, last) birth years without a finding."""

    terms: Mapping[str, tuple[Term, ...]]
    plain: Mapping[str, tuple[int, int]]


@functools.cache
def table() -> DivisionTable:
    """Read the table of python-stdnum and the overlay, once, and return it frozen."""
    terms = {code: _parse(value) for code, value in _stdnum_rows()}
    for code, first, last, name in corrections.ROWS:
        term = Term(_FIRST if first is None else first, LATEST if last is None else last, name)
        terms[code] = tuple(sorted((*terms.get(code, ()), term), key=lambda t: (t.last, t.first)))
    plain = {code: span for code, known in terms.items() if (span := _plain_span(code, known))}
    return DivisionTable(MappingProxyType(terms), MappingProxyType(plain))


def _stdnum_rows() -> Iterator[tuple[str, str]]:
    """Yield code and cell of python-stdnum's table: from its file, or by its reader if that moved."""
    from importlib.util import find_spec  # noqa: PLC0415 - as the reader of the package: on the first look

    found: Any = find_spec("stdnum")  # without its import, which loads ssl and pydoc
    try:
        text = found.loader.get_resource_reader(found.name).files().joinpath("cn/loc.dat").read_text("utf-8")
    except OSError:
        yield from _rows_of_reader()
        return
    province = ""
    for line in _simplified(text).splitlines():
        key, _, cell = line.rpartition("=")
        if line[:1] == " ":
            yield province + key[2:6], cell[1:-1]
        else:
            province = key[:2]


def _rows_of_reader() -> Iterator[tuple[str, str]]:
    from stdnum import numdb  # noqa: PLC0415 - the table is read on first use, not on import

    for _length, province, _high, _props, children in numdb.get("cn/loc").prefixes:
        for _l, county, _h, props, _c in children:
            yield province + county, _simplified(props["county"])


def _simplified(text: str) -> str:
    """Return *text* in simplified characters; a handful are replaced twenty times as fast as translated."""
    for traditional, simplified in corrections.SIMPLIFIED:
        text = text.replace(traditional, simplified)
    return text


def _parse(value: str) -> tuple[Term, ...]:
    """
    Return the terms in a cell of the table.

    >>> _parse("[-1991]东郊区,[1992-]东丽区")
    (Term(first=0, last=1991, name='东郊区'), Term(first=1992, last=9999, name='东丽区'))
    """
    return tuple(
        Term(int(first or _FIRST), int(last or LATEST), name) for first, last, name in _CELL.findall(value)
    )


def _plain_span(code: str, terms: Sequence[Term]) -> tuple[int, int] | None:
    """Return the birth years for which *code* needs no further check, None if it always does."""
    if code[4:] == "00" or _is_summary(code, terms):
        return None
    if any(later.first > earlier.last + 1 for earlier, later in itertools.pairwise(terms)):
        return None
    return terms[0].first - _TOLERANCE, terms[-1].last + _TOLERANCE


def _is_summary(code: str, terms: Iterable[Term]) -> bool:
    return code[4:] in ("01", "20") and all(term.name in ("市辖区", "市区") for term in terms)


def history(code: str, source: DivisionSource | None = None) -> tuple[Term, ...]:
    """
    Return every name of *code*, oldest first; empty for an unlisted code.

    >>> history("500157")[0].name
    '两江新区'
    """
    if source is not None and (terms := source.history(DivisionAsked(code))):
        return tuple(terms)
    return table().terms.get(code, ())


def judge(code: str, year: int, source: DivisionSource | None = None) -> DivisionStatus:
    """
    Return the relation of the six digits *code* to a birth in *year*.

    Standard:
        GB 11643-1999, GB/T 2260; tolerance of one year, for lists differ by one.

    >>> [judge(code, 2015).name for code in ("320102", "500157", "320098")]
    ['IN_FORCE_AT_BIRTH', 'CREATED_AFTER_BIRTH', 'SYNTHETIC']
    """
    if code[:2] not in PROVINCES:
        return DivisionStatus.PROVINCE_UNKNOWN
    if code[:2] in ("81", "82", "83"):
        return DivisionStatus.IN_FORCE_AT_BIRTH if code in PERMITS else DivisionStatus.PERMIT_MALFORMED
    if code[4:] == "00":
        return DivisionStatus.PREFECTURE_OR_PROVINCE_CODE
    return _judge_listed(code, year, history(code, source)) or _judge_unlisted(code)


def _judge_listed(code: str, year: int, terms: Sequence[Term]) -> DivisionStatus | None:
    if not terms:
        return None
    if _is_summary(code, terms):
        return DivisionStatus.LEGACY_SUMMARY_CODE
    if any(t.first - _TOLERANCE <= year <= t.last + _TOLERANCE for t in terms):
        return DivisionStatus.IN_FORCE_AT_BIRTH
    younger = any(year < t.first for t in terms)
    return DivisionStatus.CREATED_AFTER_BIRTH if younger else DivisionStatus.ABOLISHED_BEFORE_BIRTH


def _judge_unlisted(code: str) -> DivisionStatus:
    if code in corrections.OBSERVED:
        return DivisionStatus.OBSERVED_EXCEPTION
    if code[2:4] == "00" and code[:2] != "46":  # only Hainan ever had counties directly under the province
        return DivisionStatus.SYNTHETIC
    if code[:2] == "71":
        return DivisionStatus.NOT_ISSUED
    if code[4:] in ("01", "20") and table().terms.get(code[:4] + "00"):
        return DivisionStatus.LEGACY_SUMMARY_CODE
    if "71" <= code[4:] <= "79":
        return DivisionStatus.STATISTICS_ONLY_CODE
    return DivisionStatus.UNKNOWN_IN_KNOWN_PROVINCE


def name_in(terms: Sequence[Term], year: int) -> str:
    """Return the name in force in *year*, or the nearest in time, or an empty string."""
    if not terms:
        return ""
    return min(terms, key=lambda t: max(t.first - year, year - t.last, 0)).name


def full_name(code: str, year: int, source: DivisionSource | None = None) -> str:
    """
    Return province, prefecture and county of *code* with their names in *year*.

    >>> full_name("330113", 2026)
    '浙江省杭州市临平区'
    """
    codes = dict.fromkeys((code[:2] + "0000", code[:4] + "00", code))
    names = [name_in(history(part, source), year) for part in codes]
    return "".join(name for name in names if name not in ("市辖区", "市区", "县") and "直辖" not in name)


def data_version() -> str:
    """
    Return the versions of the data behind the verdicts, to be stored with every decision.

    >>> data_version().startswith("stdnum ")
    True
    """
    import stdnum  # noqa: PLC0415 - as in _rows_of_reader

    return f"stdnum {stdnum.__version__} + overlay {corrections.OVERLAY_VERSION}"
