"""
The files a run writes: beside first, renamed when whole.

UTF-8, LF, a heading row, minimal quoting. Rows depend on the inputs alone.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from eduid_core.service.filerun import FileRun, FormRow, Planned
from eduid_registry_file import RowFault

__all__ = ["DECISIONS", "decision_row", "queue_rows", "write_csv", "write_json", "write_quarantine"]

DECISIONS = ("application_id", "outcome", "reasons", "fields")
QUEUE = (
    "application_id",
    "tier",
    "reasons",
    "fields",
    "school",
    "grade",
    "class",
    "assignee_masked",
    "suggestion_code",
)
QUARANTINE = ("file", "line", "field", "code", "zh", "hint")
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")


def write_csv(path: Path, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write *rows* under *heading* to *path*, whole or not at all."""
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(heading)
        writer.writerows(rows)
        _on_disk(file)
    part.replace(path)


def write_json(path: Path, body: Any) -> None:  # noqa: ANN401 - any plain value
    """Write *body* to *path*, whole or not at all."""
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8") as file:
        json.dump(body, file, ensure_ascii=False, indent=2, sort_keys=True)
        file.write("\n")
        _on_disk(file)
    part.replace(path)


def _on_disk(file: Any) -> None:  # noqa: ANN401 - an open file
    file.flush()
    os.fsync(file.fileno())


def decision_row(planned: Planned) -> tuple[str, str, str, str]:
    """Return the row of `decisions.csv`: codes only."""
    result = planned.result
    return planned.application_id, result.outcome, _reasons(planned), _fields(planned)


def _reasons(planned: Planned) -> str:
    return ";".join(planned.result.reasons)


def _fields(planned: Planned) -> str:
    return ";".join(f"{field}={code}" for field, code, _ in planned.result.fields)


def queue_rows(plan: Sequence[Planned], rows: Sequence[FormRow], run: FileRun) -> list[tuple[object, ...]]:
    """Return the rows of `review_queue.csv`: the highest risk first, then the file's order."""
    waiting = sorted((p for p in plan if p.result.outcome == "review"), key=lambda p: (-p.result.tier, p.place))
    return [_queue_row(planned, rows[planned.place], run) for planned in waiting]


def _queue_row(planned: Planned, row: FormRow, run: FileRun) -> tuple[object, ...]:
    teacher = run.answer(row).teacher
    form = row.form
    return (
        planned.application_id,
        planned.result.tier,
        _reasons(planned),
        _fields(planned),
        *(_harmless(text) for text in (form.school, form.grade, form.class_name)),
        teacher.name.screen() if teacher else "",
        planned.result.suggestion,
    )


def _harmless(text: str) -> str:
    """Keep a spreadsheet from reading a cell as a formula, and a line from being two."""
    flat = " ".join(text.split())
    return f"'{flat}" if flat.startswith(_FORMULA) else flat


def write_quarantine(path: Path, faults: Iterable[RowFault]) -> None:
    """Write the rows set aside: where and why, never the cell."""
    write_csv(path, QUARANTINE, ((f.file, f.line, f.field, f.code, f.zh, f.hint) for f in faults))
