"""
The files a run writes: beside first, renamed when whole.

UTF-8, LF, a heading row, minimal quoting. Rows depend on the inputs alone.
"""

from __future__ import annotations

import csv
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import Any, TextIO

import attrs

from eduid_core.service.filerun import FileRun, Planned, Row
from eduid_registry_file import RowFault

__all__ = [
    "DECISIONS",
    "Tally",
    "decision_row",
    "whole",
    "write_csv",
    "write_json",
    "write_quarantine",
    "write_queue",
]

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


@contextmanager
def whole(path: Path) -> Iterator[TextIO]:
    """Yield a file to write, which takes the name of *path* when all of it is on the disk, or never."""
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8", newline="") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def write_csv(path: Path, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write *rows* under *heading* to *path*, whole or not at all."""
    with whole(path) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(heading)
        writer.writerows(rows)


def write_json(path: Path, body: Any) -> None:  # noqa: ANN401 - any plain value
    """Write *body* to *path*, whole or not at all."""
    with whole(path) as file:
        json.dump(body, file, ensure_ascii=False, indent=2, sort_keys=True)
        file.write("\n")


@attrs.frozen
class Tally:
    """How many rows there were, and how many of them have each outcome and each reason."""

    outcomes: Counter[str] = attrs.field(factory=Counter)
    reasons: Counter[str] = attrs.field(factory=Counter)

    def over(self, plan: Iterable[Planned]) -> Iterator[Planned]:
        """Yield *plan* as it is, and count it."""
        for planned in plan:
            self.outcomes[planned.result.outcome] += 1
            self.reasons.update(planned.result.reasons)
            yield planned


def decision_row(planned: Planned) -> tuple[str, str, str, str]:
    """Return the row of `decisions.csv`: codes only."""
    result = planned.result
    return planned.application_id, result.outcome, _reasons(planned), _fields(planned)


def _reasons(planned: Planned) -> str:
    return ";".join(planned.result.reasons)


def _fields(planned: Planned) -> str:
    return ";".join(f"{field}={code}" for field, code, _ in planned.result.fields)


def write_queue(path: Path, pairs: Iterable[tuple[Planned, Row]], run: FileRun) -> None:
    """Write what waits for review: the highest risk first, then the file's order."""
    with ExitStack() as tiers, whole(path) as queue:
        written: dict[int, TextIO] = {}
        for planned, row in pairs:
            if planned.result.outcome == "review":
                tier = planned.result.tier
                if tier not in written:
                    written[tier] = tiers.enter_context(
                        TemporaryFile("w+", encoding="utf-8", newline="", dir=path.parent)
                    )
                csv.writer(written[tier], lineterminator="\n").writerow(_queue_row(planned, row, run))
        csv.writer(queue, lineterminator="\n").writerow(QUEUE)
        for _, rows in sorted(written.items(), reverse=True):
            rows.seek(0)
            copyfileobj(rows, queue)


def _queue_row(planned: Planned, row: Row, run: FileRun) -> tuple[object, ...]:
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
