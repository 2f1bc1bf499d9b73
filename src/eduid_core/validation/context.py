"""The context of an inspection: the day, the role of the holder, and the other fields of the form."""

from __future__ import annotations

import datetime as dt
import functools

import attrs

from eduid_core.validation.divisions.lookup import DivisionSource
from eduid_core.validation.kinds import HolderRole, Sex

__all__ = ["Context", "setting_of"]


@attrs.frozen(kw_only=True, repr=False)
class Context:
    """
    The context of an inspection: every fact that the rules may use besides the text.

    `today` is `as_of` as the number yyyymmdd. `birth_date` and `sex` are the other fields of the form.
    `strict` turns doubts about the division into errors. `pupil_age` is the usual range of a student's
    age in years, both ends included.
    """

    as_of: dt.date
    today: int
    role: HolderRole | None = None
    strict: bool = False
    birth_date: dt.date | None = None
    sex: Sex | None = None
    divisions: DivisionSource | None = None
    pupil_age: tuple[int, int] = (5, 22)
    plain: bool = attrs.field(init=False)
    """Whether only the number itself and the day are used."""

    @plain.default
    def _nothing_beside(self) -> bool:
        return all(each is None for each in (self.role, self.birth_date, self.sex, self.divisions))


def yyyymmdd(date: dt.date) -> int:
    """
    Return *date* as a number whose digits are its date.

    >>> yyyymmdd(dt.date(2026, 9, 1))
    20260901
    """
    return date.year * 10000 + date.month * 100 + date.day


@functools.lru_cache(maxsize=64)
def setting_of(as_of: dt.date, role: HolderRole | str | None = None, strict: bool = False) -> Context:  # noqa: FBT001, FBT002 - a cache key
    """Return the setting of *as_of*, *role* and *strict*; cached, because thousands of forms arrive per day."""
    return Context(as_of=as_of, today=yyyymmdd(as_of), role=HolderRole(role) if role else None, strict=strict)
