"""Read a whole view: columns by name, rows as registry rows, and a digest that no order changes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final

import attrs
import sqlalchemy as sa

from eduid_registry_file import CheckedRows, Filling, RegistryLookup, RowFault
from eduid_registry_file.cells import NUMBERS, cell_text, number_fault
from eduid_registry_file.columns import REGISTRY
from eduid_registry_file.headings import folded
from eduid_registry_sql.faults import ViewFault
from eduid_registry_sql.settings import Settings

__all__ = ["ViewCopy", "read_view"]

_AT_ONCE: Final = 5000
_DIGEST: Final = 1 << 256


@attrs.frozen
class ViewCopy:
    """A view as read: the rows, and the faults of those set aside, by their number."""

    lookup: RegistryLookup = attrs.field(repr=False)
    faults: tuple[RowFault, ...]


def read_view(settings: Settings) -> ViewCopy:
    """
    Read the whole view.

    Raises:
        ViewFault: it cannot be read, or lacks columns.
        FileFault: too many of its numbers or status words cannot be read, or it has no row.
    """
    engine = sa.create_engine(settings.url, poolclass=sa.pool.NullPool, hide_parameters=True)
    try:
        with engine.connect() as connection:
            return _read(connection, settings)
    except sa.exc.NoSuchTableError:
        raise ViewFault("VIEW_MISSING", table=settings.table) from None
    except (sa.exc.SQLAlchemyError, OSError) as error:
        raise ViewFault("VIEW_UNAVAILABLE", table=settings.table, cause=type(error).__name__) from None
    finally:
        engine.dispose()


def _read(connection: sa.Connection, settings: Settings) -> ViewCopy:
    schema, _, name = settings.table.rpartition(".")
    found = [str(c["name"]) for c in sa.inspect(connection).get_columns(name, schema=schema or None)]
    columns = _columns(found, settings)
    table = sa.table(name, *(sa.column(column) for column in columns.values()), schema=schema or None)
    statement = sa.select(*(table.c[column].label(field) for field, column in columns.items()))
    filling = Filling(codes="school_code" not in columns, types="id_type" not in columns)
    checked, faults, total = CheckedRows(settings.table), list[RowFault](), 0
    rows = connection.execution_options(yield_per=_AT_ONCE).execute(statement)
    for line, cells in _numbered(rows):
        texts = {field: _text(cell) for field, cell in cells.items()}
        total += int.from_bytes(sha256(json.dumps(texts, sort_keys=True).encode()).digest(), "big")
        floats = [
            (field, cell) for field, cell in cells.items() if field in NUMBERS and isinstance(cell, float)
        ]
        if fault := number_fault(floats):
            faults.append(RowFault(settings.table, line, *fault))
            continue
        if "status" in texts:
            texts["status"] = settings.words.get(texts["status"], texts["status"])
        if wrong := checked.take(filling.record(texts), line):
            faults.append(wrong)
    checked.believed(faults)
    return ViewCopy(RegistryLookup(checked.rows, checked.keys, f"{total % _DIGEST:064x}"), tuple(faults))


def _columns(found: list[str], settings: Settings) -> Mapping[str, str]:
    """
    Return field -> column: by the settings, else by the name of the column in either language.

    Raises:
        ViewFault: a field has no column, or two.
    """
    by_name = {column.lower(): column for column in found}
    columns: dict[str, str] = {}
    for field, column in settings.columns.items():
        if column.lower() not in by_name:
            raise ViewFault("VIEW_COLUMN_UNKNOWN", table=settings.table, column=column)
        columns[field] = by_name[column.lower()]
    for column in found:
        field_ = REGISTRY.field_of(folded(column))
        if field_ is None or field_ in settings.columns or column in columns.values():
            continue
        if field_ in columns:
            raise ViewFault("VIEW_COLUMN_TWICE", table=settings.table, column=field_)
        columns[field_] = column
    missing = [field for field in REGISTRY.required if field not in columns]
    if missing:
        names = "、".join(f"{field}（{REGISTRY.title(field)}）" for field in missing)
        raise ViewFault("VIEW_COLUMNS_MISSING", table=settings.table, missing=names, found="、".join(found))
    return columns


def _numbered(rows: sa.CursorResult[Any]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the number of each row, from 1, and its cells by field."""
    return enumerate((dict(row) for row in rows.mappings()), start=1)


def _text(cell: object) -> str:
    """Return a cell as text: nothing for NULL, whole numbers in full, dates as yyyymmdd."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, int | Decimal) and not isinstance(cell, bool):
        return str(int(cell)) if cell == int(cell) else str(cell)
    return cell_text(cell) if isinstance(cell, float | bool | dt.date) else str(cell)
