"""
The matching policy of a district: a frozen, versioned value.

The rules are the same everywhere (`eduid_core.matching.decision_table`); a policy only sets the few switches
for which a district is responsible, and names its calendar and its school system.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

import attrs

from eduid_core.findings import CallerError
from eduid_core.matching.decision_table import APPROVING

__all__ = ["SYSTEMS", "MatchingPolicy"]

SYSTEMS: Final = {"six_three": (6, 3, 3), "five_four": (5, 4, 3)}
"""School system (学制) -> years of primary, junior and senior school."""

Day = tuple[int, int]


def _pair(value: Iterable[int]) -> Day:
    first, second = value
    return int(first), int(second)


def _window(value: Iterable[Iterable[int]]) -> tuple[Day, Day]:
    start, end = value
    return _pair(start), _pair(end)


def _systems(value: Iterable[Iterable[str]]) -> tuple[tuple[str, str], ...]:
    rows = value.items() if isinstance(value, dict) else value
    return tuple((code, system) for code, system in rows)


@attrs.frozen(kw_only=True)
class MatchingPolicy:
    """
    The district's settings. Days are (month, day), ages years, shares whole per cent.

    >>> MatchingPolicy(allow_safe_ts=True).flags
    frozenset({'allow_safe_ts'})

    Raises:
        CallerError: a value that is not allowed.
    """

    version: str = "2026-11"
    allow_safe_ts: bool = False
    """A name that differs only by safe traditional/simplified pairs counts as agreement."""
    allow_grade_not_rolled: bool = False
    """A registry grade one below, inside `roll_window`, counts as agreement."""
    allow_class_missing: bool = False
    """The source has no class column: a blank class there counts as agreement."""
    synthetic: Literal["approve", "review"] = "approve"
    """The best outcome for a number of the never-issued space."""
    school_system: Literal["six_three", "five_four"] = "six_three"
    school_systems: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=_systems)
    """(school code, system) of the schools that differ from `school_system`."""
    junior_one: int = 0
    """The grade number called 初一; 0: the first after primary school."""
    roll_window: tuple[Day, Day] = attrs.field(default=((7, 1), (10, 31)), converter=_window)
    cutover: Day = attrs.field(default=(9, 1), converter=_pair)
    """The first day of a school year."""
    pupil_age: tuple[int, int] = attrs.field(default=(5, 22), converter=_pair)
    grade_age_slack: int = 2
    """Years by which a student may be older or younger than the grade's usual age without a remark."""
    vanish_share_source: int = 5
    vanish_share_school: int = 20
    """Shares of rows that a new registry may lack, in total and per school, before it is refused."""
    block_cap: int = 200
    """Rows of a block that the candidate finder examines."""
    _approving: frozenset[tuple[str, str, str]] = attrs.field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        """Refuse a value that is not allowed, and compute the approving set once."""
        systems = {self.school_system, *(system for _, system in self.school_systems)}
        if not systems <= SYSTEMS.keys():
            raise CallerError("a school system is six_three or five_four")
        if self.synthetic not in ("approve", "review"):
            raise CallerError("synthetic is approve or review")
        if not 0 <= self.vanish_share_source <= 100 or not 0 <= self.vanish_share_school <= 100:  # noqa: PLR2004
            raise CallerError("a share is a whole per cent")
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
