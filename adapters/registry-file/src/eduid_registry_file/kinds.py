"""Tell the kind of a file by its content, whatever its name."""

from __future__ import annotations

import codecs
import enum
import zipfile
from pathlib import Path
from typing import Final

from eduid_registry_file.faults import FileFault

__all__ = ["FileKind", "kind_of_file"]

_HEAD: Final = 4096
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP: Final = b"PK\x03\x04"
_PARQUET: Final = b"PAR1"
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_EXCEL_2003: Final = b"urn:schemas-microsoft-com:office:spreadsheet"
_WORKBOOKS: Final = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
_LARGEST_PART: Final = 100 << 20
_LARGEST_RATIO: Final = 120
_LARGEST: Final = 4 << 30


class FileKind(enum.Enum):
    """The kinds of files that are read."""

    TEXT = enum.auto()
    WORKBOOK = enum.auto()
    OLD_WORKBOOK = enum.auto()
    PARQUET = enum.auto()
    HTML = enum.auto()
    XML_2003 = enum.auto()


def kind_of_file(path: Path) -> FileKind:
    """
    Return the kind of the file at *path*.

    Raises:
        FileFault: there is no such file, it is empty, or it is of another kind.
    """
    if not path.is_file():
        raise FileFault("FILE_MISSING", file=path.name)
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise FileFault("FILE_EMPTY", file=path.name)
    if head.startswith(_ZIP):
        _check_archive(path)
        return FileKind.WORKBOOK
    if head.startswith(_OLE):
        return FileKind.OLD_WORKBOOK
    if head.startswith(_PARQUET) or path.suffix.lower() == ".parquet":
        return FileKind.PARQUET
    return _kind_of_text(path, head)


def _kind_of_text(path: Path, head: bytes) -> FileKind:
    """Return the kind of a file that begins with *head* and is neither an archive nor a container."""
    if head.startswith(_UTF16):
        return FileKind.TEXT
    if b"\0" in head or head.startswith((b"%PDF", b"{\\rtf", b"MIME-Version:")):
        raise FileFault("FILE_KIND", file=path.name)
    plain = head.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if not plain.startswith(b"<"):
        return FileKind.TEXT
    if _EXCEL_2003 in plain and b"<workbook" in plain:
        return FileKind.XML_2003
    if b"<html" in plain or b"<table" in plain or b"<!doctype html" in plain:
        return FileKind.HTML
    raise FileFault("FILE_KIND", file=path.name)


def _check_archive(path: Path) -> None:
    """Raise if the archive at *path* holds no workbook, or parts that are large beyond belief."""
    try:
        with zipfile.ZipFile(path) as book:
            parts = book.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise FileFault("FILE_BROKEN", file=path.name) from None
    if not any(part.filename in _WORKBOOKS for part in parts):
        raise FileFault("FILE_KIND", file=path.name)
    for part in parts:
        is_sheet = part.filename.startswith("xl/worksheets/") or part.filename == "content.xml"
        swollen = part.file_size > _LARGEST_RATIO * max(part.compress_size, 1)
        if part.file_size > _LARGEST_PART and (swollen or not (is_sheet or "sharedStrings" in part.filename)):
            raise FileFault("FILE_TOO_LARGE", file=path.name)
    if sum(part.file_size for part in parts) > _LARGEST:
        raise FileFault("FILE_TOO_LARGE", file=path.name)
