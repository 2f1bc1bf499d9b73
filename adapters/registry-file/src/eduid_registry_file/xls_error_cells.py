"""
Error cells of an xls workbook, which calamine gives as empty.

Standard:
    [MS-XLS] 2.4.24 (BoolErr), 2.4.127 (Formula), 2.4.28 (BoundSheet8); [MS-CFB] 2.2 to 2.6.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

__all__ = ["xls_error_cells"]

_FORMULA, _BOUND_SHEET, _BOOL_ERR, _EOF = 0x0006, 0x0085, 0x0205, 0x000A
_ERRORS: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_STREAMS: Final = ("Workbook", "Book")
_LAST_SECTOR: Final = 0xFFFFFFFA
_ENTRY: Final = 128


def xls_error_cells(content: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """
    Return for each sheet with errors, by its name, the errors by (row, column), both from 0.

    A file that is no compound file of this kind has none.
    """
    try:
        book = _stream(content)
    except (struct.error, IndexError, ValueError):
        return {}
    found: dict[str, dict[tuple[int, int], str]] = {}
    for kind, body in _records(book, 0):
        if kind == _BOUND_SHEET:
            errors = dict(_errors(book, struct.unpack_from("<I", body)[0]))
            if errors:
                found[_name(body)] = errors
    return found


def _name(body: bytes) -> str:
    """Return the name of a sheet from its BoundSheet8 record."""
    size, wide = body[6], body[7] & 1
    return body[8 : 8 + size * 2].decode("utf-16-le") if wide else body[8 : 8 + size].decode("latin-1")


def _records(book: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records of the substream that begins at *start*."""
    while start + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, start)
        yield kind, book[start + 4 : start + 4 + size]
        if kind == _EOF:
            return
        start += 4 + size


def _errors(book: bytes, start: int) -> Iterator[tuple[tuple[int, int], str]]:
    for kind, body in _records(book, start):
        if kind == _BOOL_ERR and len(body) >= 8 and body[7]:  # noqa: PLR2004 - the size of the record
            code = body[6]
        elif kind == _FORMULA and len(body) >= 14 and body[6] == 2 and body[12:14] == b"\xff\xff":  # noqa: PLR2004
            code = body[8]
        else:
            continue
        row, column = struct.unpack_from("<HH", body)
        yield (row, column), _ERRORS.get(code, "#N/A")


# --- the compound file ---------------------------------------------------------------------------------


def _stream(content: bytes) -> bytes:
    """
    Return the stream of the workbook.

    Raises:
        ValueError: there is none.
    """
    shift, small_shift = struct.unpack_from("<HH", content, 30)
    first_directory, _, cutoff, first_small = struct.unpack_from("<IIII", content, 48)
    size = 1 << shift
    table = _table(content, size)
    entries = _joined(content, _chain(table, first_directory, len(table)), size, offset=size)
    root, found = b"", b""
    for start in range(0, len(entries), _ENTRY):
        entry = entries[start : start + _ENTRY]
        name = entry[: max(struct.unpack_from("<H", entry, 64)[0] - 2, 0)].decode("utf-16-le", "ignore")
        root = entry if entry[66] == 5 else root  # noqa: PLR2004 - the root storage
        found = entry if name in _STREAMS and not found else found
    if not found:
        raise ValueError("no workbook")
    first, length = struct.unpack_from("<II", found, 116)
    if length >= cutoff:
        return _joined(content, _chain(table, first, len(table)), size, offset=size)[:length]
    small = _joined(
        content, _chain(table, struct.unpack_from("<I", root, 116)[0], len(table)), size, offset=size
    )
    raw = _joined(content, _chain(table, first_small, len(table)), size, offset=size)
    small_table = struct.unpack(f"<{len(raw) // 4}I", raw)
    return _joined(small, _chain(small_table, first, len(small_table)), 1 << small_shift, offset=0)[:length]


def _table(content: bytes, size: int) -> tuple[int, ...]:
    """Return the allocation table: the next sector of each sector."""
    sectors = list(struct.unpack_from("<109I", content, 76))
    more, count = struct.unpack_from("<II", content, 68)
    for _ in range(count):
        if more >= _LAST_SECTOR:
            break
        part = struct.unpack_from(f"<{size // 4}I", content, (more + 1) * size)
        sectors += part[:-1]
        more = part[-1]
    used = [sector for sector in sectors if sector < _LAST_SECTOR]
    raw = _joined(content, used, size, offset=size)
    return struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4])


def _chain(table: tuple[int, ...], first: int, most: int) -> list[int]:
    """Return the sectors of a stream in order; a loop ends after *most*."""
    chain: list[int] = []
    while first < _LAST_SECTOR and len(chain) < most:
        chain.append(first)
        first = table[first]
    return chain


def _joined(content: bytes, sectors: list[int], size: int, *, offset: int) -> bytes:
    return b"".join(content[offset + sector * size : offset + (sector + 1) * size] for sector in sectors)
