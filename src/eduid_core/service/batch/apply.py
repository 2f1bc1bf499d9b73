"""
Apply a plan: one commit per row with its messages and its answer, one transaction per group of rows.

A row is identified by its key (run and place). A row that was applied before is answered from the store and has
no other effect. The current state in the store decides which command a row becomes; the plan gives its result.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator, Sequence
from typing import Any, Final, assert_never, cast

import attrs

from eduid_core.china import CHINA
from eduid_core.findings import Refused
from eduid_core.matching import Application as Form
from eduid_core.plugins import Committed, RegistryAnswer
from eduid_core.service.batch.assess import Known, unchanged
from eduid_core.service.batch.records import BatchRow, PlannedRow, RunRecord
from eduid_core.service.batch.storage import amended
from eduid_core.service.drivers import run_together
from eduid_core.service.erasure import Erased
from eduid_core.service.facade import Service
from eduid_core.service.handlers.dispatch import flag
from eduid_core.service.handlers.places import place_of
from eduid_core.service.handlers.reviewers import contacts
from eduid_core.service.intents import Accepted, FindAnswer, Handler
from eduid_core.service.unit_of_work import TRIES, UnitOfWork
from eduid_core.workflow import Actor, Command, Policy, Role
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application import states as status
from eduid_core.workflow.application.states import MatchResult, Teacher
from eduid_core.workflow.effects import SendMessage
from eduid_core.workflow.forms import mobile_number
from eduid_core.workflow.reactions.applications import SYSTEM

__all__ = ["ATTESTATION", "IMPORTER", "Asked", "RunContext", "consent_message", "hand_in_together"]

DUPLICATE_TIER = 5
ATTESTATION: Final = "school_attested/2026-1"
"""The version of the text that the importer attests."""

IMPORTER: Final = Actor(id="importer", role=Role.IMPORTER, assurance=2)

Asked = Callable[[PlannedRow, BatchRow], RegistryAnswer | None]
"""Returns the registry's class and teacher of a row that needs a review."""


@attrs.frozen(kw_only=True)
class RunContext:
    """The actor of a run and its context: the importer, the time, the attested text, the id of the run."""

    run: str
    importer: Actor
    at: dt.datetime
    attestation: str

    @classmethod
    def of(cls, run: RunRecord, at: dt.datetime) -> RunContext:
        """Return the importer's context for *run*."""
        attestation = f"{ATTESTATION};sha256:{run.applications}"
        return cls(run=run.id, importer=IMPORTER, at=at, attestation=attestation)


def hand_in_together(
    pairs: Sequence[tuple[PlannedRow, BatchRow]], context: RunContext, service: Service, asked: Asked
) -> None:
    """
    Submit rows, all in one transaction.

    A row that the lifecycle refuses (a concurrent change, missing consent) is left to a person.
    """
    pairs = [(p, row) for p, row in pairs if not p.is_quarantined]
    handlers = [_hand_in(p, _form(p, row), asked(p, row), context, service.policy) for p, row in pairs]
    answers = run_together(handlers, service.executor.perform_many)
    refused = [p for (p, _), answer in zip(pairs, answers, strict=True) if isinstance(answer, Refused)]
    if refused:
        run_together(
            [_flag(p, context, service.policy) for p in refused if p.others], service.executor.perform_many
        )
        for_a_person = MatchResult("review", ("ROW_NOT_TAKEN_IN",), tier=1)
        for_review = [attrs.evolve(p, result=for_a_person) for p in refused]
        documents = [amended(planned, context.run) for planned in for_review]
        service.executor.ledger.put(documents, at=context.at.isoformat(), what="run")


def _form(planned: PlannedRow, row: BatchRow) -> Form:
    """Return the form of a row under its planned id, which a file without ids does not hold."""
    form = row.form
    same = form.application_id == planned.application_id
    return form if same else attrs.evolve(form, application_id=planned.application_id)


def _hand_in(
    planned: PlannedRow, form: Form, asked: RegistryAnswer | None, context: RunContext, policy: Policy
) -> Handler:
    """Submit one row and record its result; a row that is unchanged has no effect."""
    stored = planned
    for _ in range(TRIES):
        work = UnitOfWork(policy)
        found = yield from work.state("application", planned.application_id)
        state = cast("Known | None", found)  # a stream of this aggregate holds nothing else
        answer = _left_alone(state, planned, form)
        if answer is not None:
            return answer
        first, *rest = _commands(state, planned, form, context)
        # An application that was never opened has no stored answer, because both would be in one commit. The
        # key is of this row only: if it was answered before, by an opening or by another command, the row has
        # been applied.
        if state is not None and (yield FindAnswer(first)) is not None:
            return Accepted(subject=planned.application_id, status=state.status)
        refused = yield from _give(work, [first, *rest])
        if refused is None and policy.file_consent == "school_attested":
            refused = yield from _record(work, planned, asked, context)
        elif (
            refused is None and isinstance(first, app.Open | app.Save) and (asked_for := consent_message(first))
        ):
            work.send(asked_for)  # until the guardian consents the form stays a draft
        if refused is not None:
            return refused
        if planned is not stored:
            work.documents.append(amended(planned, context.run))
        answer = work.accepted(first)
        outcome = yield work.write(command=first, answer=answer)
        if isinstance(outcome, Committed):
            return answer
        if outcome.why == "claim":
            planned = _now_a_duplicate(planned)
    return Refused("conflict")


