"""The applications file: forms by application id, and the rows set aside."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import attrs

from eduid_core.matching import Application
from eduid_core.validation import inspect_phone, is_resident_id
from eduid_registry_file.columns import APPLICATIONS
from eduid_registry_file.faults import RowFault
from eduid_registry_file.tables import Row, read_table

__all__ = ["ApplicationsFile", "FormRow", "id_fault", "read_applications"]

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"
_SAFE_ID = re.compile(rf"[A-Za-z0-9._\-{_HAN}]{{1,64}}")


@attrs.frozen
class FormRow:
    """One form and the line it stands on."""

    line: int
    form: Application


@attrs.frozen(kw_only=True)
class ApplicationsFile:
    """An applications file as read."""

    file: str
    rows: tuple[FormRow, ...]
    faults: tuple[RowFault, ...]
    unknown: tuple[str, ...]


def read_applications(path: Path) -> ApplicationsFile:
    """
    Return the forms of *path*; rows whose id cannot be used are set aside.

    Raises:
        FileFault: the file as a whole cannot be taken.
    """
    table = read_table(path, APPLICATIONS)
    counts = Counter(row.cells.get("application_id", "").strip() for row in table.rows)
    rows: list[FormRow] = []
    faults = list(table.faults)
    for row in table.rows:
        text = row.cells.get("application_id", "").strip()
        code = id_fault(text) or ("APPLICATION_ID_REPEATED" if counts[text] > 1 else None)
        if code:
            faults.append(RowFault(table.file, row.line, "application_id", code))
        else:
            rows.append(FormRow(row.line, _form(row)))
    faults.sort(key=lambda f: f.line)
    return ApplicationsFile(file=table.file, rows=tuple(rows), faults=tuple(faults), unknown=table.unknown)


def id_fault(text: str) -> str | None:
    """Return why *text*, without blanks around it, cannot be an application id, wherever it stands."""
    if not text:
        return "APPLICATION_ID_BLANK"
    if is_resident_id(text) or (text.isascii() and inspect_phone(text).valid):
        return "APPLICATION_ID_PERSONAL"
    return None if _SAFE_ID.fullmatch(text) else "APPLICATION_ID_INVALID"


def _form(row: Row) -> Application:
    cells = dict(row.cells)
    cells["application_id"] = cells["application_id"].strip()
    cells["class_name"] = cells.pop("class", "")
    return Application(**cells)
