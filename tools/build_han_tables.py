"""
Write `src/eduid_core/matching/han_tables.txt`: which characters are written alike or sound alike.

Run by hand when a source is renewed; the result is committed and is all that runs. What is taken are facts
(this character is the simplified form of that one, this one is read so), brought into our own shape:

- traditional and simplified forms, regional forms: OpenCC's character dictionaries (Apache-2.0);
- readings: pypinyin's character dictionary (MIT), tones dropped;
- legal variants that OpenCC does not hold, and surname readings: the two lists below, ours.

A *safe* pair is one whose simplified form has exactly one traditional source in the Basic Plane and is itself
no character of traditional usage (it cannot be written in Big5): 萧/蕭 is safe, 姜/薑 and 升/昇 are not.

Usage: python tools/build_han_tables.py [--check]
"""

from __future__ import annotations

import argparse
import importlib.metadata
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import opencc
from pypinyin.pinyin_dict import pinyin_dict

TARGET = Path(__file__).parents[1] / "src/eduid_core/matching/han_tables.txt"

_BLOCKS = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0x20000, 0x2EE5E), (0x30000, 0x323B0))
HAN = [
    char
    for low, high in _BLOCKS
    for char in map(chr, range(low, high))
    if unicodedata.is_normalized("NFC", char)
]

VARIANTS = """
髙高 靑青 甯宁 寗宁 峯峰 昇升 陞升 喆哲 堃坤 淸清 眞真 愼慎 鎭镇 敎教 旣既 卽即 戶户
內内 溫温 彥彦 强強 衞卫 囯国 囻国 甦苏 濶阔 畧略 羣群 勳勋 燿耀 煇辉 炤照 鑑鉴 瑠琉
珎珍 埜野 栢柏 凃涂 邨村 劔剑 逹达 徳德 悳德 緖绪 楳梅 槑梅 菓果 咲笑 汎泛 氾泛 坵丘
鳯凤 竜龙 亀龟 渕渊 鉄铁 嶋岛 嶌岛 脩修 賛赞 讃赞 凜凛 滙汇 珪圭 璿璇 琁璇 喦岩 嵒岩
巖岩 嶽岳 姸妍 釆采 寀采 倖幸 祕秘 稺稚 仝同 暁晓 昻昂 晧皓 㳟恭 翺翱 翶翱 舘馆 豔艳
艶艳 雋隽 頴颖 黙默 斉齐 呉吴 査查 歩步 毎每 渉涉 硏研 絶绝 羨羡 虛虚 説说 銳锐 閱阅
隣邻 頼赖 昇陞 寳宝 閙闹 鬪斗 麯曲 麐麟 麗丽 榘矩 椉乘 楙茂 桒桑 彣文
"""
"""Two writings of one character; the law may still hold them for two names."""

SURNAMES = {"黑": "he", "万": "mo", "区": "ou", "单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "盖": "ge"}
"""Readings of surnames; most stand in the dictionary already."""


def converted(config: str, characters: Iterable[str]) -> dict[str, str]:
    """Return the characters that OpenCC's *config* changes, with what it makes of them."""
    convert = opencc.OpenCC(config).convert
    made = {char: convert(char) for char in characters}
    return {char: to for char, to in made.items() if to != char and len(to) == 1}


def safe_pairs(simplified: dict[str, str]) -> dict[str, str]:
    """Return the pairs of which neither side can be another legal name."""
    sources = defaultdict(list)
    for char, to in simplified.items():
        if ord(char) < 0x10000:
            sources[to].append(char)
    return {found[0]: to for to, found in sources.items() if len(found) == 1 and not encodable(to, "big5")}


def encodable(char: str, codec: str) -> bool:
    """Return whether *codec* can write *char*."""
    try:
        char.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def variant_pairs() -> set[tuple[str, str]]:
    """Return pairs of regional and legal variants, each sorted."""
    found = {(a, b) for config in ("t2tw", "t2hk", "tw2t", "hk2t") for a, b in converted(config, HAN).items()}
    japanese = converted("jp2t", HAN).items()
    found |= {(a, b) for a, b in japanese if not encodable(a, "gb2312") and not encodable(a, "big5")}
    found |= {(pair[0], pair[1]) for pair in VARIANTS.split()}
    return {(min(pair), max(pair)) for pair in found if pair[0] != pair[1]}


def readings() -> dict[str, set[str]]:
    """Return every reading, without tones, of each character."""
    sounds: dict[str, set[str]] = defaultdict(set)
    for code, said in pinyin_dict.items():
        for one in said.split(","):
            bare = unicodedata.normalize("NFD", one).replace("u\u0308", "v")
            syllable = "".join(c for c in bare if not unicodedata.combining(c))
            if syllable.isascii() and syllable.isalpha() and unicodedata.is_normalized("NFC", chr(code)):
                sounds[syllable].add(chr(code))
    for char, syllable in SURNAMES.items():
        sounds[syllable].add(char)
    return sounds


def lines() -> Iterator[str]:
    """Yield the lines of the table."""
    versions = [f"{name} {importlib.metadata.version(name)}" for name in ("OpenCC", "pypinyin")]
    yield f"# Written by tools/build_han_tables.py from facts of {' and '.join(versions)}; do not edit."
    simplified = converted("t2s", HAN)
    safe = safe_pairs(simplified)
    rest = {char: to for char, to in simplified.items() if char not in safe}
    for name, table in (("safe", safe), ("ts", rest)):
        pairs = sorted(table.items())
        yield f"{name} {''.join(a for a, _ in pairs)} {''.join(b for _, b in pairs)}"
    pairs = sorted(variant_pairs())
    yield f"variant {''.join(a for a, _ in pairs)} {''.join(b for _, b in pairs)}"
    for syllable, chars in sorted(readings().items()):
        yield f"sound {syllable} {''.join(sorted(chars))}"


def main() -> int:
    """Write the table, or with --check say whether the committed one is what would be written."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--check", action="store_true")
    text = "\n".join(lines()) + "\n"
    if parser.parse_args().check:
        same = TARGET.read_text("utf-8") == text
        print("as committed" if same else "differs from what is committed")
        return 0 if same else 1
    TARGET.write_text(text, "utf-8", newline="\n")
    print(f"{TARGET.name}: {len(text.encode()) // 1024} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
