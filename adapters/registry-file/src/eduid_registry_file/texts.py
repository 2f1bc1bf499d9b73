"""
Read text files: UTF-8, GB18030, or UTF-16 with its mark, detected strictly; no character is ever replaced.

A file is read line by line, again on each iteration; a change of the file meanwhile is reported.
"""

from __future__ import annotations

import codecs
import csv
import io
import os
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from eduid_core.validation.names.gb18030 import repair_private_use
from eduid_registry_file.faults import FileFault

__all__ = ["TextFile", "big5_fault", "decoded", "delimiter_of"]

_BLOCK: Final = 1 << 20
_HEAD: Final = 1 << 17
_HEAD_LINES: Final = 20
_UTF8: Final = "utf-8-sig"
_GB18030: Final = "gb18030"
_DELIMITERS: Final = (",", "\t", ";")
_BIG5_WORDS: Final = ("姓名", "學校", "班級", "年級", "身份證", "身分證", "監護人", "申請", "學籍", "入學")
"""Words of a heading row in traditional characters."""


def _encodings(path: Path) -> tuple[str, ...]:
    """Return the encodings to try: UTF-16 where the file has its mark."""
    with path.open("rb") as file:
        head = file.read(2)
    return ("utf-16",) if head in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE} else (_UTF8, _GB18030)


def decoded(path: Path) -> str:
    """
    Return the text of a file in UTF-8, GB18030 or, with its mark, UTF-16, detected strictly.

    Raises:
        FileFault: it is in none of these encodings.
    """
    raw, line = path.read_bytes(), 1
    for encoding in _encodings(path):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError as error:
            line = max(line, raw.count(b"\n", 0, error.start) + 1)
        else:
            return repair_private_use(text)[0] if encoding == _GB18030 else text
    raise big5_fault(path) or FileFault("FILE_ENCODING", file=path.name, line=line)


def big5_fault(path: Path) -> FileFault | None:
    """
    Return the fault of a file whose first lines are Big5, judged by the words of its headings.

    The bytes may decode as GB18030 too: it is asked where headings are missing.
    """
    with path.open("rb") as file:
        lines = [file.readline(_HEAD) for _ in range(_HEAD_LINES)]
    for line in lines:
        text = line.decode("big5hkscs", "ignore")  # only looked at, never kept
        if sum(word in text for word in _BIG5_WORDS) > 1:
            return FileFault("FILE_BIG5", file=path.name)
    return None


def delimiter_of(text: str, knows: Callable[[str], bool]) -> str:
    """
    Return the delimiter that yields the most headings in one of the first lines of *text*.

    *knows* tells whether a cell is a known heading. A comma comes before a tab, a tab before a semicolon.
    """
    return max(_DELIMITERS, key=lambda delimiter: _headings_in(text, delimiter, knows))


def _headings_in(text: str, delimiter: str, knows: Callable[[str], bool]) -> int:
    most = 0
    try:
        for cells in islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), _HEAD_LINES):
            most = max(most, sum(map(knows, cells)))
    except csv.Error:
        return most
    return most


class TextFile:
    """
    A text file that is never held in memory.

    Raises:
        FileFault: it is in no known encoding.
    """

    def __init__(self, path: Path, knows: Callable[[str], bool]) -> None:
        """Detect the encoding of *path* and the delimiter of its cells; *knows* tells a known heading."""
        self._path, self._mark = path, _mark(os.stat(path))  # noqa: PTH116
        self._encoding = next((e for e in _encodings(path) if _is_in(path, e)), "")
        if not self._encoding:
            decoded(path)  # its error names the place
        with path.open(encoding=self._encoding, newline="") as file:
            self._delimiter = delimiter_of(file.read(_HEAD), knows)

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
        return lines if self._encoding != _GB18030 else (repair_private_use(line)[0] for line in lines)


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
