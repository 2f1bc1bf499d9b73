"""A file run: begun or resumed, applied in groups, and finished with digest messages to those who review."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal

import attrs

from eduid_core.china import CHINA
from eduid_core.matching import shrunk
from eduid_core.plugins import Commit, RegistryAnswer, RegistryQuery, RegistrySource
from eduid_core.service.batch.apply import RunContext, hand_in_together
from eduid_core.service.batch.assess import Assessor, Matching
from eduid_core.service.batch.digests import ReviewDigests
from eduid_core.service.batch.plan import chunks, make_plan
from eduid_core.service.batch.records import GROUP, BatchRow, PlannedRow, RunRecord, digest_of_parts
from eduid_core.service.batch.returns import ManyReturned, ReturnCounts
from eduid_core.service.batch.storage import all_runs, keep_plan, keep_run, planned_rows, unfinished_run
from eduid_core.service.batch.workers import NOBODY, BatchWorkers
from eduid_core.service.facade import Service
from eduid_core.workflow.effects import SendMessage
from eduid_core.workflow.forms import person_of

__all__ = ["FileRun", "RunRefused"]


@attrs.frozen
class RunRefused(Exception):
    """
    The run may not begin: `as_of_differs`, `policy_differs` (a resumed run was given a different value),
    `reading_differs` (the same of what is told about the files), `registry_vanished` (the registry lost more
    rows than the policy allows), `many_returned` (too many rows would be returned for one reason), or
    `run_unfinished`: the run named in *detail* has begun and must be finished or given up first.
    """

    code: Literal[
        "as_of_differs",
        "policy_differs",
        "reading_differs",
        "registry_vanished",
        "many_returned",
        "run_unfinished",
    ]
    detail: str = ""
    returned: ManyReturned | None = None


class FileRun:
    """One applications file against one registry, on one service."""

    def __init__(
        self,
        service: Service,
        *,
        registry: RegistrySource,
        applications: str,
        snapshot: str,
        size_by_school: Mapping[str, int],
    ) -> None:
        """Identify the files by their digests: *applications* and *snapshot*."""
        self._service, self._registry, self._store = service, registry, service.executor.store
        self._applications, self._snapshot, self._sizes = applications, snapshot, dict(size_by_school)
        self._runs = all_runs(self._store)
        self.run = unfinished_run(self._store, applications, snapshot)
        self.resumed = self.run is not None

    # --- beginning -------------------------------------------------------------------------------------

    def begin(
        self,
        rows: Iterable[BatchRow],
        *,
        as_of: dt.date,
        policy_text: str = "",
        reading: str = "",
        journal: str = "",
        confirm_vanish: bool = False,
        confirm_returns: bool = False,
        abandon: bool = False,
        matching: Matching | None = None,
        on_progress: Callable[[int], None] = lambda _: None,
    ) -> RunRecord:
        """
        Plan the run and store the plan; no other state changes. *rows* is read more than once.

        The run itself is stored last: before that the run does not exist and its partial plan is ignored.
        Another run that waits to be resumed is given up only with *abandon*.

        Raises:
            RunRefused: another run was begun and not finished; or the registry lost too many rows, or too many
                rows would be returned for one reason, and this was not confirmed.
        """
        if not abandon:
            self._guard_what_waits()
        if not confirm_vanish:
            self._guard_against_vanishing()
        number = len(self._runs)
        run_id = self._id_of(as_of.isoformat(), policy_text, str(number), *filter(None, (reading,)))
        plan = make_plan(rows, self._assessor(as_of, matching), on_progress=on_progress)
        returns = ReturnCounts()
        count = keep_plan(self._service.executor.ledger, run_id, returns.over(plan), at=self._service.clock())
        many = returns.too_many()
        if many and not confirm_returns:
            raise RunRefused("many_returned", many.code, many)
        run = RunRecord(
            number=number,
            id=run_id,
            applications=self._applications,
            registry=self._snapshot,
            as_of=as_of,
            policy_text=policy_text,
            rows=count,
            size_by_school=self._sizes,
            reading=reading,
            returns_confirmed=many is not None,
            journal=journal,
        )
        self._keep(run)
        return run

    def _id_of(self, *began_with: str) -> str:
        return digest_of_parts(self._applications, self._snapshot, *began_with)[:26]

    def _keep(self, run: RunRecord) -> None:
        """Store *run*; every other waiting run is given up for it."""
        given_up = [attrs.evolve(r, state="abandoned") for r in self._runs if r.state == "planned"]
        keep_run(self._service.executor.ledger, run, given_up, at=self._service.clock())
        self.run = run

    def _assessor(self, as_of: dt.date, matching: Matching | None) -> Assessor:
        return Assessor(
            executor=self._service.executor,
            registry=self._registry,
            policy=self._service.policy,
            as_of=as_of,
            matching=matching,
            snapshot=self._snapshot,
        )

    def check_resumed(
        self, *, as_of: dt.date | None, policy_text: str | None, reading: str | None = None
    ) -> None:
        """
        Compare the arguments of a resumed run with those it began with.

        Raises:
            RunRefused: they differ.
        """
        if self.run is None:
            return
        if as_of is not None and as_of != self.run.as_of:
            raise RunRefused("as_of_differs", self.run.as_of.isoformat())
        if policy_text is not None and policy_text != self.run.policy_text:
            raise RunRefused("policy_differs")
        if reading is not None and reading != self.run.reading:
            raise RunRefused("reading_differs")

    def _guard_what_waits(self) -> None:
        """Raise if another run waits: its rows not yet submitted, and its digest messages, would be lost."""
        for run in self._runs:
            if run.is_unfinished:
                raise RunRefused("run_unfinished", run.name)

    def _guard_against_vanishing(self) -> None:
        """Compare the size of the registry with that of the previous run, in total and by school."""
        counted = [run for run in self._runs if run.state != "undone"]
        if not counted:
            return
        lost = shrunk(counted[-1].size_by_school, self._sizes, policy=self._service.policy.matching)
        if lost:
            first = lost[0]
            where = f"{first.school_code}: " if first.school_code else ""
            raise RunRefused("registry_vanished", f"{where}{first.before} -> {first.after}")

    # --- carrying out ----------------------------------------------------------------------------------

    def carry_out(
        self,
        rows: Iterable[BatchRow],
        *,
        workers: BatchWorkers = NOBODY,
        on_progress: Callable[[int], None] = lambda _: None,
    ) -> None:
        """
        Submit every row as planned, in groups, and finish the run. *rows* are those the run was begun with.

        Rows that *workers* accept but do not submit are submitted here at the end: a row may be submitted
        twice.
        """
        run = self._begun()
        context = RunContext.of(run, self._service.clock())
        own: list[tuple[PlannedRow, BatchRow]] = []
        for group in chunks(self.with_rows(rows), GROUP):
            taken = workers.take(group[0][0].place, context.at)
            own.extend(pair for pair in group if not (taken and pair[0].stands_alone))
            if len(own) >= GROUP:
                self._hand_in(own, context)
                own = []
            on_progress(len(group))
        self._hand_in(own, context)
        if left := workers.finish():
            for group in chunks(self.with_rows(rows), GROUP):
                if group[0][0].place in left:
                    self._hand_in(group, context)
        self._finish(run, rows)

    def _hand_in(self, pairs: Sequence[tuple[PlannedRow, BatchRow]], context: RunContext) -> None:
        hand_in_together(pairs, context, self._service, self._asked)

    def _begun(self) -> RunRecord:
        if self.run is None:
            raise RuntimeError("begin() comes first")
        return self.run

    def planned(self) -> Iterator[PlannedRow]:
        """Yield the result of every row, in the order of the file."""
        return planned_rows(self._store, self._begun())

    def with_rows(self, rows: Iterable[BatchRow]) -> Iterator[tuple[PlannedRow, BatchRow]]:
        """Yield the result of every row together with the row."""
        return zip(self.planned(), rows, strict=True)

    def outcomes(self) -> list[PlannedRow]:
        """Return the result of every row, in the order of the file."""
        return list(self.planned())

    def answer(self, row: BatchRow) -> RegistryAnswer:
        """Return the registry's answer for a row, with a keyed id for the teacher; none if it fails."""
        try:
            found = self._registry.find(RegistryQuery(person=person_of(row.form), form=row.form))
        except Exception:  # noqa: BLE001 - reported when the row was judged
            return RegistryAnswer(available=False)
        return self._service.executor.external.with_teacher_id(found)

    def revision_of(self, application_id: str) -> int:
        """Return the current revision of an application, which a decision names; 0 if there is none."""
        state = self._service.state("application", application_id)
        return state.revision if state else 0

    def needs_second(self, planned: PlannedRow) -> bool:
        """Return whether an approval of a row in review needs two persons."""
        task = self._service.state("review_task", planned.application_id)
        brief = getattr(task, "brief", None)
        return bool(brief and brief.needs_second)

    def _asked(self, planned: PlannedRow, row: BatchRow) -> RegistryAnswer | None:
        """Return the registry's class and teacher if the row needs a review."""
        return self.answer(row) if planned.result.outcome == "review" else None

    # --- finishing -------------------------------------------------------------------------------------

    def _finish(self, run: RunRecord, rows: Iterable[BatchRow]) -> None:
        """Post the digest messages and close the run, in one commit."""
        if run.state == "done":
            return
        done = attrs.evolve(run, state="done")
        outbox = tuple(self._service.executor.outbox_row(message) for message in self._digests(rows))
        finished = Commit(outbox=outbox, documents=(done.document(),))
        self._service.executor.ledger.commit([finished], at=self._service.clock().isoformat(), what="run")
        self.run = done

    def _digests(self, rows: Iterable[BatchRow]) -> list[SendMessage]:
        """Return the messages to those for whom reviews of this run wait."""
        digests = ReviewDigests(self._applications)
        for planned, row in self.with_rows(rows):
            if planned.result.outcome == "review" and planned.fresh:
                digests.add(self.answer(row))
        day = self._service.clock().astimezone(CHINA).date()
        return digests.messages(self._service.executor.perform, day)
