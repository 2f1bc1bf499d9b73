"""The reads of the service: every one takes the actor who reads, and answers what that actor may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Literal

import attrs

from eduid_core.findings import CallerError, Refused
from eduid_core.matching import Application as Form
from eduid_core.plugins import Commit, IndexQuery, IndexRow
from eduid_core.service.case_index import CLASS, GUARDIAN, NAME, SCHOOL, case_row, class_key, name_key
from eduid_core.service.drivers import run
from eduid_core.service.erasure import Erased
from eduid_core.service.intents import Load
from eduid_core.service.looks import looks_at
from eduid_core.service.reading.access import Reach, reach_of
from eduid_core.service.reading.cases import FAMILY, case_of_actor, line_of
from eduid_core.service.reading.explained import words_of
from eduid_core.service.reading.form_findings import form_findings
from eduid_core.service.reading.guardians import links_of
from eduid_core.service.reading.oversight import MOST, OversightReader, bounded
from eduid_core.service.reading.values import Case, CaseLine, FormFinding, LinkLine, Look, Words
from eduid_core.validation.schooling.class_form import class_form
from eduid_core.workflow import CHINA, Actor

__all__ = ["Reader"]

By = Literal["status", "school", "class_"]


def _before(key: str) -> str:
    """Return a text that sorts before *key* and after every key that sorts before it."""
    return f"{key[:-1]}{chr(ord(key[-1]) - 1)}\U0010ffff"


def _fits(row: IndexRow, query: IndexQuery) -> bool:
    """Return whether *row* has the values that *query* asks for."""
    asked = {field: getattr(query, field) for field in ("status", "school", "class_", "guardian", "name")}
    return all(getattr(row, field) == value for field, value in asked.items() if value)


class Reader(OversightReader):
    """The reads of a service over its *store*."""

    def find(self, id: str, *, by: Actor) -> Case | Refused:  # noqa: A002 - the name of every caller
        """
        Return one application as *by* may see it: its own family in the clear, reviewers and operators masked.

        An application that does not exist, and one that *by* has nothing to do with, are answered alike.
        """
        look = self._look(by, id)
        return (
            look if isinstance(look, Refused) else self._run(case_of_actor(look, self.policy, self._deadlines))
        )

    def explain(self, id: str, *, by: Actor) -> tuple[Words, ...] | Refused:  # noqa: A002 - as above
        """Return one application in words, a line each, as *by* may see it: status, reasons, who acts next."""
        case = self.find(id, by=by)
        return case if isinstance(case, Refused) else words_of(case)

    def check_form(self, form: Form, *, by: Actor) -> tuple[FormFinding, ...] | Refused:
        """Return the findings about *form* by field, today; no student's row is looked at."""
        look = self._allowed("check_form", by)
        if isinstance(look, Refused):
            return look
        found: tuple[FormFinding, ...] = self._run(form_findings(form, look.at.astimezone(CHINA).date()))
        return found

    def reads_of(self, id: str, *, by: Actor) -> tuple[Look, ...] | Refused:  # noqa: A002 - as above
        """Return who looked at the student's data of an application in the clear (谁看过), oldest first."""
        look = self._allowed("reads_of", by, id)
        return look if isinstance(look, Refused) else looks_at(self._store, id)

    def links(self, *, by: Actor) -> tuple[LinkLine, ...] | Refused:
        """Return the links of the account of *by* to children, and its open requests; `EndLink` ends one."""
        look = self._allowed("list", by)
        if isinstance(look, Refused):
            return look
        found: tuple[LinkLine, ...] = self._run(links_of(look.by.id, look.at))
        return found

    # --- lists -----------------------------------------------------------------------------------------

    def list(
        self,
        *,
        by: Actor,
        status: str = "",
        school: str = "",
        class_: str = "",
        assigned: str | None = None,
        guardian: str = "",
        due_before: dt.datetime | None = None,
        name: str = "",
        after: str = "",
        limit: int = 100,
    ) -> tuple[CaseLine, ...] | Refused:
        """
        Return the first *limit* applications (at most 1,000) by id after *after*, the id of the last one seen.

        *school* is a school code; *class_* the class beside it, in any spelling; *assigned* a reviewer's id, or
        "" for reviews that wait for nobody; *guardian* the account that applied, or that is linked to the
        application; *name* the student's name. A family sees its own applications and linked ones, staff those
        within the reach of their seats, an operator all.
        """
        look = self._allowed("list", by)
        if isinstance(look, Refused):
            return look
        reach = self._run(reach_of(look))
        if by.role in FAMILY and guardian == by.id:
            guardian = ""  # all that the reader reaches is their own or linked
        limit = bounded(limit)
        query = self._query(school, class_, guardian, name)
        query = attrs.evolve(query, status=status, due_before=due_before, after=after, limit=limit)
        if assigned is not None:
            return self._of_reviewer(assigned, reach, query, clear=False)
        lines: list[CaseLine] = []
        while len(lines) < limit:  # rows of erased applications have no line
            parts = self._within(reach, query, school, class_)
            found = [row.key for part in parts for row in self._store.find_rows(part)]
            found += [row.key for row in self._linked(reach, query) if row.key > query.after]
            keys = sorted(dict.fromkeys(found))[:limit]
            lines += self._each_line(keys, clear=by.role in FAMILY)
            if len(keys) < limit:
                break
            query = attrs.evolve(query, after=keys[-1])
        return tuple(lines[:limit])

    def count(
        self, *, by: Actor, per: By = "status", status: str = "", school: str = "", class_: str = ""
    ) -> Mapping[str, int] | Refused:
        """
        Return the number of applications within the reach of *by*, *per* status, school or class.

        A school is named by its code, a class by that code, a blank and the class; a blank is neither.
        """
        look = self._allowed("count", by)
        if isinstance(look, Refused):
            return look
        reach = self._run(reach_of(look))
        counts: dict[str, int] = {}
        query = attrs.evolve(self._query(school, class_), status=status)
        for part in self._within(reach, query, school, class_):
            for value, number in self._store.count_rows(part, per).items():
                counts[value] = counts.get(value, 0) + number
        for row in self._linked(reach, query):
            value = row.class_ if per == "class_" else getattr(row, per)
            counts[value] = counts.get(value, 0) + 1
        return counts if per == "status" else {self._place_named(per, v): n for v, n in counts.items()}

    def _place_named(self, per: By, digest: str) -> str:
        """Return the school or class that *digest* stands for, as one of its applications names it."""
        if not digest:
            return ""
        asked = IndexQuery(school=digest, limit=1) if per == "school" else IndexQuery(class_=digest, limit=1)
        for row in self._store.find_rows(asked):
            state: Any = self.executor.perform(Load("application", row.key)).state
            school, class_name = state.file.place
            return str(school) if per == "school" else f"{school} {class_name}"
        return ""

    def rebuild_index(self, *, by: Actor) -> int:
        """
        Make the index anew from the states of the applications; return the number of rows that differed.

        Raises:
            CallerError: *by* is not this service's operator.
        """
        look = self._allowed("list", by)
        if isinstance(look, Refused) or by.role.value != "operator":
            raise CallerError("the index is rebuilt by the operator")
        names = [name.partition("/")[2] for name in self._store.streams("application/", None)]
        return sum(self._rebuilt(names[start : start + MOST]) for start in range(0, len(names), MOST))

    # --- parts -----------------------------------------------------------------------------------------

    def _query(self, school: str, class_: str, guardian: str = "", name: str = "") -> IndexQuery:
        blind = self.executor.vault.blind
        if class_ and not school:
            raise CallerError("class_: a class is asked for together with its school")
        place = class_key(school, class_form(class_)) if class_ else ""
        return IndexQuery(
            school=blind(SCHOOL, school) if school and not class_ else "",
            class_=blind(CLASS, place) if place else "",
            guardian=blind(GUARDIAN, guardian) if guardian else "",
            name=blind(NAME, name_key(name)) if name else "",
        )

    def _within(self, reach: Reach, query: IndexQuery, school: str, class_: str) -> Sequence[IndexQuery]:
        """Return *query* narrowed to the reach: one query for each place that the reader covers."""
        blind = self.executor.vault.blind
        if reach.everything:
            return [query]
        if reach.accounts:
            own = [blind(GUARDIAN, account_id) for account_id in reach.accounts]
            return [attrs.evolve(query, guardian=one) for one in own if query.guardian in {"", one}]
        if school:
            asked = (school, class_form(class_) if class_ else "")
            if reach.covers(asked):
                return [query]
            places = [place for place in reach.places if place[0] == school and not class_]
        else:
            places = list(reach.places)
        return [
            attrs.evolve(query, class_=blind(CLASS, class_key(code, name)))
            if name
            else attrs.evolve(query, school=blind(SCHOOL, code))
            for code, name in places
        ]

    def _of_reviewer(
        self, reviewer: str, reach: Reach, query: IndexQuery, *, clear: bool
    ) -> tuple[CaseLine, ...]:
        """Return the reviews that wait for *reviewer*, or for nobody, within the reach and as *query* asks."""
        if reviewer:
            keys = sorted(row.task for row in self._store.queue(reviewer, MOST))
        else:
            open_tasks = ("unassigned", "awaiting_second")
            waiting = [self._store.streams("review_task/", status) for status in open_tasks]
            keys = sorted(name.partition("/")[2] for names in waiting for name in names)
        lines = self._each_line((key for key in keys if key > query.after), clear=clear)
        theirs = (line for line in lines if line.next_step.reviewer == reviewer)
        return tuple(islice((line for line in theirs if self._fits(line, reach, query)), query.limit))

    def _fits(self, line: CaseLine, reach: Reach, query: IndexQuery) -> bool:
        fits, due = _fits(self._row(line.id), query), query.due_before
        in_time = due is None or (line.next_step.until is not None and line.next_step.until < due)
        return fits and in_time and reach.covers((line.school_code, line.class_name))

    def _linked(self, reach: Reach, query: IndexQuery) -> Iterator[IndexRow]:
        """Yield the rows of the applications linked by themselves, as *query* asks, that no account brings."""
        own = {self.executor.vault.blind(GUARDIAN, account_id) for account_id in reach.accounts}
        for row in map(self._row, reach.applications):
            in_time = query.due_before is None or (row.due is not None and row.due < query.due_before)
            if row.guardian not in own and in_time and _fits(row, query):
                yield row

    def _row(self, key: str) -> IndexRow:
        state: Any = self.executor.perform(Load("application", key)).state
        if isinstance(state, Erased):
            return IndexRow(key=key, status=state.status)
        return case_row(key, state, self.executor.vault.blind, self._due(state))

    def _rebuilt(self, keys: Sequence[str]) -> int:
        """Write the rows of *keys*, which are in order, where they differ; return the number of those."""
        stored: dict[str, IndexRow] = {}
        for key in keys:
            if key not in stored and not (stored and key < max(stored)):
                page = self._store.find_rows(IndexQuery(after=_before(key), limit=MOST))
                stored |= {row.key: row for row in page}
        made = [self._row(key) for key in keys]
        wrong = tuple(row for row in made if stored.get(row.key) != row)
        if wrong:
            self._store.commit([Commit(index=wrong)])
        return len(wrong)

    def _each_line(self, keys: Iterable[str], *, clear: bool) -> Iterator[CaseLine]:
        lines = (self._run(line_of(key, self._deadlines, clear=clear)) for key in keys)
        return (line for line in lines if line is not None)

    def _run(self, steps: Generator[Any, Any, Any]) -> Any:  # noqa: ANN401 - what the steps return
        return run(steps, self.executor.perform)
