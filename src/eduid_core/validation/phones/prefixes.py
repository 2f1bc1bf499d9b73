"""
The mainland's mobile prefixes: the purpose of each range and the network it was allocated to.

A number keeps its prefix when its holder changes network (since 2019), and virtual operators use the ranges
of others: `allocated_carrier` is history, never a route. An unlisted prefix is a doubt, because new prefixes
appear before every list.

Standard:
    电信网编号计划 (2017) as read from libphonenumber; the tests compare the two over all prefixes.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple, Protocol

import attrs

PLAN_VERSION: Final = "2026.11 (libphonenumber 9.0.43)"


class PhoneClass(enum.StrEnum):
    """The type of line of a number."""

    MOBILE = "mobile"
    MOBILE_UNASSIGNED_PREFIX = "mobile_unassigned_prefix"
    SATELLITE = "satellite"
    IOT = "iot"
    LANDLINE = "landline"
    SERVICE = "service"
    FOREIGN_HK_MO_TW = "foreign_hk_mo_tw"
    FOREIGN = "foreign"
    INVALID = "invalid"


class PlanRow(NamedTuple):
    """A prefix: the class of its numbers and the network it was allocated to ("" if unknown)."""

    phone_class: PhoneClass
    allocated_carrier: str


@attrs.frozen
class PhoneAsked:
    """A query to a plan: the first seven digits of a mainland mobile number."""

    prefix: str


class PlanSource(Protocol):
    """A newer plan, supplied by the caller; the built-in table answers for prefixes it does not know."""

    def row(self, asked: PhoneAsked, /) -> PlanRow | None:
        """Return the row of the prefix, or None."""
        ...


_MOBILE: Final[Mapping[str, str]] = {
    "移动": "1340-1348 135-139 147 150-152 157-159 1703 1705-1706 172 178 182-184 187-188 195 197-198",
    "联通": "130-132 145 155-156 166-167 1704 1707-1709 171 175-176 185-186 196",
    "电信": "133 153 1700-1702 173 177 180-181 189-191 193 199",
    "广电": "1610 192",
    "": "162 165",
}
_SATELLITE: Final[Mapping[str, str]] = {"电信": "17400-17405", "": "1349"}


def _prefixes(ranges: str) -> Iterator[str]:
    """
    Yield every prefix of *ranges*; a prefix of three digits gives its ten prefixes of four.

    >>> list(_prefixes("1340-1341 17400"))
    ['1340', '1341', '17400']
    """
    for part in ranges.split():
        low, _, high = part.partition("-")
        for number in range(int(low), int(high or low) + 1):
            yield from (f"{number}{d}" for d in range(10)) if number < 1000 else (str(number),)  # noqa: PLR2004


_ROWS: Final[Mapping[str, PlanRow]] = MappingProxyType(
    {
        prefix: PlanRow(phone_class, carrier)
        for phone_class, table in ((PhoneClass.MOBILE, _MOBILE), (PhoneClass.SATELLITE, _SATELLITE))
        for carrier, ranges in table.items()
        for prefix in _prefixes(ranges)
    }
)
_UNASSIGNED: Final = PlanRow(PhoneClass.MOBILE_UNASSIGNED_PREFIX, "")


def plan_row(mobile: str, source: PlanSource | None = None) -> PlanRow:
    """
    Return the row of the eleven digits *mobile*, which start with 13 to 19.

    >>> plan_row("13800000000")
    PlanRow(phone_class=<PhoneClass.MOBILE: 'mobile'>, allocated_carrier='移动')
    >>> plan_row("15400000000").phone_class.value
    'mobile_unassigned_prefix'
    """
    if source is not None and (row := source.row(PhoneAsked(mobile[:7]))) is not None:
        return row
    return _ROWS.get(mobile[:4]) or _ROWS.get(mobile[:5]) or _UNASSIGNED


def plain_mobile_class(text: str) -> PhoneClass | None:
    """
    Return the class of *text* if it is eleven plain ASCII digits of a mobile number, assigned prefix or not.

    >>> [plain_mobile_class(text) for text in ("１3800000000", "1380000000", "02583330000")]
    [None, None, None]
    >>> plain_mobile_class("13800000000").value, plain_mobile_class("15400000000").value
    ('mobile', 'mobile_unassigned_prefix')
    """
    if len(text) != 11 or not text.isascii() or not text.isdigit():  # noqa: PLR2004
        return None
    if text[0] != "1" or text[1] in "012":
        return None
    reached = plan_row(text).phone_class
    return reached if reached in (PhoneClass.MOBILE, PhoneClass.MOBILE_UNASSIGNED_PREFIX) else None
