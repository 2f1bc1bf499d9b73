"""Faults of a set of OneRoster files: codes with texts, never a cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["ONEROSTER_FAULTS", "OneRosterFault"]

ONEROSTER_FAULTS: Final[Mapping[str, tuple[str, str]]] = {
    "ONEROSTER_MISSING": (
        "找不到 {file}，或不是文件夹或 zip",
        "{file} is missing, or neither a folder nor a zip",
    ),
    "ONEROSTER_ZIP": (
        "{file} 已损坏、有密码或过大：请重新导出",
        "{file} is broken, has a password or is too large: export it again",
    ),
    "ONEROSTER_FILE_MISSING": ("{file} 中缺少 {name}.csv", "{file} has no {name}.csv"),
    "ONEROSTER_COLUMNS_MISSING": (
        "{name}.csv 缺少列：{missing}",
        "{name}.csv lacks the columns {missing}",
    ),
    "ONEROSTER_VERSION": (
        "manifest.csv 的版本 {version} 不是 1.1 或 1.2",
        "manifest.csv has the version {version}, and not 1.1 or 1.2",
    ),
    "ONEROSTER_DELTA": (
        "{name}.csv 是增量（delta）：学籍库需要全量（bulk）",
        "{name}.csv is a delta: a registry needs the whole (bulk)",
    ),
    "ONEROSTER_ENCODING": (
        "{name}.csv 不是 UTF-8（第 {line} 行附近）",
        "{name}.csv is not UTF-8 (near line {line})",
    ),
    "ONEROSTER_CSV": (
        "{name}.csv 第 {line} 行附近格式有误（引号或列数）",
        "{name}.csv is no csv near line {line} (quotation marks, or the number of cells)",
    ),
    "ONEROSTER_TWICE": (
        "{name}.csv 中 sourcedId 重复（第 {line} 行）",
        "{name}.csv has a sourcedId twice (line {line})",
    ),
}
"""Code -> (zh, en)."""


class OneRosterFault(Exception):
    """A set of files that cannot be read; `zh` and `en` give the reason in one line."""

    def __init__(self, code: str, **params: object) -> None:
        """Fill the texts of *code*."""
        self.code = code
        self.zh, self.en = (words.format(**params) for words in ONEROSTER_FAULTS[code])
        super().__init__(f"{code}: {self.en}")
