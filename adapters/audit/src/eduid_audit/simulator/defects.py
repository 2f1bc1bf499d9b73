"""Seeded defects, each with the checks that must detect it: a simulator that cannot fail proves no property."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator, Sequence
from typing import Any

import attrs

from eduid_audit.simulator.disk import TearingStore, WriteJournal
from eduid_audit.simulator.outside import SimulatedProvider
from eduid_audit.simulator.world import WorldParts
from eduid_core.findings import Refused
from eduid_core.plugins import (
    Commit,
    Committed,
    Conflict,
    HandedOver,
    LeasedMessage,
    LeaseTerms,
    Receipt,
    ReceiptStatus,
    RegistryAnswer,
    Settlement,
)
from eduid_core.service import LogIn, recovery, seats
from eduid_core.service.handlers import dispatch, enrichment, ownership, reviewers
from eduid_core.service.intents import Accepted, DeriveCode, QueryRegistry, Write
from eduid_core.service.outbox.relay import Relayed
from eduid_core.service.seats import Owner
from eduid_core.service.timers import TimersFired
from eduid_core.service.unit_of_work import UnitOfWork
from eduid_core.testing.conformance.store.memory import Memory
from eduid_core.testing.doubles import TrustingService
from eduid_core.workflow import Command, Policy
from eduid_core.workflow.effects import SendMessage
from eduid_core.workflow.reviewer_grant.commands import ClaimRole
from eduid_core.workflow.reviewer_grant.states import Position

__all__ = ["DEFECTS", "Defect"]


@attrs.frozen(kw_only=True)
class Defect:
    """The broken part, its place in the world, and the checks that may detect it first."""

    sentence: str
    parts: WorldParts
    caught_by: frozenset[str]


# --- stores --------------------------------------------------------------------------------------------


class _NoClaims(TearingStore):
    def conflict(self, memory: Memory, commit: Commit) -> Conflict | None:
        return super().conflict(memory, attrs.evolve(commit, takes=()))


class _StaysTorn(TearingStore):
    def recover(self, journal: WriteJournal) -> None:
        """Leave the half-written commit in place."""


class _Generous(TearingStore):
    def conflict(self, memory: Memory, commit: Commit) -> Conflict | None:
        return super().conflict(memory, attrs.evolve(commit, debits=()))


class _Forgetful(TearingStore):
    def conflict(self, memory: Memory, commit: Commit) -> Conflict | None:
        return super().conflict(memory, attrs.evolve(commit, answer=None))


class _Resends(TearingStore):
    def lease(self, sender_id: str, limit: int, terms: LeaseTerms, /) -> Sequence[LeasedMessage]:
        """Lease what waits, and what was leased and never answered."""
        for message in self.memory.outbox.values():
            message.state = "waiting" if message.state == "leased" else message.state
        return super().lease(sender_id, limit, terms)


class _HidesFailures(TearingStore):
    def failed(self, limit: int, /) -> Sequence[LeasedMessage]:  # noqa: ARG002 - that is what is broken
        """List no message that failed."""
        return []


class _WaitsForEver(TearingStore):
    def end(self, memory: Memory, settlement: Settlement) -> None:
        """Let what comes later come in ten years."""
        due = settlement.due and settlement.due + dt.timedelta(days=3650)
        super().end(memory, attrs.evolve(settlement, due=due))


class _KeepsClaims(TearingStore):
    def free(self, memory: Memory, claim: Any) -> None:
        """Free no claim."""


class _KeepsIndex(TearingStore):
    def commit_one(self, commit: Commit) -> Committed | Conflict:
        return super().commit_one(attrs.evolve(commit, index=tuple(r for r in commit.index if r.is_new)))


class _LosesMessages(TearingStore):
    def commit_one(self, commit: Commit) -> Committed | Conflict:
        return super().commit_one(attrs.evolve(commit, outbox=commit.outbox[1:]))


class _AnyVersion(TearingStore):
    def conflict(self, memory: Memory, commit: Commit) -> Conflict | None:
        there = tuple(
            attrs.evolve(a, expected=len(memory.streams[a.stream].records)) if a.stream in memory.streams else a
            for a in commit.appends
        )
        return super().conflict(memory, attrs.evolve(commit, appends=there))


class _LosesKeys(TearingStore):
    def commit_one(self, commit: Commit) -> Committed | Conflict:
        return super().commit_one(attrs.evolve(commit, documents=()))


# --- services ------------------------------------------------------------------------------------------


class _Impatient(TrustingService):
    def send_messages(self, **_: Any) -> Relayed:
        return super().send_messages(alone=True)


class _Sleeps(TrustingService):
    def fire_timers(self) -> TimersFired:
        """Fire no timer."""
        return TimersFired()


class _NeverResumes(_Sleeps):
    def resume(self) -> int:
        """Resume no work."""
        return 0


def _agrees_always(command: Command, *, policy: Policy) -> Generator[Any, Any, Any]:
    """Take any answer of the registry as agreement."""
    return _changed(dispatch.handle(command, policy=policy), _believed)


def _believed(intent: Any, answer: Any) -> Any:
    if isinstance(intent, QueryRegistry) and isinstance(answer, RegistryAnswer) and answer.rows:
        form = intent.query.form
        row = attrs.evolve(
            answer.rows[0], name=form.name, school=form.school, entry_month=f"{form.entry_year}09"
        )
        code = form.school_code or row.school_code
        return attrs.evolve(answer, rows=(attrs.evolve(row, class_name=form.class_name, school_code=code),))
    return answer


def _any_code(command: Command, *, policy: Policy) -> Generator[Any, Any, Any]:
    """Accept any code as the right one."""

    def given(intent: Any, answer: Any) -> Any:
        return command.code if isinstance(intent, DeriveCode) else answer  # type: ignore[attr-defined]

    return _changed(dispatch.handle(command, policy=policy), given)


def _forgets_keys(command: Command, *, policy: Policy) -> Generator[Any, Any, Any]:
    """Carry every command out as if it had no key, and repeat it when it is given again."""
    return dispatch.handle(attrs.evolve(command, key=""), policy=policy)


def _lets_in(command: Command, *, policy: Policy) -> Generator[Any, Any, Any]:
    """Accept every login."""
    answer = yield from dispatch.handle(command, policy=policy)
    if isinstance(command, LogIn) and not answer.ok:
        return Accepted(subject=command.subject, status="active")
    return answer


def _anybody_decides(command: Command, *, policy: Policy) -> Generator[Any, Any, Any]:
    """Accept every reviewer without a check."""
    review = attrs.evolve(policy.review, reviewers="attested")
    return dispatch.handle(command, policy=attrs.evolve(policy, review=review))


def _writes_blindly(command: Command, *, policy: Policy) -> Generator[Any, Any, Any]:
    """Treat a commit as successful for any answer of the store."""

    def done(intent: Any, answer: Any) -> Any:
        return Committed() if isinstance(intent, Write) else answer

    return _changed(dispatch.handle(command, policy=policy), done)


def _changed(handler: Generator[Any, Any, Any], change: Callable[[Any, Any], Any]) -> Generator[Any, Any, Any]:
    """Run *handler*, with each answer changed."""
    step, value = handler.send, None
    while True:
        try:
            intent = step(value)
        except StopIteration as end:
            return end.value
        try:
            value, step = change(intent, (yield intent)), handler.send
        except Exception as error:  # noqa: BLE001 - handed on, as the drivers do
            value, step = error, handler.throw


class _HandsOverAgain(SimulatedProvider):
    """A sender with a query that answers "not received" without looking the message up."""

    def query(self, messages: Sequence[HandedOver], /) -> Sequence[Receipt]:
        return [Receipt(message_id=m.message_id, status=ReceiptStatus.LATER) for m in messages]


# --- owners of reviews ---------------------------------------------------------------------------------


def _nobody(*_: Any, **__: Any) -> Generator[Any, Any, None]:
    """Find no owner of a review."""
    yield from ()


def _only_homerooms(class_ref: Any, day: Any, **how: Any) -> Generator[Any, Any, Owner | None]:
    """Ask the homeroom teacher, and nobody else where there is none."""
    found: Owner | None = yield from seats.owner(class_ref, day, **how)
    return found if found is not None and found.position is Position.HOMEROOM else None


def _bars_nobody(class_ref: Any, day: Any, *, level: int = 0, **_: Any) -> Generator[Any, Any, Owner | None]:
    """Ask the one who refused again, or the first of two as the second."""
    found: Owner | None = yield from seats.owner(class_ref, day, level=level)
    return found


def _highest_first(class_ref: Any, day: Any, **how: Any) -> Generator[Any, Any, Owner | None]:
    """Ask the district about everything."""
    found: Owner | None = yield from seats.owner(class_ref, day, **{**how, "level": 3})
    return found


def _nothing(*_: Any, **__: Any) -> Generator[Any, Any, Any]:
    """Do nothing after a commit."""
    yield from ()
    return Refused("conflict")


def _as_claimed(command: Command) -> Generator[Any, Any, Command]:
    """Take the class of a claim as it is typed."""
    yield from ()
    return command


def _each_time(self: UnitOfWork, effect: Any, _: Any = None) -> None:
    """Post every message to a reviewer."""
    self._messages.append(effect)


def _owner_is(found: Any) -> tuple[tuple[Any, str, Any], ...]:
    return ((ownership, "owner", found), (reviewers, "owner", found))


def _defect(sentence: str, *caught_by: str, **parts: Any) -> Defect:
    return Defect(sentence=sentence, parts=WorldParts(**parts), caught_by=frozenset(caught_by))


DEFECTS: dict[str, Defect] = {
    "claims_unchecked": _defect(
        "the store grants one claim to two owners", "person_approved_twice", "claims_differ", disk=_NoClaims
    ),
    "torn_commit_stays": _defect(
        "half of a commit stays stored",
        "application_lost",
        "claims_differ",
        "message_lost",
        "version_written_twice",
        disk=_StaysTorn,
    ),
    "budget_unchecked": _defect("the store debits without a limit", "budget_overspent", disk=_Generous),
    "answers_forgotten": _defect("the store lets an answer be replaced", "done_twice", disk=_Forgetful),
    "unknown_goes_again": _defect("the store leases unknown messages", "handed_over_twice", disk=_Resends),
    "failures_hidden": _defect(
        "the store lists no message that failed", "message_unsettled", disk=_HidesFailures
    ),
    "later_is_never": _defect(
        "a message that may be tried later is never tried", "message_unsettled", disk=_WaitsForEver
    ),
    "claims_kept": _defect("the store never frees a claim", "claims_differ", disk=_KeepsClaims),
    "index_kept": _defect("the store keeps old rows of the index", "index_differs", disk=_KeepsIndex),
    "messages_lost": _defect("the store loses a message of a commit", "message_lost", disk=_LosesMessages),
    "versions_unchecked": _defect("a store appends to any version", "version_written_twice", disk=_AnyVersion),
    "keys_lost": _defect("the store loses the data keys", "application_lost", disk=_LosesKeys),
    "timers_asleep": _defect("no deadline is carried out", "deadline_missed", service=_Sleeps),
    "nobody_resumes": _defect(
        "a look-up interrupted by a crash is never repeated", "submitted_for_ever", "deadline_missed",
        service=_NeverResumes,
    ),
    "differences_overlooked": _defect(
        "the registry is assumed to agree", "approved_wrongly", handle=_agrees_always
    ),
    "any_code_fits": _defect("any code proves a phone", "code_accepted_twice", handle=_any_code),
    "keys_ignored": _defect("a command given twice runs twice", "answer_taken_back", handle=_forgets_keys),
    "anybody_logs_in": _defect("a wrong password is accepted", "password_let_through", handle=_lets_in),
    "anybody_decides": _defect(
        "every actor may decide", "decided_by_a_stranger", "nobody_owns", handle=_anybody_decides
    ),
    "commits_assumed": _defect(
        "a refused commit is reported as done", "answer_taken_back", "decision_refused", "application_lost",
        "budget_overspent", handle=_writes_blindly,
    ),
    "relay_impatient": _defect(
        "a relay queries at once a message just leased by another", "handed_over_twice", service=_Impatient
    ),
    "query_lies": _defect("a provider's query is wrong", "handed_over_twice", provider=_HandsOverAgain),
    "nobody_is_given_a_case": _defect(
        "no review is given to anybody", "nobody_owns", replaced=_owner_is(_nobody)
    ),
    "homerooms_alone": _defect(
        "where the class has no homeroom teacher nobody is asked", "nobody_owns",
        replaced=_owner_is(_only_homerooms),
    ),
    "the_barred_are_asked": _defect(
        "a review waits for a person who may not decide it", "nobody_owns", replaced=_owner_is(_bars_nobody)
    ),
    "the_district_has_all": _defect(
        "every review is the district's", "class_passed_over", replaced=_owner_is(_highest_first)
    ),
    "late_teachers_find_nothing": _defect(
        "a seat that comes later is given no review", "class_passed_over", "nobody_owns",
        replaced=((dispatch, "give_tasks", _nothing), (recovery, "give_tasks", _nothing)),
    ),
    "closed_accounts_keep_seats": _defect(
        "a closed account keeps its reviews", "nobody_owns",
        replaced=((dispatch, "end_seats", _nothing), (recovery, "end_seats", _nothing)),
    ),
    "classes_as_typed": _defect(
        "a class claimed in another spelling is another class", "class_passed_over",
        replaced=((enrichment.FACTS, ClaimRole, _as_claimed),),
    ),
    "told_each_time": _defect(
        "a reviewer is told of every single form", "told_too_often",
        replaced=((vars(UnitOfWork)["_GATHERED"], SendMessage, _each_time),),
    ),
}  # fmt: skip
"""Name of a defect -> the defect."""
