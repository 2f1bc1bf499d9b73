"""The options `--set`, `--columns`, `--sheet`, `--without-phones`: what a person tells about the files."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from eduid_cli.errors import UsageStop
from eduid_registry_file import FileOptions, ReadingOptions
from eduid_registry_file.columns import APPLICATIONS, REGISTRY, Columns
from eduid_registry_file.headings import folded
from eduid_registry_file.options import WITHOUT_PHONES

__all__ = ["BY_SIDE", "reading_of"]

BY_SIDE: Final = {"applications": APPLICATIONS, "registry": REGISTRY}
_SET: Final = re.compile(r"(applications|registry)\.([^=]{1,40})=(.{1,200})", re.DOTALL)
_SHEET: Final = re.compile(r"(applications|registry):(.{1,200})", re.DOTALL)
_ENTRY: Final = frozenset({"entry_year", "entry_month"})
_LARGEST: Final = 1 << 20


class _Told:
    """What was told about each file so far."""

    def __init__(self) -> None:
        self.given: dict[str, dict[str, str]] = {side: {} for side in BY_SIDE}
        self.mapped: dict[str, dict[str, str]] = {side: {} for side in BY_SIDE}
        self.words: dict[str, dict[str, str]] = {side: {} for side in BY_SIDE}
        self.sheets: dict[str, list[str]] = {side: [] for side in BY_SIDE}

    def options(self) -> ReadingOptions:
        """Return it as options."""
        return ReadingOptions(
            **{
                side: FileOptions(
                    given=self.given[side],
                    mapped=self.mapped[side],
                    words=self.words[side],
                    sheets=tuple(dict.fromkeys(self.sheets[side])),
                )
                for side in BY_SIDE
            }
        )


def reading_of(
    sets: Iterable[str] = (),
    columns: Path | None = None,
    sheets: Iterable[str] = (),
    *,
    without_phones: bool = False,
) -> ReadingOptions | None:
    """
    Return the options as given on the command line, None if there are none; `--set` comes before a file.

    Raises:
        UsageStop: one of them is not to be understood.
    """
    told, sets, sheets = _Told(), tuple(sets), tuple(sheets)
    if not (sets or columns or sheets or without_phones):
        return None
    if without_phones:
        told.given[APPLICATIONS.side] |= dict([WITHOUT_PHONES])
    if columns is not None:
        _read_columns_file(columns, told)
    for text in sets:
        _add_set(text, told)
    for text in sheets:
        found = _SHEET.fullmatch(text)
        if found is None:
            raise UsageStop("--sheet 应写作 registry:工作表名", "--sheet is written as registry:NAME")
        told.sheets[found[1]].append(found[2])
    return told.options()


def _add_set(text: str, told: _Told) -> None:
    found = _SET.fullmatch(text)
    if found is None or not found[3].strip():
        raise UsageStop(
            "--set 应写作 registry.列=值 或 applications.列=值",
            "--set is written as registry.FIELD=VALUE or applications.FIELD=VALUE",
        )
    side, name, value = found.groups()
    told.given[side][_settable(side, name)] = value.strip()


def _settable(side: str, name: str) -> str:
    """Return the column that *name* means, if a person may give its value."""
    columns = BY_SIDE[side]
    field = _field_of(columns, name)
    if field not in columns.settable:
        allowed = "、".join(f"{one}（{columns.title(one)}）" for one in columns.settable)
        raise UsageStop(f"--set {side} 只能给出：{allowed}", f"--set {side} takes one of {allowed}")
    return field


def _field_of(columns: Columns, name: str) -> str | None:
    """Return the column that *name* means: its own name or a heading; either entry column means the file's."""
    field = columns.field_of(name)
    if field is None and folded(name) in {one.replace("_", "") for one in _ENTRY}:
        return next(one for one in columns.headings if one in _ENTRY)
    return field


# --- the file of columns -------------------------------------------------------------------------------


def _read_columns_file(path: Path, told: _Told) -> None:
    for side, table in _tables(path).items():
        for key, value in table.items():
            if key == "set" and isinstance(value, dict):
                told.given[side] |= {_settable(side, name): _text(path, one) for name, one in value.items()}
            elif key == "status" and isinstance(value, dict) and side == REGISTRY.side:
                told.words[side] |= {word: _text(path, one) for word, one in value.items()}
            else:
                told.mapped[side][folded(key)] = _column(path, side, value)


def _tables(path: Path) -> Mapping[str, Mapping[str, Any]]:
    """Return the tables of the file, by side."""
    try:
        if path.stat().st_size > _LARGEST:
            raise _unreadable(path)
        tables = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise _unreadable(path) from None
    if not all(side in BY_SIDE and isinstance(table, dict) for side, table in tables.items()):
        raise _unreadable(path)
    return tables


def _column(path: Path, side: str, value: object) -> str:
    columns = BY_SIDE[side]
    field = _field_of(columns, value) if isinstance(value, str) else None
    if field is None:
        allowed = "、".join(columns.headings)
        raise UsageStop(
            f"{path.name} 的 [{side}] 中，标题只能对应：{allowed}",
            f"{path.name}: a heading under [{side}] stands for one of {allowed}",
        )
    return field


def _text(path: Path, value: object) -> str:
    if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
        return str(value).strip()
    raise _unreadable(path)


def _unreadable(path: Path) -> UsageStop:
    return UsageStop(
        f"无法读取 {path.name}：应为 TOML，含表 [registry]、[applications]，写作 标题 = 列名",
        f"{path.name} cannot be read: TOML with the tables [registry] and [applications], heading = column",
    )
