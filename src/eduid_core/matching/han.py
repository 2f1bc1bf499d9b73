"""
Similar Chinese characters, in writing or in sound: explanations for a person, never equality.

The one module of matching that reads package data: `han_tables.txt`, once, on the first difference it has to
explain. The tables are facts about characters, written by `tools/build_han_tables.py` out of OpenCC's
character dictionaries (Apache-2.0) and pypinyin's readings (MIT); neither is needed at run time.

>>> is_safe_pair("蕭", "萧"), is_safe_pair("昇", "升"), is_ts_pair("昇", "升")
(True, False, True)
>>> same_sound("雨", "宇"), is_variant_pair("甯", "宁")
(True, True)
"""

from __future__ import annotations

import functools
import importlib.resources
from collections import defaultdict
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

__all__ = ["is_safe_pair", "is_ts_pair", "is_variant_pair", "safe_form", "same_sound", "sounds_of", "spells"]

_FILE: Final = "han_tables.txt"
_NONE: Final[frozenset[str]] = frozenset()


class _Tables(NamedTuple):
    """
    The frozen tables: traditional -> simplified (safe; all), character -> its variants, reading -> characters.

    The last is asked about few characters, and turning it round would take longer than all questions.
    """

    safe: Mapping[str, str]
    simplified: Mapping[str, str]
    variants: Mapping[str, frozenset[str]]
    sounds: Mapping[str, frozenset[str]]


@functools.cache
def _tables() -> _Tables:
    text = importlib.resources.files(__package__).joinpath(_FILE).read_text("utf-8")
    pairs: dict[str, list[tuple[str, str]]] = {}
    sounds: dict[str, frozenset[str]] = {}
    for line in text.splitlines():
        table, first, second = line.split(" ", 2)
        if table == "sound":
            sounds[first] = frozenset(second)
        elif table != "#":
            pairs[table] = list(zip(first, second, strict=True))
    safe = dict(pairs["safe"])
    return _Tables(
        MappingProxyType(safe),
        MappingProxyType(safe | dict(pairs["ts"])),
        _freeze((*pairs["variant"], *((b, a) for a, b in pairs["variant"]))),
        MappingProxyType(sounds),
    )


def _freeze(pairs: Iterable[tuple[str, str]]) -> Mapping[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for char, other in pairs:
        found[char].add(other)
    return MappingProxyType({char: frozenset(others) for char, others in found.items()})


def safe_form(text: str) -> str:
    """
    Return *text* with every safe traditional character simplified: a key to search by.

    >>> safe_form("蕭乾")
    '萧乾'
    """
    safe = _tables().safe
    return "".join(safe.get(char, char) for char in text)


def is_safe_pair(one: str, other: str) -> bool:
    """Return whether two characters are, beyond doubt, the traditional and simplified form of each other."""
    safe = _tables().safe
    return safe.get(one, one) == safe.get(other, other)


def is_ts_pair(one: str, other: str) -> bool:
    """Return whether two characters share a simplified form; they may still be two legal names."""
    simplified = _tables().simplified
    return not {one, simplified.get(one, one)}.isdisjoint({other, simplified.get(other, other)})


def is_variant_pair(one: str, other: str) -> bool:
    """Return whether two characters are known variants of each other (异体字), directly or when simplified."""
    return not _writings(one).isdisjoint(_writings(other))


def _writings(char: str) -> frozenset[str]:
    tables = _tables()
    plain = tables.simplified.get(char, char)
    return tables.variants.get(char, _NONE) | tables.variants.get(plain, _NONE) | {char, plain}


@functools.lru_cache(maxsize=1 << 16)
def sounds_of(char: str) -> frozenset[str]:
    """
    Return the readings of *char* without tones, surname readings among them; none for an unknown character.

    >>> sorted(sounds_of("单"))
    ['chan', 'dan', 'shan']
    """
    return frozenset(sound for sound, chars in _tables().sounds.items() if char in chars)


def same_sound(one: str, other: str) -> bool:
    """Return whether two characters share a reading."""
    return one == other or not sounds_of(one).isdisjoint(sounds_of(other))


def spells(latin: str, han: str) -> bool:
    """
    Return whether *latin* is *han* in pinyin, ignoring spaces and case.

    >>> spells("Chen Xiaoyu", "陈小雨"), spells("Chen", "陈小雨")
    (True, False)
    """
    letters = "".join(char for char in latin.lower() if char not in " '-").replace("ü", "v")
    if not letters.isascii() or not letters.isalpha():
        return False
    reached = {0}
    for char in han:
        said = {
            form
            for sound in sounds_of(char)
            for form in (sound, sound.replace("v", "yu"), sound.replace("v", "u"))
        }
        reached = {at + len(form) for at in reached for form in said if letters.startswith(form, at)}
    return len(letters) in reached
