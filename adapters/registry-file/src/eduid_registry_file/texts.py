"""
Read text files: UTF-8 (with or without BOM) or GB18030, detected strictly; no character is ever replaced.

A file is read line by line, again on each iteration; a change of the file meanwhile is reported.
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
        FileFault: it is in neither encoding.
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
    """Return the delimiter of the cells: a tab if the first line holds a tab and no comma."""
    first = text[: text.find("\n")]
    return "\t" if "\t" in first and "," not in first else ","


class TextFile:
    """
    A text file that is never held in memory.

    Raises:
        FileFault: it is in neither encoding.
    """

    def __init__(self, path: Path) -> None:
        """Detect the encoding of *path* and the delimiter of its cells."""
        self._path, self._mark = path, _mark(os.stat(path))  # noqa: PTH116
        self._encoding = next((e for e in (_UTF8, _GB18030) if _is_in(path, e)), "")
        if not self._encoding:
            decoded(path)  # its error names the place
        with path.open(encoding=self._encoding, newline="") as file:
            self._delimiter = delimiter_of(file.read(_LONGEST_LINE))

    def rows(self) -> Iterator[tuple[int, Sequence[str]]]:
        """
        Yield (line, cells), the line being the first of the row.

        Raises:
            FileFault: a quotation mark is never closed, or the file has changed.
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
        """Replace characters that an old codec moved by their standard ones."""
        return lines if self._encoding == _UTF8 else (repair_private_use(line)[0] for line in lines)


def _mark(found: os.stat_result) -> tuple[int, int, int]:
    """Return a value that distinguishes one state of a file from another."""
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
