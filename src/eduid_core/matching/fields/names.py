"""
The name: equal, equal in its normal form, or different in a named way.

Only two spellings of the same normal form agree. Traditional for simplified, a legal variant (昇/升), a missing
dot, pinyin for characters, the same sound: each is distinguished and named for the person who decides.
"""

from __future__ import annotations

from collections import Counter

from eduid_core.matching import han
from eduid_core.matching.distance import osa
from eduid_core.matching.verdict import Compared, FieldCode
from eduid_core.validation.names.inspect import NAME_CAP, fold_name, has_lost_glyph, inspect_name
from eduid_core.validation.names.tables import DOT
from eduid_core.validation.placeholders import blanked

__all__ = ["compare_name"]

_EQUAL = Compared(FieldCode.EQUAL)
_LOST = Compared(FieldCode.UNRESOLVABLE, "UNRESOLVABLE_GLYPH")
_LONG_NAME = 6


def compare_name(claimed: str, held: str) -> Compared:
    """
    Compare the *claimed* name with the *held* one, both as written.

    >>> compare_name("陈小雨", "陈小雨 ").code.value
    'EQUAL_NORMALISED'
    >>> compare_name("吴昇", "吴升")
    Compared(code=<FieldCode.VARIANT: 'VARIANT'>, note='TS_UNSAFE')
    """
    claimed, held = blanked(claimed), blanked(held)
    mine, my_edits = fold_name(claimed)
    theirs, their_edits = (mine, my_edits) if claimed == held else fold_name(held)
    if not mine or not theirs:
        return Compared(FieldCode.MISSING_REG if mine else FieldCode.MISSING_APP)
    if mine == theirs or mine.casefold() == theirs.casefold():
        return _agreeing(claimed, held, mine, (*my_edits, *their_edits, "CASE_FOLDED"))
    if max(len(mine), len(theirs)) > NAME_CAP:
        return Compared(FieldCode.DIFFERENT)
    if _agree_but_for_lost(mine, theirs):
        return _LOST
    if note := _variant(mine, theirs):
        return Compared(FieldCode.VARIANT, note)
    return _unlike(mine, theirs)


def _agreeing(claimed: str, held: str, folded: str, edits: tuple[str, ...]) -> Compared:
    if has_lost_glyph(folded) or not inspect_name(folded, latin=True).valid:
        return _LOST
    return _EQUAL if claimed == held else Compared(FieldCode.EQUAL_NORMALISED, edits[0])


def _agree_but_for_lost(mine: str, theirs: str) -> bool:
    """Return whether a lost character on either side may hide the only difference."""
    if len(mine) != len(theirs) or not (has_lost_glyph(mine) or has_lost_glyph(theirs)):
        return False
    return all(has_lost_glyph(a) or has_lost_glyph(b) for a, b in _unlike_characters(mine, theirs))


def _unlike_characters(mine: str, theirs: str) -> list[tuple[str, str]]:
    """Return the pairs of characters at which two names of equal length differ."""
    return [(a, b) for a, b in zip(mine, theirs, strict=True) if a != b]


def _variant(mine: str, theirs: str) -> str:
    """Return the rule that explains the whole difference of two folded names, or an empty string."""
    if mine.replace(DOT, "") == theirs.replace(DOT, ""):
        return "DOT_MISSING"
    if len(mine) == len(theirs):
        unlike = _unlike_characters(mine, theirs)
        for same, note in _WRITINGS:
            if all(same(*pair) for pair in unlike):
                return note
    return "PINYIN_ONLY" if han.spells(mine, theirs) or han.spells(theirs, mine) else ""


_WRITINGS = (
    (han.is_safe_pair, "TS_SAFE"),
    (han.is_ts_pair, "TS_UNSAFE"),
    (han.is_variant_pair, "GLYPH_VARIANT"),
)


def _unlike(mine: str, theirs: str) -> Compared:
    """Return the class of two folded names without an explaining rule."""
    if len(mine) == len(theirs) and all(han.same_sound(a, b) for a, b in _unlike_characters(mine, theirs)):
        return Compared(FieldCode.HOMOPHONE, "SAME_SOUND")
    limit = 2 if min(len(mine), len(theirs)) >= _LONG_NAME else 1
    if osa(mine, theirs, limit=limit) <= limit:
        return Compared(FieldCode.SIMILAR, "NAME_NEAR")
    if Counter(mine) == Counter(theirs):
        return Compared(FieldCode.SIMILAR, "NAME_ORDER")
    return Compared(FieldCode.DIFFERENT)
