"""
Undo a file run: withdraw what it opened, put back what it changed, each application in one commit.

What a person or a later file acted on since is left. The content of the file is forgotten: it may be run
again. A family is told once, and only if it was told of the run; messages of the run that wait are dropped.
Undoing may be cut off anywhere and begun again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, Final, Literal

import attrs

from eduid_core.findings import Refused
from eduid_core.plugins import Committed
from eduid_core.service.batch.apply import ATTESTATION, IMPORTER
from eduid_core.service.batch.records import PlannedRow, RunRecord
from eduid_core.service.batch.run_trace import RunTrace, trace_of
from eduid_core.service.batch.storage import all_runs, planned_rows
from eduid_core.service.drivers import run as driven
from eduid_core.service.erasure import Erased
from eduid_core.service.facade import Service
from eduid_core.service.intents import FindAnswer, Handler
from eduid_core.service.unit_of_work import UnitOfWork
from eduid_core.workflow import Command, Role, State
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application import states as status
from eduid_core.workflow.application.states import MatchResult
from eduid_core.workflow.effects import SendMessage
from eduid_core.workflow.forms import mobile_number
from eduid_core.workflow.reactions.applications import SYSTEM

__all__ = ["RunUndo", "Sent", "UndoneRow"]

Sent = Callable[[tuple[str, ...]], bool]
"""Takes the identities of messages and returns whether one of them was handed over."""
_FOR_A_PERSON: Final = MatchResult("review", ("FILE_RUN_UNDONE",), tier=1)
"""The result of a form that a person had decided on before the run: a person decides again."""


@attrs.frozen(kw_only=True)
class UndoneRow:
    """An application of the run: what is done with it, the reason if it is left, whether the family is told."""

    application_id: str
    what: Literal["withdrawn", "put_back", "left", "done"]
    why: str = ""
    told: bool = False


class RunUndo:
    """
    Undoes the run *run_id* of the store of *service*.

    *sent* tells which messages were handed over; without it all of them are taken for sent.

    Raises:
        KeyError: there is no such run.
    """

    def __init__(self, service: Service, run_id: str, *, sent: Sent = bool) -> None:
        """Find the run."""
        self._service, self._executor, self._sent = service, service.executor, sent
        found = {one.id: one for one in all_runs(self._executor.store)}
        self.run: RunRecord = found[run_id]

    @property
    def is_done(self) -> bool:
        """Return whether the run was undone before, to its end."""
        return self.run.state == "undone"

    def rows(self) -> Iterator[UndoneRow]:
        """Yield what would be done with each application of the run, in the order of its file."""
        for planned, trace in self._traced():
            yield self._outlook(planned, trace)

    def carry_out(self) -> Iterator[UndoneRow]:
        """Do it, and yield what was done with each application; at the end the run is marked as undone."""
        for planned, trace in self._traced():
            outlook = self._outlook(planned, trace)
            yield outlook if outlook.what in {"left", "done"} else self._carried_out(planned, trace, outlook)
        self._executor.store.put([attrs.evolve(self.run, state="undone").document()])

    def _traced(self) -> Iterator[tuple[PlannedRow, RunTrace]]:
        """Yield each row with an effect."""
        for planned in planned_rows(self._executor.store, self.run):
            if planned.fresh and not planned.is_quarantined:
                trace = trace_of(planned, self.run.id, self._executor)
                if trace is not None:
                    yield planned, trace

    def _key(self, planned: PlannedRow) -> str:
        return f"undo:{self.run.id}:{planned.place}"

    def _outlook(self, planned: PlannedRow, trace: RunTrace) -> UndoneRow:
        key, state = planned.application_id, self._service.state("application", planned.application_id)
        mark = app.Withdraw(subject=key, by=IMPORTER, key=self._key(planned))
        if self._executor.perform(FindAnswer(mark)) is not None:
            return UndoneRow(application_id=key, what="done")
        if why := _left(state, trace):
            return UndoneRow(application_id=key, what="left", why=why)
        what: Literal["withdrawn", "put_back"] = "withdrawn" if trace.opened else "put_back"
        told = bool(trace.messages) and self._sent(trace.messages)
        return UndoneRow(application_id=key, what=what, told=told)

    def _carried_out(self, planned: PlannedRow, trace: RunTrace, outlook: UndoneRow) -> UndoneRow:
        answer = driven(self._undone(planned, trace, told=outlook.told), self._executor.perform)
        if isinstance(answer, Refused):
            return attrs.evolve(outlook, what="left", why="UNDO_REFUSED", told=False)
        return outlook

    def _undone(self, planned: PlannedRow, trace: RunTrace, *, told: bool) -> Handler:
        """Give the commands of one application, and commit them with the message to the family."""
        at, policy = self._service.clock(), self._service.policy
        work = UnitOfWork(policy)
        state = yield from work.state("application", planned.application_id)
        task: Any = yield from work.state("review_task", planned.application_id)
        first, *rest = _commands(state, trace, at, task)
        for command in (first, *rest):
            refused = yield from work.give(command)
            if refused is not None:
                return refused
        mobile = mobile_number(trace.form.guardian_phone)
        message = _message(planned, state, mobile) if told and mobile else None
        work.drop_messages(trace.messages, instead=message)
        answer = work.accepted(first)
        mark = app.Withdraw(subject=planned.application_id, by=IMPORTER, at=at, key=self._key(planned))
        outcome = yield work.write(command=mark, answer=answer)
        return answer if isinstance(outcome, Committed) else Refused("conflict")


def _left(state: State | None, trace: RunTrace) -> str:
    """Return why an application is left as it is; empty if it is not."""
    if state is None or isinstance(state, Erased) or state.terminal:
        return "UNDO_ENDED"
    if any(event.stamp.role is Role.IMPORTER for event in trace.since):
        return "UNDO_LATER_FILE"
    return "UNDO_ACTED_ON" if trace.since else ""


def _message(planned: PlannedRow, state: Any, mobile: Any) -> SendMessage:  # noqa: ANN401 - a state on file
    return SendMessage(
        template="file_undone",
        to=mobile,
        recipient="guardian",
        subject=planned.application_id,
        revision=state.revision,
        event="FileRunUndone",
    )


def _commands(
    state: Any,  # noqa: ANN401 - a state on file
    trace: RunTrace,
    at: dt.datetime,
    task: Any,  # noqa: ANN401 - a state of the review
) -> list[Command]:
    """Return the commands that put an application in *state* back to where it was before the run."""
    subject = state.file.application_id
    by_importer: dict[str, Any] = {"subject": subject, "by": IMPORTER, "at": at}
    withdraw = app.Withdraw(**by_importer)
    before: Any = trace.before
    if trace.opened or (isinstance(before, status.Approved) and state.tally.cycle is not None):
        return [withdraw]  # of a correction only the correction is dropped
    form = before.form
    result = _result(before)
    match before:
        case status.Draft():
            return [withdraw, app.Open(form=form, attestation=_attestation(trace), **by_importer)]
        case status.Approved():
            first: list[Command] = [app.RequestCorrection(form=form, **by_importer)]
        case _ if isinstance(state, status.PendingReview):
            first = [app.Amend(form=form, **by_importer)]
        case _:
            opened = app.Open(form=form, attestation=_attestation(trace), **by_importer)
            basis = status.Basis.SCHOOL_ATTESTED
            submit = app.Submit(basis=basis, consent_text=opened.attestation, **by_importer)
            first = [withdraw, opened, submit]
    brief = getattr(task, "brief", None)
    record = app.RecordMatch(
        subject=subject,
        by=SYSTEM,
        at=at,
        rev=state.revision + 1,
        result=result,
        class_ref=brief.class_ref if brief else ("", ""),
    )
    return [*first, record]


def _result(before: Any) -> MatchResult:  # noqa: ANN401 - a state on file
    """Return the result that the form had before the run; a person's decision is for a person again."""
    if isinstance(before, status.Approved) and before.evidence.method.startswith("registry"):
        return before.evidence.match
    found = getattr(before, "match", None)
    return found if isinstance(found, MatchResult) else _FOR_A_PERSON


def _attestation(trace: RunTrace) -> str:
    """Return the attestation under which a form was handed in before."""
    file = getattr(trace.before, "file", None)
    consent: str = file.consent if file else ""
    return consent or ATTESTATION
