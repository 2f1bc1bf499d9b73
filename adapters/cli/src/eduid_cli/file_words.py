"""What a run says about its files: sheets read and not read, unknown status words, too many returns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

import click

from eduid_core import messages
from eduid_registry_file.columns import APPLICATIONS
from eduid_registry_file.sheets import ReportedSheet
from eduid_registry_file.trust import shape_of

if TYPE_CHECKING:
    from eduid_core.matching import Application
    from eduid_core.service.batch import ManyReturned

__all__ = ["shown_words", "tell_of_schools", "tell_of_sheets", "tell_of_statuses", "words_on_returns"]

_WHY: Final = {
    "hidden": "隐藏 hidden",
    "example": "示例或说明 example",
    "template": "模板 template",
    "not_chosen": "未选 not chosen",
    "no_headings": "没有标题 no headings",
    "empty": "空 empty",
}
_COLUMNS: Final = {"id": "id_number"}
_LONGEST_WORD: Final = 12
_MOST_DIGITS: Final = 4
_MOST_SCHOOLS: Final = 20


def tell_of_sheets(sheets: Iterable[ReportedSheet]) -> None:
    """Print which sheets of a workbook were read, where there are several or one was not."""
    by_file: dict[str, list[ReportedSheet]] = {}
    for sheet in sheets:
        by_file.setdefault(sheet.file, []).append(sheet)
    for file, some in by_file.items():
        if len(some) > 1 or not all(sheet.read for sheet in some):
            read = "、".join(f"{sheet.name}（{sheet.rows}）" for sheet in some if sheet.read)
            left = "、".join(f"{sheet.name}（{_WHY[sheet.why]}）" for sheet in some if not sheet.read)
            rest = f"；未读 not read: {left}" if left else ""
            click.echo(f"{file} 工作表 sheets read: {read}{rest}")


def shown_words(words: Mapping[str, int]) -> dict[str, int]:
    """Return *words* with their counts; a text that may be more than a word is shown by its shape."""
    shown: dict[str, int] = {}
    for word, count in sorted(words.items(), key=lambda pair: (-pair[1], pair[0])):
        short = len(word) <= _LONGEST_WORD and sum(c.isdigit() for c in word) <= _MOST_DIGITS
        name = word.strip() if short else shape_of(word)
        shown[name] = shown.get(name, 0) + count
    return shown


def tell_of_schools(by_school: Mapping[str, Mapping[str, int]]) -> None:
    """Print for each school the reasons why applications are not approved, with their counts."""
    for school, reasons in list(by_school.items())[:_MOST_SCHOOLS]:
        listed = "；".join(
            f"{messages.text(code, 'zh', {})} {code} {count}"
            for code, count in sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))
        )
        click.echo(f"  {school or '未填写学校 no school'}：{listed}")
    if len(by_school) > _MOST_SCHOOLS:
        rest = len(by_school) - _MOST_SCHOOLS
        click.echo(f"  … 其余 {rest} 所见 report.json 的 by_school / {rest} more: by_school in report.json")


def tell_of_statuses(words: Mapping[str, int]) -> None:
    """Print the status words without a known meaning, each once."""
    if words:
        listed = "、".join(f"{word}（{count}）" for word, count in shown_words(words).items())
        click.echo(f"含义不明的学籍状态，由人审核 / status words of no known meaning, for a person: {listed}")


def words_on_returns(many: ManyReturned, form: Application) -> tuple[str, str]:
    """Return the message on too many returns, in both languages; *form* is the first of them."""
    column = _COLUMNS.get(many.field, many.field)
    value = getattr(form, "class_name" if column == "class" else column)
    text = value if isinstance(value, str) else value.reveal("masked shape")
    shape = shape_of(text) if text else "空 blank"
    name = f"{APPLICATIONS.title(column)}（{column}）"
    zh = (
        f"{many.rows} 份申请中有 {many.count} 份会因 {many.code} 退回，多在列 {name}（例如 {shape}）："
        "可能是文件有误，没有发出任何通知。确认无误后请加 --confirm-returns"
    )
    en = (
        f"{many.count} of {many.rows} applications would be returned for {many.code}, mostly by {name} "
        f"(such as {shape}): the file may be wrong; nothing was sent. If it is right, add --confirm-returns"
    )
    return zh, en
