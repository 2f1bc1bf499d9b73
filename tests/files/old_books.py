"""Write small ods and xls workbooks by hand: no installed library writes them."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)
CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
MANIFEST = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
ODS = "application/vnd.oasis.opendocument.spreadsheet"


class Failed(str):
    """An error cell, by its text."""

    __slots__ = ()


NEVER = Failed("")
"""A formula that was never calculated."""
_CODES = {"#DIV/0!": 0x07, "#VALUE!": 0x0F, "#REF!": 0x17, "#N/A": 0x2A}


def _ods_cell(value: object) -> str:
    if value is NEVER:
        return '<table:table-cell table:formula="of:=CONCATENATE(1;2)"/>'
    if isinstance(value, Failed):
        return (
            '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" '
            f'calcext:value-type="error"><text:p>{value}</text:p></table:table-cell>'
        )
    if isinstance(value, str):
        return (
            f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
        )
    return f'<table:table-cell office:value-type="float" office:value="{value}"/>'


def ods(path: Path, *rows: Sequence[object], name: str = "申请") -> Path:
    """Write *rows* as the one sheet of an ods workbook."""
    lines = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {NAMESPACES} xmlns:calcext="{CALC}">'
        f'<office:body><office:spreadsheet><table:table table:name="{name}">{lines}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", ODS)
        book.writestr("content.xml", content)
        book.writestr("META-INF/manifest.xml", MANIFEST)
    return path


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _xls_cell(row: int, column: int, value: object) -> bytes:
    at = struct.pack("<HHH", row, column, 0)
    if isinstance(value, Failed):
        return _record(0x0205, at + bytes((_CODES[value], 1)))
    if isinstance(value, str):
        return _record(0x0204, at + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))
    return _record(0x0203, at + struct.pack("<d", value))


def xls(path: Path, *rows: Sequence[object], name: str = "申请") -> Path:
    """Write *rows* as the one sheet of an xls workbook (BIFF8 in a compound file)."""
    start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    title = name.encode("utf-16-le")
    bound_size = 4 + 8 + len(title)
    place = len(start) + bound_size + 4
    bound = _record(0x0085, struct.pack("<IHBB", place, 0, len(name), 1) + title)
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    cells = (_xls_cell(r, c, value) for r, row in enumerate(rows) for c, value in enumerate(row) if value != "")
    end = _record(0x000A, b"")
    path.write_bytes(compound(start + bound + end + sheet + b"".join(cells) + end))
    return path


def compound(stream: bytes, name: str = "Workbook") -> bytes:
    """Return a compound file with one stream of at least one sector table's worth of bytes."""
    stream = stream.ljust(4096, b"\0")
    sectors = -(-len(stream) // 512)
    free, end = 0xFFFFFFFF, 0xFFFFFFFE
    table = [0xFFFFFFFD, end, *range(3, sectors + 2), end]
    header = struct.pack("<8s16sHHHHH6xIIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6,
                         0, 1, 1, 0, 4096, end, 0, end, 0, 0)  # fmt: skip
    header += struct.pack("<108I", *[free] * 108)
    entries = (
        _entry("Root Entry", 5, end, 0, child=1) + _entry(name, 2, 2, len(stream)) + _entry("", 0, 0, 0) * 2
    )
    fat = struct.pack("<128I", *table, *[free] * (128 - len(table)))
    return header + fat + entries + stream.ljust(sectors * 512, b"\0")


def _entry(name: str, kind: int, first: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    raw = name.encode("utf-16-le")
    none = 0xFFFFFFFF
    head = raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw) + 2 if raw else 0, kind, 1, none, none, child)
    return head.ljust(116, b"\0") + struct.pack("<II4x", first, size)
