"""Stop with one clear line: wrong use or unreadable input, exit code 2."""

from __future__ import annotations

import re
from typing import Any, Final

import click
from click.exceptions import NoArgsIsHelpError

__all__ = ["Interrupted", "UsageStop", "one_line", "storage_stop"]


_LIKE_AN_OPTION: Final = re.compile(r"-[a-z]|--[a-z][a-z-]{0,30}")
"""A pattern that no number and no name matches."""


def one_line(error: click.UsageError) -> click.ClickException:
    """Return *error* as one line in both languages; the help shown for a missing command stays unchanged."""
    if isinstance(error, NoArgsIsHelpError):
        return error
    zh, en = _words(error)
    path = error.ctx.command_path if error.ctx else "eduid"
    return UsageStop(f"{zh}（见 {path} --help）", f"{en}; see {path} --help")


def _words(error: click.UsageError) -> tuple[str, str]:
    match error:
        case click.MissingParameter(param=click.Parameter() as param):
            return f"缺少 {_name(param)}", f"{_name(param)} is missing"
        case click.BadParameter(param=click.Parameter() as param):
            zh, en = _wanted(param.type)
            return f"{_name(param)} 应为{zh}", f"{_name(param)} is to be {en}"
        case click.BadOptionUsage(option_name=name):
            return f"{_shown(name)} 后缺少值，或不应有值", f"{_shown(name)} lacks its value, or takes none"
        case click.NoSuchOption(option_name=name):
            return f"没有选项 {_shown(name)}", f"there is no option {_shown(name)}"
    if error.ctx is not None and isinstance(error.ctx.command, click.Group):
        commands = ", ".join(sorted(error.ctx.command.commands))
        return f"没有这个命令，可用的命令：{commands}", f"there is no such command; there are {commands}"
    return "参数过多", "too many arguments"


def _name(param: click.Parameter) -> str:
    """Return the name of *param* as typed by a person."""
    return param.opts[0] if isinstance(param, click.Option) else (param.metavar or param.name or "").upper()


def _shown(option: str) -> str:
    return option if _LIKE_AN_OPTION.fullmatch(option) else "…"


def _wanted(kind: click.ParamType[Any]) -> tuple[str, str]:
    """Return a description of the values of *kind*."""
    match kind:
        case click.Choice(choices=choices):
            return f"以下之一：{'、'.join(map(str, choices))}", f"one of {', '.join(map(str, choices))}"
        case click.IntRange(min=least):
            return f"不小于 {least} 的整数", f"a whole number, at least {least}"
        case click.Path(exists=True):
            return "可以读取的已有文件", "a file that is there and can be read"
        case click.Path(dir_okay=False):
            return "文件，不能是目录", "a file, not a folder"
        case click.Path():
            return "目录，不能是文件", "a folder, not a file"
    return "日期 YYYY-MM-DD", "a date, YYYY-MM-DD"


class UsageStop(click.ClickException):
    """One line on stderr, Chinese first, and exit code 2; no file is left half-written."""

    exit_code = 2

    def __init__(self, zh: str, en: str) -> None:
        """Take the message in both languages."""
        super().__init__(f"{zh} / {en}")
        self.zh, self.en = zh, en

    def show(self, file: object = None) -> None:
        """Write the line."""
        del file
        click.echo(f"eduid: {self.format_message()}", err=True)


_STORAGE: Final = {
    "SQLITE_FULL": (
        "磁盘空间不足，数据库无法写入；腾出空间后再次运行同一命令即可继续",
        "the disk is full and the database cannot be written: make room and run the same command again",
    ),
    "SQLITE_BUSY": (
        "数据库正被另一个程序占用，请稍后再试",
        "another program holds the database: try again later",
    ),
    "SQLITE_LOCKED": (
        "数据库正被另一个程序占用，请稍后再试",
        "another program holds the database: try again later",
    ),
    "SQLITE_READONLY": ("数据库文件只读，无法写入", "the database file is read-only"),
    "SQLITE_IOERR": ("读写数据库时磁盘出错", "the disk failed while the database was read or written"),
    "SQLITE_CANTOPEN": ("无法打开数据库文件", "the database file cannot be opened"),
}
"""The name of a database error -> the message."""


def storage_stop(error: BaseException) -> UsageStop | None:
    """Return the message for an error of the database file or its disk; None for any other error."""
    cause: BaseException | None = error
    while cause is not None:
        for one in (cause, getattr(cause, "orig", None)):
            name = getattr(one, "sqlite_errorname", None)
            words = next((_STORAGE[known] for known in _STORAGE if str(name).startswith(known)), None)
            if words:
                return UsageStop(*words)
        cause = cause.__cause__ or cause.__context__
    return None


class Interrupted(UsageStop):
    """Ctrl-C: finished work is kept; exit code 130, as a shell expects."""

    exit_code = 130

    def __init__(self) -> None:
        """Take the message that explains how to continue."""
        super().__init__("已中断，再次运行同一命令即可继续", "interrupted: run the same command again to go on")
