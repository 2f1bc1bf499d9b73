"""Characters that are written or sound alike. (Tables follow.)"""

from __future__ import annotations

__all__ = ["is_safe_pair", "is_ts_pair", "is_variant_pair", "same_sound", "spells"]


def is_safe_pair(a: str, b: str) -> bool:
    return False


def is_ts_pair(a: str, b: str) -> bool:
    return False


def is_variant_pair(a: str, b: str) -> bool:
    return False


def same_sound(a: str, b: str) -> bool:
    return False


def spells(a: str, b: str) -> bool:
    return False
