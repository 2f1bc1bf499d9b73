"""
The vanish guard: a registry that lost too many rows is refused.

A broken export, a narrowed permission or a half-read file gives an empty or much smaller answer. Such a
registry is refused before any student counts as "not found".
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from eduid_core.matching.policy import MatchingPolicy

__all__ = ["RegistryShrinkage", "shrunk"]


@attrs.frozen
class RegistryShrinkage:
    """One reason to refuse a registry: the code, the school code (blank: the whole registry), row counts."""

    code: str
    school_code: str
    before: int
    after: int


def shrunk(
    before: Mapping[str, int], after: Mapping[str, int], *, policy: MatchingPolicy
) -> tuple[RegistryShrinkage, ...]:
    """
    Return the reasons to refuse the registry with *after* rows per school code as the successor of *before*.

    >>> shrunk({"2132000001": 100}, {"2132000001": 79}, policy=MatchingPolicy(vanish_share_source=50))
    (RegistryShrinkage(code='SNAPSHOT_SUSPECT', school_code='2132000001', before=100, after=79),)
    """
    total, left = sum(before.values()), sum(after.values())
    if not left:
        return (RegistryShrinkage("SNAPSHOT_EMPTY", "", total, 0),)
    found = (
        [RegistryShrinkage("SNAPSHOT_SUSPECT", "", total, left)]
        if _lost(total, left, policy.vanish_share_source)
        else []
    )
    for code, rows in sorted(before.items()):
        if _lost(rows, after.get(code, 0), policy.vanish_share_school):
            found.append(RegistryShrinkage("SNAPSHOT_SUSPECT", code, rows, after.get(code, 0)))
    return tuple(found)


def _lost(before: int, after: int, share: int) -> bool:
    """Return whether more than *share* per cent are lost, counted in whole rows."""
    return (before - after) * 100 > before * share
