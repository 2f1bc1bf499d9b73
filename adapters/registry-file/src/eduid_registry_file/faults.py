"""Faults of a file or of a row: codes with texts, never the cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

__all__ = ["FILE_FAULTS", "ROW_FAULTS", "FileFault", "RowFault"]

FILE_FAULTS: Final[Mapping[str, tuple[str, str]]] = {
    "FILE_MISSING": ("找不到文件 {file}", "there is no file {file}"),
    "FILE_EMPTY": ("文件 {file} 是空的", "{file} is empty"),
    "FILE_KIND": ("不支持的文件类型 {file}", "{file} is no csv, xlsx, xls, ods or parquet file"),
    "FILE_ENCODING": (
        "文件 {file} 既不是 UTF-8 也不是 GB18030（第 {line} 行附近）",
        "{file} is neither UTF-8 nor GB18030 (near line {line})",
    ),
    "FILE_CHANGED": (
        "文件 {file} 在处理过程中被修改，请重新运行",
        "{file} was changed while it was being read: run again",
    ),
    "FILE_BROKEN": (
        "文件 {file} 已损坏或不完整，无法读取",
        "{file} is broken or half-written and cannot be read",
    ),
    "CSV_BROKEN": (
        "文件 {file} 第 {line} 行附近的引号不完整",
        "{file}: a quotation mark near line {line} is never closed",
    ),
    "COLUMNS_MISSING": (
        "文件 {file} 缺少列：{missing}；找到的标题：{found}",
        "{file} lacks the columns {missing}; the headings found: {found}",
    ),
    "COLUMN_TWICE": ("文件 {file} 的列 {column} 出现两次", "{file}: the column {column} stands twice"),
    "PARQUET_READER": (
        "读取 {file} 需要安装 polars（pip install eduid-bulk）",
        "{file}: reading parquet needs polars (pip install eduid-bulk)",
    ),
    "REGISTRY_EMPTY": (
        "学籍库文件 {file} 没有任何学生：不能据此判断，已停止",
        "the registry {file} holds no student: no application can be judged by it, stopped",
    ),
}
"""Faults that refuse the whole file: code -> (zh, en)."""

ROW_FAULTS: Final[Mapping[str, tuple[str, str]]] = {
    "ID_NUMERIC_CELL": (
        "证件号被表格软件存成了数字，末几位已丢失",
        "把该列设为“文本”后重新录入证件号",
    ),
    "ID_SCIENTIFIC": ("证件号是科学计数法，末几位已丢失", "把该列设为“文本”后重新录入证件号"),
    "CELL_ERROR": (
        "单元格里是表格公式的错误值（如 #N/A），不是真实内容",
        "在原表中更正公式，或改填真实内容后重新导出",
    ),
    "ROW_INCOMPLETE": ("这一行的列数不足，文件可能没有写完", "补全这一行后重新导入"),
    "ROW_TOO_LONG": ("这一行的列数多于标题行", "检查是否有多余的逗号"),
    "APPLICATION_ID_OF_ANOTHER": (
        "申请编号属于另一名学生，或不是由文件提交的申请",
        "请为这名学生另用一个申请编号",
    ),
    "APPLICATION_ID_BLANK": ("申请编号为空", "填写申请编号"),
    "APPLICATION_ID_REPEATED": ("申请编号在文件中重复", "每份申请使用不同的编号"),
    "APPLICATION_ID_INVALID": (
        "申请编号含有不允许的字符或过长",
        "只用字母、数字、点、下划线、连字符或汉字，最长 64 个",
    ),
    "APPLICATION_ID_PERSONAL": ("申请编号本身是证件号或手机号", "换用不含个人信息的编号"),
}
"""Faults that set a row aside: code -> (zh, hint)."""


class FileFault(Exception):
    """A file that cannot be read at all; `zh` and `en` give the reason in one line."""

    def __init__(self, code: str, **params: object) -> None:
        """Fill the texts of *code*."""
        self.code = code
        self.zh, self.en = (words.format(**params) for words in FILE_FAULTS[code])
        super().__init__(f"{code}: {self.en}")


@attrs.frozen
class RowFault:
    """A row set aside: the file's name, the line, the column, the code."""

    file: str
    line: int
    field: str
    code: str

    @property
    def zh(self) -> str:
        """Return the fault as text."""
        return ROW_FAULTS[self.code][0]

    @property
    def hint(self) -> str:
        """Return the hint for correcting it."""
        return ROW_FAULTS[self.code][1]
