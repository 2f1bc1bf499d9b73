"""
`reconcile`: compare an applications file with a registry file; the decisions are not stored.

Registry and forms are read into the narrow columns of the kernel. Large files are partitioned by key, with one
part at a time in memory. The result of each row is one small number, so the decisions are written in the order
of the file, whatever the order of the work.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import attrs
import numpy as np
import numpy.typing as npt
import polars as pl

from eduid_bulk.application_ids import stripped
from eduid_bulk.encode import EncodingContext
from eduid_bulk.fallback import ScalarRows, decide_classes, decide_left, fetch
from eduid_bulk.id_features import NO_KEY
from eduid_bulk.join import Pairs, among, others_of, repeated
from eduid_bulk.kernel import ALONE, Kernel, Member
from eduid_bulk.load import LoadedFiles
from eduid_bulk.partitions import Partitions
from eduid_bulk.sources import Source
from eduid_bulk.verdicts import ScalarReference, WrittenVerdict
from eduid_core.matching import Policy
from eduid_registry_file.columns import APPLICATIONS, REGISTRY
from eduid_registry_file.faults import RowFault
from eduid_registry_file.options import AS_THEY_ARE, ReadingOptions

__all__ = ["FORM_COLUMNS", "HELD_COLUMNS", "ReconcileRun", "Reconciled", "prepare", "reconcile", "sources"]

FORM_COLUMNS: Final = tuple(name for name in APPLICATIONS.headings if name != "guardian_name")
"""Columns that a rule uses."""
HELD_COLUMNS: Final = tuple(name for name in REGISTRY.headings if not name.startswith("teacher"))
_ROWS_OF_A_PART: Final = 1_500_000
_SLICE: Final = 1 << 16
"""Rows that the kernel processes together: the arrays for them stay in the processor cache."""
_WORKERS: Final = 2
"""Threads that mark slices: while one calls a comparator, the other computes."""
_ROWS_IN_MEMORY: Final = 12_000_000
"""
The largest number of rows per side with narrow columns (about 60 bytes per row) in memory rather
than on disk.
"""

_NONE: Final = np.empty(0, dtype=np.int64)

Codes = npt.NDArray[np.uint32]


@attrs.frozen(kw_only=True, eq=False)
class Reconciled:
    """The result: the number of a verdict by row (0: set aside), and the verdicts by number."""

    applications: Source = attrs.field(repr=False)
    registry: Source = attrs.field(repr=False)
    codes: Codes = attrs.field(repr=False)
    verdicts: tuple[WrittenVerdict, ...]
    faults: tuple[RowFault, ...]
    plain_ids: bool = False
    """Whether all application ids are known to be plainly written, without blanks to strip."""

    def by_verdict(self) -> list[tuple[WrittenVerdict, int]]:
        """Return each verdict with the number of its applications."""
        counts = np.bincount(self.codes, minlength=len(self.verdicts)).tolist()
        return list(zip(self.verdicts, counts, strict=True))[1:]

    def counts(self) -> dict[str, int]:
        """Return the number of applications with each outcome."""
        counts: dict[str, int] = {}
        for verdict, count in self.by_verdict():
            counts[verdict.outcome] = counts.get(verdict.outcome, 0) + count
        return counts

    def write(self, path: Path) -> None:
        """Write `decisions.csv` to *path*, atomically."""
        part = path.with_name(path.name + ".part")
        written = pl.Series([f"{v.outcome},{v.reasons},{v.fields}" for v in self.verdicts])
        with part.open("wb") as file:
            file.write(b"application_id,outcome,reasons,fields\n")
            for frame in self.applications.ids():
                codes = self.codes[frame["row"].to_numpy()]
                ids = frame["application_id"]
                if not codes.all():
                    ids, codes = ids.filter(codes > 0), codes[codes > 0]
                written_ids = ids if self.plain_ids else stripped(ids)
                rows = pl.DataFrame({"id": written_ids, "verdict": written.gather(codes)})
                rows.write_csv(file, include_header=False, quote_style="never")
        part.replace(path)


def sources(applications: Path, registry: Path, options: ReadingOptions = AS_THEY_ARE) -> tuple[Source, Source]:
    """Return the two files as sources of the compared columns."""
    return (
        Source(applications, APPLICATIONS, FORM_COLUMNS, options.applications),
        Source(registry, REGISTRY, HELD_COLUMNS, options.registry),
    )


def reconcile(
    applications: Path,
    registry: Path,
    *,
    as_of: dt.date,
    policy: Policy,
    consent_required: bool = False,
    parts: int = 0,
    options: ReadingOptions = AS_THEY_ARE,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Reconciled:
    """
    Return the result of every application in a file against a registry file.

    With *parts* above one, the narrow columns of both are on disk, partitioned by key, and one part at a time
    is in memory; with 0, large files are partitioned as needed.

    Raises:
        FileFault: a file cannot be read, or the registry holds no student.
    """
    run = prepare(applications, registry, as_of=as_of, policy=policy, options=options, on_progress=on_progress)
    most = max(run.intake.applications.size(), run.intake.registry.size())
    count = parts or 1 + most // _ROWS_OF_A_PART
    return run.go(count, on_disk=parts > 1 or most > _ROWS_IN_MEMORY, consent_required=consent_required)


def prepare(
    applications: Path,
    registry: Path,
    *,
    as_of: dt.date,
    policy: Policy,
    options: ReadingOptions,
    on_progress: Callable[[int], None],
) -> ReconcileRun:
    """Return a reconciliation that has not begun."""
    mine, theirs = sources(applications, registry, options)
    return ReconcileRun(LoadedFiles(mine, theirs, EncodingContext(as_of=as_of, policy=policy)), on_progress)


@attrs.define(eq=False)
class ReconcileRun:
    """A reconciliation in progress."""

    intake: LoadedFiles = attrs.field(repr=False)
    on_progress: Callable[[int], None]
    scalar_rows: ScalarRows = attrs.field(init=False, factory=ScalarRows, repr=False)

    def go(self, parts: int, *, on_disk: bool, consent_required: bool) -> Reconciled:
        """Run it."""
        with Partitions(parts, on_disk=on_disk) as held, Partitions(parts, on_disk=on_disk) as forms:
            reference = ScalarReference(self.intake.reading, self.intake.read(forms, held))
            if consent_required:
                number = reference.number(WrittenVerdict("returned", "CONSENT_REQUIRED", ""))
                codes = np.full(self.intake.applications.size(), number, dtype=np.uint32)
            else:
                codes = self._decide(held, forms, reference)
        return self._reconciled(codes, reference)

    def _reconciled(self, codes: Codes, reference: ScalarReference) -> Reconciled:
        codes[list(self.intake.ids.wrong)] = 0
        return Reconciled(
            applications=self.intake.applications,
            registry=self.intake.registry,
            codes=codes,
            verdicts=tuple(reference.verdicts),
            faults=self.intake.faults(),
            plain_ids=self.intake.ids.plain,
        )

    def take(self, answers: pl.DataFrame) -> Reconciled:
        """
        Return the reconciliation of rows that were decided elsewhere.

        *answers* has `row` and the columns of a verdict; the outcome is blank for forms with the same number,
        which are judged together here.
        """
        with Partitions(1) as held, Partitions(1) as forms:
            reference = ScalarReference(self.intake.reading, self.intake.read(forms, held))
            (theirs,), (mine,) = held, forms
        together = set(answers.filter(pl.col("outcome") == "")["row"].to_list()) - self.intake.ids.wrong.keys()
        self._leave(mine.filter(among(mine["row"].to_numpy(), np.fromiter(together, dtype=np.uint32))), theirs)
        self._note_strange(together.__contains__)
        codes = self._codes(np.full(self.intake.applications.size(), ALONE, dtype=np.int32), (), reference)
        decided = answers.filter(pl.col("outcome") != "")
        for verdict, places in (
            decided.group_by(WrittenVerdict._fields)
            .agg("row")
            .select(pl.concat_list(WrittenVerdict._fields), "row")
            .iter_rows()
        ):
            codes[places] = reference.number(WrittenVerdict(*verdict))
        return self._reconciled(codes, reference)

    # --- deciding -----------------------------------------------------------------------------------------

    def _decide(self, held: Partitions, forms: Partitions, reference: ScalarReference) -> Codes:
        kernel = Kernel(self.intake.reading, reference.schools)
        classes = np.full(self.intake.applications.size(), ALONE, dtype=np.int32)
        wrong = np.fromiter(self.intake.ids.wrong, dtype=np.uint32)
        for mine, theirs in zip(forms, held, strict=True):
            if len(wrong):
                mine = mine.filter(~np.isin(mine["row"].to_numpy(), wrong))  # noqa: PLW2901
            classes[mine["row"].to_numpy()] = self._settle(mine, theirs, kernel)
            self.on_progress(len(mine))
        self._note_strange(lambda row: row not in self.intake.ids.wrong)
        return self._codes(classes, kernel.members, reference)

    def _settle(self, mine: pl.DataFrame, theirs: pl.DataFrame, kernel: Kernel) -> npt.NDArray[np.int64]:
        """Return the classes of a part, and record the rows left to the scalar function."""
        with ThreadPoolExecutor(_WORKERS) as workers:
            others, pairs = workers.submit(others_of, theirs), Pairs.of(mine, theirs)
            forms, held = self._shared(mine, pairs), others.result()

            def marked(begin: int) -> tuple[npt.NDArray[np.int64], pl.DataFrame]:
                frame = pairs.beside(forms, held, begin, _SLICE)
                return kernel.mark(frame), frame

            slices = workers.map(marked, range(0, len(forms), _SLICE))
            settled = np.concatenate([_NONE, *(kernel.number(mark, frame) for mark, frame in slices)])
        self._leave(forms.select("row", "key")[np.flatnonzero(settled == ALONE)], theirs)
        return settled

    def _leave(self, alone: pl.DataFrame, theirs: pl.DataFrame) -> None:
        """Leave the forms *alone* to the scalar function, with the rows of *theirs* under their keys."""
        rows, keys = alone["row"].to_numpy(), alone["key"].to_numpy()
        self.scalar_rows.keys |= {
            row: key if key != NO_KEY else None for row, key in zip(rows.tolist(), keys.tolist(), strict=True)
        }
        under = theirs.filter(among(theirs["key"].to_numpy(), keys[keys != NO_KEY]))
        for key, places in under.group_by("key").agg(pl.col("row").sort()).iter_rows():
            self.scalar_rows.held[key] = places

    def _shared(self, forms: pl.DataFrame, pairs: Pairs) -> pl.DataFrame:
        """
        Return *forms* with `shared`: the form is valid, and another valid form has the same number.

        If one of these forms is marked alone, all of them are.
        """
        needs_scalar, shared = forms["needs_scalar"].to_numpy(), np.zeros(len(forms), dtype=bool)
        twins = pairs.twins
        if len(twins):
            keys = forms["key"].to_numpy()[twins]
            said = np.where(needs_scalar[twins], 0, forms["said"].to_numpy()[twins])
            valid = needs_scalar[twins] | ~self.intake.reading.returned()[said]
            twice = valid & among(keys, repeated(np.where(valid, keys, NO_KEY)))
            alone = needs_scalar[twins] | (pairs.count[twins] > 1)
            needs_scalar = needs_scalar.copy()
            needs_scalar[twins] |= twice & among(keys, keys[twice & alone])
            shared[twins] = twice
        return forms.with_columns(needs_scalar=pl.Series(needs_scalar), shared=pl.Series(shared))

    def _note_strange(self, asked: Callable[[int], bool]) -> None:
        """Record the keys that are not resident numbers, for the rows selected by *asked*."""
        for key, rows in self.intake.strange_forms.items():
            self.scalar_rows.keys |= dict.fromkeys(filter(asked, rows), key)
            self.scalar_rows.held[key] = self.intake.strange_held.get(key, ())

    def _codes(
        self, classes: npt.NDArray[np.int32], members: Sequence[Sequence[Member]], reference: ScalarReference
    ) -> Codes:
        """
        Return the number of the verdict on each row; 0 for a row without a class and not left to the scalar
        function.
        """
        scalar_rows = self.scalar_rows
        known = [member for each in members for member in each]
        wanted = {at for _, at, _ in known if at >= 0}
        wanted.update(at for key in scalar_rows.keys.values() for at in scalar_rows.rows(key))
        with ThreadPoolExecutor(1) as other:
            theirs = other.submit(fetch, self.intake.registry, wanted)
            forms = fetch(self.intake.applications, {*scalar_rows.keys, *(row for row, _, _ in known)})
            held = theirs.result()
        verdicts = decide_classes(members, reference, forms, held)
        codes = np.array([*verdicts, 0], dtype=np.uint32)[classes]
        for row, code in decide_left(scalar_rows, reference, forms, held).items():
            codes[row] = code
        return codes
