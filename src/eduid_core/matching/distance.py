"""Edit distance: optimal string alignment (one edit, or one swap of neighbours, costs one)."""

from __future__ import annotations

from typing import Final

__all__ = ["osa"]

_LONGEST: Final = 256
"""The longest unlike parts that are aligned; longer ones count as far apart, so that the time stays linear."""


def osa(left: str, right: str, *, limit: int) -> int:
    """
    Return the distance of *left* and *right*, or *limit* + 1 if it is greater.

    >>> osa("王晓明", "王明晓", limit=2), osa("ab", "xyz", limit=1)
    (1, 2)
    """
    if left == right:
        return 0
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    left, right = _unlike_parts(left, right)
    if max(len(left), len(right)) > _LONGEST:
        return limit + 1
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, char in enumerate(left, 1):
        two_before, before, row = before, row, [i]
        for j, other in enumerate(right, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (char != other))
            if i > 1 and j > 1 and char == right[j - 2] and left[i - 2] == other:
                best = min(best, two_before[j - 2] + 1)
            row.append(best)
        if min(row) > limit and (not before or min(before) > limit):
            return limit + 1
    return min(row[-1], limit + 1)


def _unlike_parts(left: str, right: str) -> tuple[str, str]:
    """Return both texts without their common head and tail, which do not affect the distance."""
    start, shorter = 0, min(len(left), len(right))
    while start < shorter and left[start] == right[start]:
        start += 1
    end = 0
    while end < shorter - start and left[-1 - end] == right[-1 - end]:
        end += 1
    return left[start : len(left) - end], right[start : len(right) - end]
