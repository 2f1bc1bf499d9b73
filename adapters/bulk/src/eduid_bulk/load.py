"""
Read both files into the narrow columns of the kernel, section by section, in threads.

The order does not matter, because every form and every registry row carries its number.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Final

import attrs
import numpy as np
import polars as pl

from eduid_bulk.application_ids import ApplicationIds
from eduid_bulk.encode import EncodingContext, Strange, filled
from eduid_bulk.fallback import fetch
from eduid_bulk.id_features import NO_KEY
from eduid_bulk.partitions import Partitions
from eduid_bulk.sources import Source
from eduid_core.matching import SchoolIndex
from eduid_core.matching.engine import blanked
from eduid_registry_file.faults import FileFault, RowFault
from eduid_registry_file.register_rows import unreadable_number
from eduid_registry_file.trust import RegistryTrust, status_is_unknown

__all__ = ["LoadedFiles"]

_WORKERS: Final = 2
_NO_CODE: Final = -1

Batches = Iterator[pl.DataFrame]


@attrs.define(eq=False)
class LoadedFiles:
    """The results of reading two files, except for the parts that hold their rows."""

    applications: Source
    registry: Source
    reading: EncodingContext
    ids: ApplicationIds = attrs.field(factory=ApplicationIds)
    strange_forms: Strange = attrs.field(factory=dict, repr=False)
    strange_held: Strange = attrs.field(factory=dict, repr=False)
    _schools: set[tuple[int, int]] = attrs.field(factory=set, repr=False)
    _trust: RegistryTrust = attrs.field(factory=RegistryTrust, repr=False)
    _lock: threading.Lock = attrs.field(factory=threading.Lock, repr=False)

    def read(self, forms: Partitions, held: Partitions) -> SchoolIndex:
        """
        Read the forms and the registry rows into *forms* and *held*; return the index of the schools.

        Raises:
            FileFault: a file cannot be read, or the registry holds no student.
        """
        registry = self.registry.stretches()
        self._look_for_phones()
        mine = [partial(self._take_forms, each, forms) for each in self.applications.stretches()]
        theirs = [partial(self._take_held, each, held) for each in registry]
        with ThreadPoolExecutor(_WORKERS) as workers:
            held_laid, forms_laid = ([workers.submit(each) for each in side] for side in (theirs, mine))
            schools = self._index(held_laid)  # while the forms are read
            for each in forms_laid:
                each.result()
        self._look_at_names()
        self._set_aside()
        return schools

    def faults(self) -> tuple[RowFault, ...]:
        """Return every row set aside: those of the applications first, each file in its order."""
        name, faults = self.applications.path.name, list(self.applications.faults)
        if self.ids.wrong:
            found = fetch(self.applications, self.ids.wrong)
            faults += [
                RowFault(name, found[row]["line"], "application_id", code)
                for row, code in self.ids.wrong.items()
            ]
            faults.sort(key=lambda fault: fault.line)
        return (*faults, *self.registry.faults)

    def _look_for_phones(self) -> None:
        """Lay out phones only if they are compared."""
        if self.reading.policy.guardian_phone_must_agree and self.registry.holds("guardian_phone"):
            self.reading = attrs.evolve(self.reading, phones=True)

    def _take_forms(self, batches: Batches, forms: Partitions) -> None:
        for frame in batches:
            narrow, strange = self.reading.forms(frame)
            forms.add(narrow)
            if not self.applications.is_examined:
                self.ids.look_at(frame)
            with self._lock:
                _add(self.strange_forms, strange)

    def _take_held(self, batches: Batches, held: Partitions) -> None:
        for frame in batches:
            narrow, strange = self.reading.held(frame)
            narrow = self._believed(frame, narrow, strange)
            held.add(narrow)
            schools = _schools_of(narrow)
            with self._lock:
                _add(self.strange_held, strange)
                self._schools |= schools

    def _index(self, laid: Iterable[Future[None]]) -> SchoolIndex:
        """Return the index of the schools, once the registry is *laid*."""
        for each in laid:
            each.result()
        self._check_trust()
        if not self._schools:
            raise FileFault("REGISTRY_EMPTY", file=self.registry.path.name)
        codes, names = (self.reading.texts_of(column).texts for column in ("school_code", "school"))
        pairs = ((codes[code], names[name]) for name, code in self._schools)
        return SchoolIndex.of_names((code, name) for code, name in pairs if filled(code) and filled(name))

    def _believed(self, frame: pl.DataFrame, narrow: pl.DataFrame, strange: Strange) -> pl.DataFrame:
        """Return *narrow* without the rows with a number that cannot be read, and count what is not known."""
        keys, known = narrow["key"].to_numpy(), {row for rows in strange.values() for row in rows}
        places = [
            place for place in np.flatnonzero(keys == NO_KEY).tolist() if frame["row"][place] not in known
        ]
        wrong, blank = {}, 0
        for place, row in zip(places, frame[places].iter_rows(named=True), strict=True):
            if shape := unreadable_number(blanked(row["id_type"]), blanked(row["id_number"])):
                wrong[place] = shape
            else:
                blank += not blanked(row["id_number"])
        unknown = np.flatnonzero(narrow["status"].to_numpy() == self.reading.unknown_status)
        unknown = unknown[~np.isin(unknown, list(wrong))]  # the words of rows that are set aside do not count
        words = frame["status"][unknown].cast(pl.String).to_list()
        with self._lock:
            self._trust.rows += len(frame) - len(wrong)
            self._trust.blank += blank
            self._trust.statuses.update(filter(status_is_unknown, words))
            for place, shape in wrong.items():
                self.registry.set_aside(frame["row"][place], frame["line"][place], "id_number", "ID_UNREADABLE")
                self._trust.shape = self._trust.shape or shape
        return narrow.filter(~np.isin(np.arange(len(narrow)), list(wrong))) if wrong else narrow

    def _check_trust(self) -> None:
        """Refuse a registry that cannot be believed."""
        trust = self.registry.trust
        if trust is None:
            self._trust.set_aside(self.registry.faults)
            trust = self._trust
        trust.check(self.registry.path.name)

    def _look_at_names(self) -> None:
        """Find ids that hold a name of their own row; looked for only if an id holds text at all."""
        if self.ids.wordy:
            source = self.applications.of_columns("application_id", "id_number", "name", "guardian_name")
            for frame in source.batches():
                self.ids.look_at_names(frame)

    def _set_aside(self) -> None:
        """Find the repeated ids."""
        suspects = self.ids.suspects().tolist()
        if suspects:
            found = fetch(self.applications, suspects)
            self.ids.count((row, found[row]["application_id"].strip()) for row in suspects)


def _add(all_rows: Strange, rows: Strange) -> None:
    for key, places in rows.items():
        all_rows[key] = sorted([*all_rows.get(key, ()), *places])


def _schools_of(held: pl.DataFrame) -> set[tuple[int, int]]:
    """Return each name of a school and its code, as numbers; nearly always a name has one code."""
    schools, codes = held["school"].to_numpy(), held["school_code"].to_numpy()
    beside = np.full(int(schools.max(initial=0)) + 1, _NO_CODE, dtype=np.int64)
    beside[schools] = codes
    names = np.flatnonzero(beside != _NO_CODE)
    others = held.select("school", "school_code").filter(beside[schools] != codes).unique()
    return {*zip(names.tolist(), beside[names].tolist(), strict=True), *others.iter_rows()}
