"""
The matching policy of a district: a frozen, versioned value.

The rules are the same everywhere (`eduid_core.matching.decision_table`); a policy only sets the few switches
for which a district is responsible, and names its calendar and its school system.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

import attrs

from eduid_core.limits import Limit, Together, check_together, choice, is_whole, limited, switch, text, whole
from eduid_core.matching.decision_table import APPROVING

__all__ = ["SYSTEMS", "TOGETHER", "MatchingPolicy"]

SYSTEMS: Final = {"six_three": (6, 3, 3), "five_four": (5, 4, 3)}
"""School system (学制) -> years of primary, junior and senior school."""

Day = tuple[int, int]


def _pair(value: object) -> Any:  # noqa: ANN401 - the validator judges what is no pair
    return tuple(value) if isinstance(value, list | tuple) else value


def _window(value: object) -> Any:  # noqa: ANN401 - as above
    return tuple(map(_pair, value)) if isinstance(value, list | tuple) else value


def _systems(value: object) -> Any:  # noqa: ANN401 - as above
    rows = value.items() if isinstance(value, Mapping) else value
    return tuple(map(_pair, rows)) if isinstance(rows, Iterable) and not isinstance(rows, str) else rows


# --- limits -----------------------------------------------------------------------------------------------

_TERM: Final = ((7, 1), (10, 31))
"""The days on which a school year can begin."""
_AGES: Final = (1, 99)
_PAIR: Final = 2
_JUNIOR_ONE: Final = (0, 6, 7)
_CODE: Final = re.compile(r"[0-9A-Za-z]{1,32}")


def _is_pair(value: object) -> bool:
    return isinstance(value, tuple) and len(value) == _PAIR


def _is_day(value: object) -> bool:
    """Return whether *value* is a month and a day of it; the 29th of February is not one of every year."""
    if not isinstance(value, tuple) or not _is_pair(value):
        return False
    month, day = value
    return is_whole(month, 1, 12) and is_whole(day, 1, calendar.monthrange(2025, month)[1])


def _is_window(value: object) -> bool:
    return isinstance(value, tuple) and _is_pair(value) and all(map(_is_day, value)) and value[0] < value[1]


def _is_cutover(value: object) -> bool:
    return isinstance(value, tuple) and _is_day(value) and bool(_TERM[0] <= value <= _TERM[1])


def _are_ages(value: object) -> bool:
    if not (isinstance(value, tuple) and _is_pair(value)):
        return False
    return all(is_whole(age, *_AGES) for age in value) and value[0] < value[1]


def _are_systems(value: object) -> bool:
    """Return whether *value* pairs school codes, each once, with school systems."""
    if not isinstance(value, tuple) or not all(map(_is_pair, value)):
        return False
    if not all(type(part) is str for row in value for part in row):
        return False
    codes = [code for code, _ in value]
    fits = all(_CODE.fullmatch(code) and system in SYSTEMS for code, system in value)
    return fits and len(set(codes)) == len(codes)


_SYSTEM_NAMES: Final = " / ".join(SYSTEMS)
_DAY: Final = Limit(
    "七月一日到十月三十一日之间的 [月, 日]", "a [month, day] from July 1 to October 31", _is_cutover
)
_DAYS: Final = Limit("两个 [月, 日]，前者在先", "two days [month, day], the earlier one first", _is_window)
_PUPILS: Final = Limit(
    f"两个 {_AGES[0]} 到 {_AGES[1]} 的周岁，前者较小",
    f"two ages from {_AGES[0]} to {_AGES[1]}, the lower one first",
    _are_ages,
)
_JUNIOR: Final = Limit("0、6 或 7", "0, 6 or 7", lambda value: type(value) is int and value in _JUNIOR_ONE)
_SCHOOLS: Final = Limit(
    f"[学校标识码, 学制] 的列表，每校一次，学制为 {_SYSTEM_NAMES}",
    f"a list of [school code, system], each school once, the system {_SYSTEM_NAMES}",
    _are_systems,
)


@attrs.frozen(kw_only=True)
class MatchingPolicy:
    """
    The district's settings. Days are (month, day), ages years, shares whole per cent.

    >>> MatchingPolicy(allow_safe_ts=True).flags
    frozenset({'allow_safe_ts'})

    Raises:
        PolicyFault: a value that is not allowed; the error names its key.
    """

    version: str = text("2026-11")
    allow_safe_ts: bool = switch(default=False)
    """A name that differs only by safe traditional/simplified pairs counts as agreement."""
    allow_grade_not_rolled: bool = switch(default=False)
    """A registry grade one below, inside `roll_window`, counts as agreement."""
    allow_class_missing: bool = switch(default=False)
    """The source has no class column: a blank class there counts as agreement."""
    guardian_phone_required: bool = switch(default=True)
    """A form without the guardian's phone is returned; off where the school itself tells the families."""
    guardian_phone_must_agree: bool = switch(default=True)
    """A mobile number of the guardian that the registry names must be that of the form."""
    synthetic: Literal["approve", "review"] = choice("approve", "review")
    """The best outcome for a number of the never-issued space."""
    school_system: Literal["six_three", "five_four"] = choice(*SYSTEMS)
    school_systems: tuple[tuple[str, str], ...] = limited((), _SCHOOLS, converter=_systems)
    """(school code, system) of the schools that differ from `school_system`."""
    junior_one: int = limited(0, _JUNIOR)
    """The grade number called 初一; 0: the first after primary school."""
    roll_window: tuple[Day, Day] = limited(((7, 1), (10, 31)), _DAYS, converter=_window)
    cutover: Day = limited((9, 1), _DAY, converter=_pair)
    """The first day of a school year."""
    pupil_age: tuple[int, int] = limited((5, 22), _PUPILS, converter=_pair)
    possible_age: tuple[int, int] = limited((3, 25), _PUPILS, converter=_pair)
    """The ages of a student that the machine approves at all."""
    grade_age_slack: int = whole(2, 0, 10)
    """Years by which a student may be older or younger than the grade's usual age without a remark."""
    vanish_share_source: int = whole(5, 0, 100)
    vanish_share_school: int = whole(20, 0, 100)
    """Shares of rows that a new registry may lack, in total and per school, before it is refused."""
    block_cap: int = whole(200, 1, 100_000)
    """Rows of a block that the candidate finder examines."""
    _approving: frozenset[tuple[str, str, str]] = attrs.field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        """Refuse values that contradict each other, and compute the approving set once."""
        check_together(self, TOGETHER)
        rows = (row for row in APPROVING if not row.flag or getattr(self, row.flag))
        object.__setattr__(self, "_approving", frozenset((r.field, r.code.value, r.note) for r in rows))

    @property
    def flags(self) -> frozenset[str]:
        """Return the names of the switches that are on."""
        names = {row.flag for row in APPROVING if row.flag}
        return frozenset(name for name in names if getattr(self, name))

    def system_of(self, school_code: str) -> Literal["six_three", "five_four"]:
        """Return the school system of *school_code*."""
        if not self.school_systems:
            return self.school_system
        return dict(self.school_systems).get(school_code, self.school_system)  # type: ignore[return-value]

    def approves(self, field: str, code: str, note: str) -> bool:
        """
        Return whether *code* counts as agreement for *field*; the note matters only for a VARIANT.

        >>> MatchingPolicy().approves("entry_year", "VARIANT", "ENTRY_YEAR_OTHER_STAGE")
        True
        """
        return (field, code, note if code == "VARIANT" else "") in self._approving


def _systems_used(policy: MatchingPolicy) -> set[str]:
    return {policy.school_system, *(system for _, system in policy.school_systems)}


TOGETHER: Final = (
    Together(
        "junior_one",
        "初一不能是小学的年级（见 school_system、school_systems）",
        "初一 cannot be a grade of primary school (see school_system, school_systems)",
        lambda p: not p.junior_one or all(p.junior_one > SYSTEMS[used][0] for used in _systems_used(p)),
    ),
    Together(
        "roll_window",
        "应包含 cutover 那一天",
        "is to include the day of cutover",
        lambda p: p.roll_window[0] <= p.cutover <= p.roll_window[1],
    ),
)
"""Keys of the matching policy that belong together."""
