"""The one question asked most, answered without a table: is this a resident identity number?"""

from __future__ import annotations

import datetime as dt
from typing import Final

from eduid_core.validation.ages import is_date
from eduid_core.validation.divisions.lookup import PERMITS, PROVINCES

__all__ = ["is_resident_id"]

_CHECKS: Final = (
    "1",
    "Xx",
    "8",
    "6",
    "4",
    "2",
    "0",
    "9",
    "7",
    "5",
    "3",
)  # by the body, read to base 13, mod 11
_MAINLAND: Final = PROVINCES - {"81", "82", "83"}


def is_resident_id(obj: object, *, as_of: dt.date | None = None) -> bool:
    """
    Return whether *obj* is the text of a resident identity number or residence permit, exactly as printed.

    Nothing is folded: 18 characters, 17 ASCII digits and a check character (X or x for ten), a known
    province and a county (or exactly 810000, 820000, 830000), a date that exists and, where *as_of* is
    given, does not lie after it. Any object is answered; nothing is raised.

    Standard:
        GB 11643-1999, ISO 7064 MOD 11-2.

    >>> is_resident_id("320098201503150010"), is_resident_id(320098201503150010), is_resident_id(None)
    (True, False, False)
    """
    if type(obj) is not str:
        if not issubclass(type(obj), str):
            return False
        obj = str.__str__(obj)  # a subclass may have its own ideas of len() and of slices
    body = obj[:17]
    # isdigit() takes ² and ٣, and so does int(); isascii() comes first.
    if len(obj) != 18 or not obj.isascii() or not body.isdigit():  # noqa: PLR2004
        return False
    if obj[:2] in _MAINLAND:
        if obj[4:6] == "00":
            return False
    elif obj[:6] not in PERMITS:
        return False
    if obj[17] not in _CHECKS[int(body, 13) % 11] or not is_date(obj[6:14]):
        return False
    return as_of is None or int(obj[6:14]) <= as_of.year * 10_000 + as_of.month * 100 + as_of.day
