"""Faults of a file or of a row: codes with texts, never the cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

__all__ = ["FILE_FAULTS", "ROW_FAULTS", "FileFault", "RowFault"]

FILE_FAULTS: Final[Mapping[str, tuple[str, str]]] = {
    "FILE_MISSING": ("找不到文件 {file}", "there is no file {file}"),
    "FILE_EMPTY": ("文件 {file} 是空的", "{file} is empty"),
    "FILE_KIND": (
        "不支持的文件类型 {file}：请用表格软件打开，另存为 xlsx 或 csv",
        "{file} is no table: open it in a spreadsheet program and save it as xlsx or csv",
    ),
    "FILE_ENCODING": (
        "文件 {file} 既不是 UTF-8 也不是 GB18030（第 {line} 行附近）：请另存为 xlsx，或编码为 UTF-8 的 csv",
        "{file} is neither UTF-8 nor GB18030 (near line {line}): save it as xlsx, or as csv in UTF-8",
    ),
    "FILE_BIG5": (
        "文件 {file} 是繁体中文编码（Big5）：请用表格软件打开，另存为 xlsx，或编码为 UTF-8 的 csv",
        "{file} is in Big5: open it in a spreadsheet program and save it as xlsx, or as csv in UTF-8",
    ),
    "FILE_PASSWORD": (
        "文件 {file} 设有打开密码：请打开后去掉密码，另存为 xlsx",
        "{file} has a password: open it, take the password off, and save it as xlsx",
    ),
    "FILE_WPS": (
        "文件 {file} 是 WPS 专用格式：请用 WPS 打开，另存为 xlsx",
        "{file} is in WPS's own format: open it in WPS and save it as xlsx",
    ),
    "FILE_TOO_LARGE": (
        "文件 {file} 解开后大得不合常理：请把数据复制到新的工作簿，另存为 xlsx",
        "{file} is large beyond belief once unpacked: copy the data into a new workbook and save it as xlsx",
    ),
    "CELL_FAR_OUT": (
        "文件 {file} 在很远的位置还有内容（第 {row} 行、第 {columns} 列范围内）：请删除多余的单元格后重试",
        "{file} has a cell far from the others (within {row} rows, {columns} columns): delete it and try again",
    ),
    "FILE_CHANGED": (
        "文件 {file} 在处理过程中被修改，请重新运行",
        "{file} was changed while it was being read: run again",
    ),
    "FILE_BROKEN": (
        "文件 {file} 已损坏或不完整，无法读取：请重新导出，或打开后另存为 xlsx",
        "{file} is broken or half-written and cannot be read: export it again, or open it and save it as xlsx",
    ),
    "CSV_BROKEN": (
        "文件 {file} 第 {line} 行附近的引号不完整",
        "{file}: a quotation mark near line {line} is never closed",
    ),
    "COLUMNS_MISSING": (
        "文件 {file} 缺少列：{missing}；找到的标题：{found}；可加：{line}",
        "{file} lacks the columns {missing}; the headings found: {found}; to add: {line}",
    ),
    "SHEET_LACKS_COLUMNS": (
        "文件 {file} 的工作表 {sheet} 缺少列：{missing}；可加：{line}，或用 --sheet {side}:名称 指定工作表",
        "{file}: the sheet {sheet} lacks the columns {missing}; add {line}, or choose with --sheet {side}:NAME",
    ),
    "SHEET_MISSING": (
        "文件 {file} 没有工作表 {sheet}；现有：{sheets}",
        "{file} has no sheet {sheet}; there are {sheets}",
    ),
    "SHEETS_NOT_READ": (
        "文件 {file} 只有隐藏或示例工作表（{sheets}），没有可读的；确需读取请加 --sheet {side}:名称",
        "{file} has only hidden or example sheets ({sheets}); to read one even so, add --sheet {side}:NAME",
    ),
    "SHEETS_SHARE_STUDENTS": (
        "文件 {file} 的工作表 {one} 与 {other} 有 {count} 名相同学生：请用 --sheet {side}:名称 指定工作表",
        "{file}: the sheets {one} and {other} share {count} students: choose with --sheet {side}:NAME",
    ),
    "REGISTRY_NUMBERS": (
        (
            "学籍库 {file} 的列 身份证件号（id_number）有 {count}/{rows} 行不可用（例如 {shape}）："
            "请把该列设为“文本”后重新导出"
        ),
        (
            "the registry {file}: {count} of {rows} rows of id_number（身份证件号） cannot be used "
            "(such as {shape}): make the column text and export it again"
        ),
    ),
    "REGISTRY_STATUSES": (
        (
            "学籍库 {file} 的列 学籍状态（status）有 {count}/{rows} 行含义不明（{shape}）："
            "请改用文字，或用 --columns 文件的 [registry.status] 说明含义"
        ),
        (
            "the registry {file}: {count} of {rows} rows of status（学籍状态） have no known meaning "
            "({shape}): write words, or explain them under [registry.status] of a --columns file"
        ),
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
    "PHONE_SCIENTIFIC": ("手机号是科学计数法，末几位已丢失", "把该列设为“文本”后重新录入手机号"),
    "ID_ZERO_LOST": ("证件号被存成了数字，前面的 0 已丢失", "把该列设为“文本”后补上前面的 0"),
    "ID_UNREADABLE": ("证件号不是有效号码，该行不参加比对", "在学籍库中更正证件号后重新导出"),
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
    "APPLICATION_ID_PERSONAL": ("申请编号含有证件号、学籍号、手机号或姓名", "换用不含个人信息的编号"),
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
    """A row set aside: the file's name, the line, the column, the code, the sheet."""

    file: str
    line: int
    field: str
    code: str
    sheet: str = ""

    @property
    def zh(self) -> str:
        """Return the fault as text."""
        return ROW_FAULTS[self.code][0]

    @property
    def hint(self) -> str:
        """Return the hint for correcting it."""
        return ROW_FAULTS[self.code][1]
