"""Faults of a view: codes with texts. None holds a cell, an address or a password."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["VIEW_FAULTS", "ViewFault"]

VIEW_FAULTS: Final[Mapping[str, tuple[str, str]]] = {
    "VIEW_UNAVAILABLE": (
        "无法读取视图 {table}（{cause}）：检查数据库连接和查询权限",
        "the view {table} cannot be read ({cause}): look at the connection and the right to SELECT",
    ),
    "VIEW_MISSING": ("数据库没有视图或表 {table}", "the database has no view or table {table}"),
    "VIEW_COLUMNS_MISSING": (
        "视图 {table} 缺少列：{missing}；现有：{found}；可在设置 columns 中指明",
        "the view {table} lacks the columns {missing}; there are {found}; name them in the setting columns",
    ),
    "VIEW_COLUMN_TWICE": (
        "视图 {table} 的两列都是 {column}：在设置 columns 中指明其一",
        "two columns of the view {table} are {column}: name one in the setting columns",
    ),
    "VIEW_COLUMN_UNKNOWN": (
        "视图 {table} 没有设置 columns 指明的列 {column}",
        "the view {table} has no column {column}, which the setting columns names",
    ),
    "VIEW_VANISHED": (
        "视图 {table} 只有 {rows} 行（此前 {before} 行，至少应有 {least} 行）：不采用；确属正常请确认",
        "the view {table} has {rows} rows (before: {before}, least: {least}): not taken; confirm it if right",
    ),
}
"""Code -> (zh, en)."""


class ViewFault(Exception):
    """A view that cannot be taken; `zh` and `en` give the reason in one line."""

    def __init__(self, code: str, **params: object) -> None:
        """Fill the texts of *code*."""
        self.code = code
        self.zh, self.en = (words.format(**params) for words in VIEW_FAULTS[code])
        super().__init__(f"{code}: {self.en}")
