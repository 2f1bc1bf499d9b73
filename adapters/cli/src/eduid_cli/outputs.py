"""
The result files of a run: each is written under a temporary name and renamed when complete.

UTF-8, LF, a heading row, minimal quoting. Rows depend on the inputs alone.
"""

from __future__ import annotations

import csv
import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, TextIO

import attrs

from eduid_registry_file import RowFault

if TYPE_CHECKING:
    from eduid_core.service.batch import BatchRow, FileRun, PlannedRow

__all__ = [
    "DECISIONS",
    "QUARANTINE",
    "QUEUE",
    "OutcomeCounts",
    "decision_row",
    "harmless",
    "make_ready",
    "of_others",
    "places",
    "whole",
    "write_csv",
    "write_decisions",
    "write_json",
    "write_quarantine",
]

DECISIONS = ("application_id", "outcome", "reasons", "fields")
QUEUE = (
    "application_id",
    "revision",
    "tier",
    "reasons",
    "fields",
    "school",
    "grade",
    "class",
    "assignee_masked",
    "suggestion_code",
)
QUARANTINE = ("file", "sheet", "line", "field", "code", "zh", "hint")
_LONG_NUMBER = re.compile(r"\d{7,}[Xx]?")
_ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff"
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")


@contextmanager
def whole(path: Path) -> Iterator[TextIO]:
    """Yield a file to write, which is renamed to *path* once all of it is on the disk, or never."""
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except Exception:
        part.unlink(missing_ok=True)
        raise


def write_csv(path: Path, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write *rows* under *heading* to *path*, atomically."""
    with whole(path) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(heading)
        writer.writerows(rows)


def write_json(path: Path, body: Any) -> None:  # noqa: ANN401 - any plain value
    """Write *body* to *path*, atomically."""
    with whole(path) as file:
        json.dump(body, file, ensure_ascii=False, indent=2, sort_keys=True)
        file.write("\n")


@attrs.frozen
class OutcomeCounts:
    """The number of rows, and the number of rows with each outcome and each reason."""

    outcomes: Counter[str] = attrs.field(factory=Counter)
    reasons: Counter[str] = attrs.field(factory=Counter)
    by_school: dict[str, Counter[str]] = attrs.field(factory=dict)
    """School as the form names it -> first reason -> number of rows that are not approved."""

    def beside(self, pairs: Iterable[tuple[PlannedRow, BatchRow]]) -> Iterator[tuple[PlannedRow, BatchRow]]:
        """Yield *pairs* unchanged, and count by school and reason what is not approved."""
        for planned, row in pairs:
            if planned.result.outcome != "approved":
                reasons = self.by_school.setdefault(harmless(row.form.school), Counter())
                reasons[next(iter(planned.result.reasons), "")] += 1
            yield planned, row

    def over(self, plan: Iterable[PlannedRow]) -> Iterator[PlannedRow]:
        """Yield *plan* unchanged, and count it."""
        for planned in plan:
            self.outcomes[planned.result.outcome] += 1
            self.reasons.update(planned.result.reasons)
            yield planned


def decision_row(planned: PlannedRow) -> tuple[str, str, str, str]:
    """Return the row of `decisions.csv`: codes only."""
    result = planned.result
    return planned.application_id, result.outcome, _reasons(planned), _fields(planned)


def _reasons(planned: PlannedRow) -> str:
    return ";".join(planned.result.reasons)


def _fields(planned: PlannedRow) -> str:
    return ";".join(f"{field}={code}" for field, code, _ in planned.result.fields)


class ReviewQueueFile:
    """The review queue file: written during the run, one file per tier, and joined at the end."""

    def __init__(self, folder: Path, run: FileRun, tiers: ExitStack) -> None:
        """Keep the rows in *folder* until *tiers* is closed."""
        self._folder, self._run, self._tiers = folder, run, tiers
        self._files: dict[int, TextIO] = {}

    def over(self, pairs: Iterable[tuple[PlannedRow, BatchRow]]) -> Iterator[PlannedRow]:
        """Yield the planned results of *pairs*, and write those that wait for review."""
        for planned, row in pairs:
            if planned.result.outcome == "review":
                file = csv.writer(self._of_tier(planned.result.tier), lineterminator="\n")
                file.writerow(_queue_row(planned, row, self._run))
            yield planned

    def _of_tier(self, tier: int) -> TextIO:
        if tier not in self._files:
            file = TemporaryFile("w+", encoding="utf-8", newline="", dir=self._folder)  # noqa: SIM115 - closed with tiers
            self._files[tier] = self._tiers.enter_context(file)
        return self._files[tier]

    def write(self, path: Path) -> None:
        """Write all rows to *path*: the highest risk first, then the order of the file."""
        with whole(path) as queue:
            csv.writer(queue, lineterminator="\n").writerow(QUEUE)
            for _, rows in sorted(self._files.items(), reverse=True):
                rows.seek(0)
                copyfileobj(rows, queue)


def write_decisions(out: Path, run: FileRun, rows: Iterable[BatchRow]) -> OutcomeCounts:
    """Write `decisions.csv` and `review_queue.csv` to *out*, in one pass over the plan; return the tally."""
    tally = OutcomeCounts()
    with ExitStack() as tiers:
        queue = ReviewQueueFile(out, run, tiers)
        taken = ((p, row) for p, row in run.with_rows(rows) if not p.is_quarantined)
        planned = tally.over(queue.over(tally.beside(taken)))
        write_csv(out / "decisions.csv", DECISIONS, map(decision_row, planned))
        queue.write(out / "review_queue.csv")
    return tally


def _queue_row(planned: PlannedRow, row: BatchRow, run: FileRun) -> tuple[object, ...]:
    teacher = run.answer(row).teacher
    form = row.form
    return (
        planned.application_id,
        run.revision_of(planned.application_id),
        planned.result.tier,
        _reasons(planned),
        _fields(planned),
        *(harmless(text) for text in (form.school, form.grade, form.class_name)),
        teacher.name.screen() if teacher else "",
        planned.result.suggestion,
    )


def harmless(text: str) -> str:
    """
    Return a cell as typed, except that a spreadsheet reads it as no formula, that it stays one line, and that
    seven or more digits in a row are starred: a number that was typed into the wrong cell.
    """
    flat = _LONG_NUMBER.sub(lambda found: "*" * len(found[0]), " ".join(text.split()))
    return f"'{flat}" if flat.lstrip(_ZERO_WIDTH).startswith(_FORMULA) else flat


def of_others(run: FileRun, file: str) -> list[RowFault]:
    """Return the rows of *file* that the run set aside: their ids are of other applications."""
    aside = (p for p in run.planned() if p.is_quarantined)
    return [RowFault(file, p.line, "application_id", p.result.reasons[0]) for p in aside]


def write_quarantine(path: Path, faults: Iterable[RowFault]) -> None:
    """Write the rows set aside: the place and the reason, never the cell."""
    write_csv(path, QUARANTINE, ((f.file, f.sheet, f.line, f.field, f.code, f.zh, f.hint) for f in faults))


def places(out: Path) -> list[Path]:
    """Return the paths that `make_ready` would create: files before their folders."""
    return [out / ".ready.part", out / "sms.jsonl.id", out / "sms.jsonl", out, *out.parents]


def make_ready(out: Path) -> None:
    """
    Create the folder of the results, and check that they can be written, before the decisions are computed.

    Raises:
        OSError: they cannot be written.
    """
    out.mkdir(parents=True, exist_ok=True)
    for name in (".ready.part", "sms.jsonl"):
        (out / name).open("ab").close()
    (out / ".ready.part").unlink()
