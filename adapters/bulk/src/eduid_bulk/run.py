"""
`reconcile`: an applications file against a registry file, decided and not kept.

Registry and forms are read by batches into the narrow columns of the kernel; where that is much, both are
parted by their keys and one part at a time is in memory. What each row comes to is one small number, so the
decisions are written in the order of the file whatever the order they were made in.
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

from eduid_bulk.application_ids import ApplicationIds, stripped
from eduid_bulk.kernel import ALONE, Kernel, Member
from eduid_bulk.numbers import NO_KEY
from eduid_bulk.pairing import among, repeated, side_by_side
from eduid_bulk.parts import Parts
from eduid_bulk.residue import Left, decide_classes, decide_left, fetch
from eduid_bulk.sides import Reading, Strange
from eduid_bulk.sources import Source
from eduid_bulk.verdicts import Bench, Decided
from eduid_core.matching import Policy, RegistryRow, SchoolIndex
from eduid_registry_file.columns import APPLICATIONS, REGISTRY
from eduid_registry_file.faults import FileFault, RowFault

__all__ = ["FORM_COLUMNS", "HELD_COLUMNS", "Reconciled", "Run", "prepare", "reconcile", "sources"]

FORM_COLUMNS: Final = tuple(name for name in APPLICATIONS.headings if name != "guardian_name")
"""Columns that a rule looks at."""
HELD_COLUMNS: Final = tuple(name for name in REGISTRY.headings if not name.startswith("teacher"))
_KEPT: Final = 2 << 20
"""Rows of a file up to which its batches are kept in memory rather than read again."""

_ROWS_OF_A_PART: Final = 1_500_000
_SLICE: Final = 1 << 18
"""Rows the kernel looks at together: what it makes of them stays near the processor."""
_WORKERS: Final = 2
"""Threads that mark slices: while one asks a comparator, the other computes."""
_ROWS_IN_MEMORY: Final = 12_000_000
"""Rows of a side whose narrow columns are kept in memory (about 60 bytes each) rather than on disk."""

_CODE_BITS: Final = 32
"""Bits of the number of a text."""

_NONE: Final = np.empty(0, dtype=np.int64)

Codes = npt.NDArray[np.uint32]


@attrs.frozen(kw_only=True, eq=False)
class Reconciled:
    """What it came to: the number of a verdict by row (0: set aside), and the verdicts by number."""

    applications: Source = attrs.field(repr=False)
    registry: Source = attrs.field(repr=False)
    codes: Codes = attrs.field(repr=False)
    verdicts: tuple[Decided, ...]
    faults: tuple[RowFault, ...]
    plain_ids: bool = False
    """Whether all ids of applications are known to be plainly written, with nothing around them to strip."""

    def counts(self) -> dict[str, int]:
        """Return how many applications have each outcome."""
        counts: dict[str, int] = {}
        for code, count in enumerate(np.bincount(self.codes, minlength=len(self.verdicts)).tolist()):
            if code:
                outcome = self.verdicts[code].outcome
                counts[outcome] = counts.get(outcome, 0) + count
        return counts

    def write(self, path: Path) -> None:
        """Write `decisions.csv` to *path*, whole or not at all."""
        part = path.with_name(path.name + ".part")
        told = pl.Series([f"{v.outcome},{v.reasons},{v.fields}" for v in self.verdicts])
        with part.open("wb") as file:
            file.write(b"application_id,outcome,reasons,fields\n")
            for frame in self.applications.ids():
                codes = self.codes[frame["row"].to_numpy()]
                ids = frame["application_id"]
                if not codes.all():
                    ids, codes = ids.filter(codes > 0), codes[codes > 0]
                told_ids = ids if self.plain_ids else stripped(ids)
                rows = pl.DataFrame({"id": told_ids, "told": told.gather(codes)})
                rows.write_csv(file, include_header=False, quote_style="never")
        part.replace(path)


def sources(applications: Path, registry: Path) -> tuple[Source, Source]:
    """Return the two files as sources of the columns that are compared."""
    return Source(applications, APPLICATIONS, FORM_COLUMNS), Source(registry, REGISTRY, HELD_COLUMNS)


def reconcile(
    applications: Path,
    registry: Path,
    *,
    as_of: dt.date,
    policy: Policy,
    consent_required: bool = False,
    parts: int = 0,
    told: Callable[[int], None] = lambda _: None,
) -> Reconciled:
    """
    Return what every application of a file comes to against a registry file.

    With *parts* above one, the narrow columns of both lie on disk, parted by key, and one part at a time is in
    memory; with 0, large files are parted as needed.

    Raises:
        FileFault: one of the files cannot be taken, or the registry holds no pupil.
    """
    run = prepare(applications, registry, as_of=as_of, policy=policy, told=told)
    most = max(run.applications.guess(), run.registry.guess())
    count = parts or 1 + most // _ROWS_OF_A_PART
    return run.go(count, on_disk=parts > 1 or most > _ROWS_IN_MEMORY, consent_required=consent_required)


def prepare(
    applications: Path, registry: Path, *, as_of: dt.date, policy: Policy, told: Callable[[int], None]
) -> Run:
    """Return a reconciliation that has not begun."""
    mine, theirs = sources(applications, registry)
    return Run(mine, theirs, Reading(as_of=as_of, policy=policy), told)


@attrs.define(eq=False)
class Run:
    """One reconciliation under way."""

    applications: Source
    registry: Source
    reading: Reading
    told: Callable[[int], None]
    ids: ApplicationIds = attrs.field(factory=ApplicationIds)
    strange_forms: Strange = attrs.field(factory=dict, repr=False)
    strange_held: Strange = attrs.field(factory=dict, repr=False)
    left: Left = attrs.field(factory=Left, repr=False)

    def go(self, parts: int, *, on_disk: bool, consent_required: bool) -> Reconciled:
        """Carry it out."""
        with Parts(parts, on_disk=on_disk) as held, Parts(parts, on_disk=on_disk) as forms:
            with ThreadPoolExecutor(1) as other:
                registry = other.submit(self._read_registry, held)
                rows = self._read_forms(forms)
                schools = registry.result()
            self._set_aside()
            bench = Bench(self.reading, schools)
            if consent_required:
                codes = np.full(
                    rows, bench.number(Decided("returned", "CONSENT_REQUIRED", "")), dtype=np.uint32
                )
            else:
                codes = self._decide(held, forms, bench, rows)
        return self._reconciled(codes, bench)

    def _reconciled(self, codes: Codes, bench: Bench) -> Reconciled:
        for row in self.ids.wrong:
            codes[row] = 0
        return Reconciled(
            applications=self.applications,
            registry=self.registry,
            codes=codes,
            verdicts=tuple(bench.verdicts),
            faults=self._faults(),
            plain_ids=self.ids.plain,
        )

    def take(self, answers: pl.DataFrame) -> Reconciled:
        """
        Return the reconciliation whose rows were decided elsewhere.

        *answers* has `row` and the columns of a verdict; the outcome is blank where forms with one number are
        to be judged together, and they are judged here.
        """
        with Parts(1) as held, Parts(1) as forms:
            bench = Bench(self.reading, self._read_registry(held))
            rows = self._read_forms(forms)
            self._set_aside()
            (theirs,), (mine,) = held, forms
        together = set(answers.filter(pl.col("outcome") == "")["row"].to_list()) - self.ids.wrong.keys()
        self._leave(mine.filter(among(mine["row"].to_numpy(), np.fromiter(together, dtype=np.uint32))), theirs)
        self._note_strange(together.__contains__)
        codes = self._codes(np.full(rows, ALONE, dtype=np.int32), (), bench)
        decided = answers.filter(pl.col("outcome") != "")
        for verdict, places in (
            decided.group_by(Decided._fields)
            .agg("row")
            .select(pl.concat_list(Decided._fields), "row")
            .iter_rows()
        ):
            codes[places] = bench.number(Decided(*verdict))
        return self._reconciled(codes, bench)

    # --- reading ------------------------------------------------------------------------------------------

    def _read_registry(self, held: Parts) -> SchoolIndex:
        """Lay the registry into *held*, and return the index of its schools."""
        pairs, kept, count = set[int](), list[pl.DataFrame](), 0
        for frame in self.registry.batches():
            narrow, strange = self.reading.held(frame)
            _add(self.strange_held, strange)
            held.add(narrow)
            named = (
                narrow["school_code"].to_numpy().astype(np.int64) << _CODE_BITS | narrow["school"].to_numpy()
            )
            pairs.update(pl.Series(named).unique().to_list())
            count += len(frame)
            kept = [*kept, frame] if count <= _KEPT else []
        if not count:
            raise FileFault("REGISTRY_EMPTY", file=self.registry.path.name)
        if kept:
            self.registry.keep(kept)
        codes, names = self.reading.texts_of("school_code").texts, self.reading.texts_of("school").texts
        schools = (divmod(pair, 1 << _CODE_BITS) for pair in pairs)
        return SchoolIndex.of(
            RegistryRow(school_code=codes[code], school=names[name]) for code, name in schools
        )

    def _read_forms(self, forms: Parts) -> int:
        """Lay the forms into *forms*, and return how many rows the file has, those set aside too."""
        kept, count, last = list[pl.DataFrame](), 0, 0
        for frame in self.applications.batches():
            narrow, strange = self.reading.forms(frame)
            _add(self.strange_forms, strange)
            forms.add(narrow)
            self.ids.look_at(frame)
            count, last = count + len(frame), int(frame["row"][-1]) + 1 if len(frame) else last
            kept = [*kept, frame] if count <= _KEPT else []
        if kept:
            self.applications.keep(kept)
        return last

    def _set_aside(self) -> None:
        """Find the ids that stand twice."""
        suspects = self.ids.suspects()
        if len(suspects):
            found = fetch(self.applications, suspects.tolist())
            self.ids.count((row, found[row]["application_id"].strip()) for row in suspects.tolist())

    def _faults(self) -> tuple[RowFault, ...]:
        """Return every row set aside: the applications' first, each in the file's order."""
        name, faults = self.applications.path.name, list(self.applications.faults)
        if self.ids.wrong:
            found = fetch(self.applications, self.ids.wrong)
            faults += [
                RowFault(name, found[row]["line"], "application_id", code)
                for row, code in self.ids.wrong.items()
            ]
        return (*sorted(faults, key=lambda fault: fault.line), *self.registry.faults)

    # --- deciding -----------------------------------------------------------------------------------------

    def _decide(self, held: Parts, forms: Parts, bench: Bench, rows: int) -> Codes:
        kernel = Kernel(self.reading, bench.schools)
        classes = np.full(rows, ALONE, dtype=np.int32)
        wrong = np.fromiter(self.ids.wrong, dtype=np.uint32)
        for mine, theirs in zip(forms, held, strict=True):
            if len(wrong):
                mine = mine.filter(~np.isin(mine["row"].to_numpy(), wrong))  # noqa: PLW2901
            classes[mine["row"].to_numpy()] = self._settle(mine, theirs, kernel)
            self.told(len(mine))
        self._note_strange(lambda row: row not in self.ids.wrong)
        return self._codes(classes, kernel.members, bench)

    def _settle(self, mine: pl.DataFrame, theirs: pl.DataFrame, kernel: Kernel) -> npt.NDArray[np.int64]:
        """Return the classes of one part, and note what it leaves to the scalar."""
        frame = self._shared(side_by_side(mine, theirs))
        slices = list(frame.iter_slices(_SLICE))
        with ThreadPoolExecutor(_WORKERS) as workers:
            marked = zip(workers.map(kernel.mark, slices), slices, strict=True)
            settled = np.concatenate([_NONE, *(kernel.number(mark, part) for mark, part in marked)])
        self._leave(frame.select("row", "key")[np.flatnonzero(settled == ALONE)], theirs)
        return settled

    def _leave(self, alone: pl.DataFrame, theirs: pl.DataFrame) -> None:
        """Leave the forms *alone* to the scalar, with the rows of *theirs* under their keys."""
        rows, keys = alone["row"].to_numpy(), alone["key"].to_numpy()
        self.left.keys |= {
            row: key if key != NO_KEY else None for row, key in zip(rows.tolist(), keys.tolist(), strict=True)
        }
        under = theirs.filter(among(theirs["key"].to_numpy(), keys[keys != NO_KEY]))
        for key, places in under.group_by("key").agg(pl.col("row").sort()).iter_rows():
            self.left.held[key] = places

    def _shared(self, frame: pl.DataFrame) -> pl.DataFrame:
        """
        Return *frame* with `shared`: another valid form has the number.

        Where one of them is left alone, all of them are.
        """
        keys, odd = frame["key"].to_numpy(), frame["odd"].to_numpy()
        valid = odd | ~self.reading.returned()[frame["said"].to_numpy()]
        twice = among(keys, repeated(np.where(valid, keys, NO_KEY))) & valid
        if twice.any():
            alone = odd | (frame["count"].to_numpy() > 1)
            odd = odd | (twice & among(keys, keys[twice & alone]))
        return frame.with_columns(odd=pl.Series(odd), shared=pl.Series(twice))

    def _note_strange(self, asked: Callable[[int], bool]) -> None:
        """Give the rows that are *asked* about, under keys that are no resident number, their keys."""
        for key, rows in self.strange_forms.items():
            self.left.keys |= dict.fromkeys(filter(asked, rows), key)
            self.left.held[key] = self.strange_held.get(key, ())

    def _codes(
        self, classes: npt.NDArray[np.int32], members: Sequence[Sequence[Member]], bench: Bench
    ) -> Codes:
        """Return the number of the verdict on each row; 0 for one that is neither in a class nor left to us."""
        left = self.left
        known = [member for each in members for member in each]
        wanted = {at for _, at, _ in known if at >= 0}
        wanted.update(at for key in left.keys.values() for at in left.rows(key))
        with ThreadPoolExecutor(1) as other:
            theirs = other.submit(fetch, self.registry, wanted)
            forms = fetch(self.applications, {*left.keys, *(row for row, _, _ in known)})
            held = theirs.result()
        verdicts = decide_classes(members, bench, forms, held)
        codes = np.array([*verdicts, 0], dtype=np.uint32)[classes]
        for row, code in decide_left(left, bench, forms, held).items():
            codes[row] = code
        return codes


def _add(all_rows: Strange, rows: Strange) -> None:
    for key, places in rows.items():
        all_rows.setdefault(key, []).extend(places)