def _left_alone(state: Known | None, planned: PlannedRow, form: Form) -> Accepted | Refused | None:
    """Return the answer to a row that is not written: it has no effect, or a family opened the application."""
    if state is not None and not isinstance(state, Erased) and state.file.account_id:
        return Refused("forbidden")  # opened after the plan was made
    if unchanged(state, form):
        return Accepted(subject=planned.application_id, status=state.status if state else "")
    return None


def _flag(planned: PlannedRow, context: RunContext, policy: Policy) -> Handler:
    """Flag the other applications of a row that was not submitted: later rows of the same person rely on it."""
    for _ in range(TRIES):
        work = UnitOfWork(policy)
        yield from flag(work, planned.others, context.at)
        if not work.changes or isinstance((yield work.write()), Committed):
            return Accepted(subject=planned.application_id, status="")
    return Refused("conflict")


def _give(work: UnitOfWork, commands: list[Command]) -> Generator[Any, Any, Refused | None]:
    for command in commands:
        refused = yield from work.give(command)
        if refused is not None:
            return refused
    return None


def _commands(state: Known | None, planned: PlannedRow, form: Form, context: RunContext) -> list[Command]:
    """Return the commands that submit *form* to an application in *state*."""
    about: dict[str, Any] = {"subject": planned.application_id, "by": context.importer, "at": context.at}
    keyed = about | {"key": f"{context.run}:{planned.place}"}
    submit = app.Submit(basis=status.Basis.SCHOOL_ATTESTED, consent_text=context.attestation, **about)
    may_submit = planned.result.reasons != ("CONSENT_REQUIRED",)
    match state:
        case None | status.Withdrawn(by_file=True):
            opened = app.Open(form=form, attestation=context.attestation, **keyed)
            return [opened, submit] if may_submit else [opened]
        case status.Draft():
            saved = app.Save(form=form, **keyed)
            return [saved, submit] if may_submit else [saved]
        case status.Returned():
            return [app.Resubmit(form=form, **keyed)]
        case status.Approved():
            return [app.RequestCorrection(form=form, **keyed)]
        case status.Submitted() | status.PendingReview():
            return [app.Amend(form=form, **keyed)]
        case status.Rejected() | status.Withdrawn() | status.Expired() | status.Revoked() | status.Superseded():
            return [app.Amend(form=form, **keyed)]  # an ended application is unchanged, or refuses it
        case Erased():
            return [app.Amend(form=form, **keyed)]  # as above
    assert_never(state)


def _record(
    work: UnitOfWork, planned: PlannedRow, asked: RegistryAnswer | None, context: RunContext
) -> Generator[Any, Any, Refused | None]:
    """Record the planned result on the submitted revision, and flag the other applications of the person."""
    state = yield from work.state("application", planned.application_id)
    if not isinstance(state, status.Submitted):
        return Refused("invalid_transition", {"status": state.status if state else None, "allowed": ()})
    asked = asked or RegistryAnswer()
    owner: Teacher | None = None
    place = yield from work.read_set.recording(place_of(planned.application_id, asked))
    if planned.result.outcome == "review":
        day = context.at.astimezone(CHINA).date()
        owner, _ = yield from work.read_set.recording(contacts(state, place, asked.teacher, day, work.policy))
    command = app.RecordMatch(
        subject=planned.application_id,
        by=SYSTEM,
        at=context.at,
        rev=state.revision,
        result=planned.result,
        teacher=owner,
        class_ref=place,
    )
    refused = yield from work.give(command)
    if refused is None:
        yield from flag(work, planned.others, context.at)
    return refused


def consent_message(given: app.Open | app.Save) -> SendMessage | None:
    """Return the one message that a form waits for the guardian's consent; None if the phone is no mobile."""
    mobile = mobile_number(given.form.guardian_phone)
    if mobile is None:
        return None
    about: dict[str, Any] = {"subject": given.subject, "revision": 0, "event": "ConsentRequired"}
    return SendMessage(template="consent_wanted", to=mobile, recipient="guardian", **about)


def _now_a_duplicate(planned: PlannedRow) -> PlannedRow:
    """Send the row to review: another application of the person was approved after the plan was made."""
    result = attrs.evolve(
        planned.result, outcome="review", reasons=("DUPLICATE_APPLICATION",), tier=DUPLICATE_TIER, suggestion=""
    )
    return attrs.evolve(planned, result=result)
