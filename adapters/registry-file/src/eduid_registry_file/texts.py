"""
Text files: UTF-8 (with or without BOM) or GB18030, detected strictly; nothing is ever replaced.

A file is read a line at a time, and as often as it is walked; where it changed meanwhile that is said.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from eduid_core.validation.names.gb18030 import repair_private_use
from eduid_registry_file.faults import FileFault

__all__ = ["TextFile", "decoded", "delimiter_of"]

_BLOCK: Final = 1 << 20
_LONGEST_LINE: Final = 1 << 17
_UTF8: Final = "utf-8-sig"
_GB18030: Final = "gb18030"


def decoded(path: Path) -> str:
    """
    Return the text of a file in UTF-8 or GB18030, detected strictly.

    Raises:
        FileFault: it is neither.
    """
    raw = path.read_bytes()
    try:
        return raw.decode(_UTF8)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
    try:
        return repair_private_use(raw.decode(_GB18030))[0]
    except UnicodeDecodeError as error:
        line = max(line, raw.count(b"\n", 0, error.start) + 1)
    raise FileFault("FILE_ENCODING", file=path.name, line=line)


def delimiter_of(text: str) -> str:
    """Return what stands between the cells: a tab where the first line holds one and no comma."""
    first = text[: text.find("\n")]
    return "\t" if "\t" in first and "," not in first else ","


class TextFile:
    """
    A text file, never held.

    Raises:
        FileFault: it is in neither encoding.
    """

    def __init__(self, path: Path) -> None:
        """Find out the encoding of *path* and what stands between its cells."""
        self._path, self._mark = path, _mark(os.stat(path))  # noqa: PTH116
        self._encoding = next((e for e in (_UTF8, _GB18030) if _is_in(path, e)), "")
        if not self._encoding:
            decoded(path)  # which says where
        with path.open(encoding=self._encoding, newline="") as file:
            self._delimiter = delimiter_of(file.read(_LONGEST_LINE))

    def rows(self) -> Iterator[tuple[int, Sequence[str]]]:
        """
        Yield (line, cells), the line being the first of the row.

        Raises:
            FileFault: a quotation mark is never closed, or the file is not what it was.
        """
        line = 1
        with self._path.open(encoding=self._encoding, newline="") as file:
            self._check(os.fstat(file.fileno()))
            reader = csv.reader(self._repaired(file), delimiter=self._delimiter, strict=True)
            try:
                for cells in reader:
                    yield line, cells
                    line = reader.line_num + 1
            except csv.Error:
                raise FileFault("CSV_BROKEN", file=self._path.name, line=line) from None
            except UnicodeDecodeError:
                raise FileFault("FILE_CHANGED", file=self._path.name) from None
        self._check(os.stat(self._path))  # noqa: PTH116 - as it stands now, and not as a Path may remember it

    def _check(self, now: os.stat_result) -> None:
        if _mark(now) != self._mark:
            raise FileFault("FILE_CHANGED", file=self._path.name)

    def _repaired(self, lines: Iterator[str]) -> Iterator[str]:
        """Put characters that an old codec moved back in their place."""
        return lines if self._encoding == _UTF8 else (repair_private_use(line)[0] for line in lines)


def _mark(found: os.stat_result) -> tuple[int, int, int]:
    """Return what tells one state of a file from another."""
    return found.st_ino, found.st_size, found.st_mtime_ns


def _is_in(path: Path, encoding: str) -> bool:
    """Return whether the whole of *path* is text in *encoding*."""
    try:
        with path.open(encoding=encoding, newline="") as file:
            while file.read(_BLOCK):
                pass
    except UnicodeDecodeError:
        return False
    return True
