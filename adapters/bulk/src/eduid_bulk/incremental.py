"""
Incremental decisions while the registry changes: a delta re-decides only the applications that it affects.

An application is affected if a row with its number was added, changed or removed, or if a change of the
registry's schools makes its school name lead to another school. After any deltas, the decisions equal those of
a full run over the current registry.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

import attrs

from eduid_bulk.verdicts import WrittenVerdict, decided, matched
from eduid_core.matching import Application, Found, Policy, RegistryRow, SchoolIndex, lookup_key

__all__ = ["IncrementalState"]


def _lists() -> defaultdict[str, list[str]]:
    return defaultdict(list)


@attrs.define(eq=False)
class IncrementalState:
    """
    Applications by id, registry rows by a number of their own, and the decision on each application.

    *decisions* may come from a run over the same files; without them every application is decided at once.

    >>> standing = IncrementalState({"a": Application("a")}, {}, as_of=dt.date(2026, 11, 2))
    >>> standing.decisions["a"].outcome
    'returned'
    """

    forms: Mapping[str, Application] = attrs.field(repr=False)
    held: dict[str, RegistryRow] = attrs.field(converter=dict, repr=False)
    as_of: dt.date = attrs.field(kw_only=True)
    policy: Policy = attrs.field(kw_only=True, factory=Policy)
    decisions: dict[str, WrittenVerdict] = attrs.field(kw_only=True, factory=dict, converter=dict, repr=False)
    _schools: SchoolIndex = attrs.field(init=False, repr=False)
    _names: Counter[tuple[str, str]] = attrs.field(init=False, factory=Counter, repr=False)
    _forms_of: defaultdict[str, list[str]] = attrs.field(init=False, factory=_lists, repr=False)
    _twins_of: defaultdict[str, list[str]] = attrs.field(init=False, factory=_lists, repr=False)
    _rows_of: defaultdict[str, list[str]] = attrs.field(init=False, factory=_lists, repr=False)
    _at_school: defaultdict[str, list[str]] = attrs.field(init=False, factory=_lists, repr=False)

    def __attrs_post_init__(self) -> None:
        """Build the indexes and decide every application without a decision."""
        for number, row in self.held.items():
            self._enter(number, row)
        self._schools = SchoolIndex.of_names(list(self._names))
        for name, form in self.forms.items():
            self._at_school[form.school].append(name)
            key = _key(form)
            if key is not None:
                self._forms_of[key].append(name)
                if self._verdict(form, 0).outcome != "returned":
                    self._twins_of[key].append(name)
        self._decide(name for name in self.forms if name not in self.decisions)

    def change(self, delta: Mapping[str, RegistryRow | None]) -> dict[str, WrittenVerdict]:
        """
        Apply *delta*, registry rows by number, None for a removed row; return the changed decisions.

        A row with a new number is placed after all others.
        """
        names, before = set(self._names), self._schools
        keys = [key for number, row in delta.items() for key in self._replace(number, row)]
        touched = {name for key in keys if key is not None for name in self._forms_of.get(key, ())}
        if names != set(self._names):
            self._schools = SchoolIndex.of_names(list(self._names))
            touched |= self._led_elsewhere(before)
        stood = {name: self.decisions[name] for name in touched}
        self._decide(touched)
        return {name: self.decisions[name] for name, was in stood.items() if self.decisions[name] != was}

    # --- the registry ---------------------------------------------------------------------------------------

    def _replace(self, number: str, row: RegistryRow | None) -> Iterable[str | None]:
        """Replace the row with this *number* by *row*; yield the keys of both."""
        old = self.held.get(number)
        if old is not None:
            key = _key(old)
            if key is not None:
                self._rows_of[key].remove(number)
            self._count(old, -1)
            yield key
        if row is None:
            self.held.pop(number, None)
            return
        self.held[number] = row
        yield self._enter(number, row)

    def _enter(self, number: str, row: RegistryRow) -> str | None:
        """Record *row* under its key and its school; return the key."""
        key = _key(row)
        if key is not None:
            self._rows_of[key].append(number)
        self._count(row, 1)
        return key

    def _count(self, row: RegistryRow, step: int) -> None:
        if row.school_code and row.school:
            name = row.school_code, row.school
            self._names[name] += step
            if not self._names[name]:
                del self._names[name]

    def _led_elsewhere(self, before: SchoolIndex) -> set[str]:
        """Return the applications with a school name that leads to another school than *before*."""
        return {
            name
            for school, names in self._at_school.items()
            if _leads(before, school, self.as_of) != _leads(self._schools, school, self.as_of)
            for name in names
        }

    # --- deciding -------------------------------------------------------------------------------------------

    def _decide(self, names: Iterable[str]) -> None:
        for name in names:
            key = _key(self.forms[name])
            twins = self._twins_of.get(key, []) if key is not None else []
            others = len(twins) - 1 if name in twins else 0
            self.decisions[name] = self._verdict(self.forms[name], others)

    def _verdict(self, form: Application, others: int) -> WrittenVerdict:
        key = _key(form)
        rows = [self.held[number] for number in self._rows_of.get(key, ())] if key is not None else []
        found = Found(rows, self._schools, self.as_of, also_applied=("live",) * others)
        return decided(matched(form, found, policy=self.policy))


def _key(record: Application | RegistryRow) -> str | None:
    return lookup_key(record.id_type, record.id_number)


def _leads(schools: SchoolIndex, school: str, as_of: dt.date) -> tuple[object, object]:
    return schools.resolve(school, as_of=as_of), schools.exact.get(school)
