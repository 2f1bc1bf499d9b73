"""
Handlers: generators that yield intents and receive results. No I/O, no clock, no randomness of their own.

Every handler ends with `Accepted` or `Refused`. On a version conflict it begins again from loading, a bounded
number of times; a decision made on an old state is never written again.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Generator
from typing import Any, Final

import attrs

from eduid_core.china import CHINA
from eduid_core.findings import Refused
from eduid_core.matching import Application as Form
from eduid_core.matching import Found, Verdict, is_enrolled, match_or_review
from eduid_core.plugins import CarrierOrder, Committed, RegistryAnswer, RegistryQuery, Served
from eduid_core.service import commands as own
from eduid_core.service.handlers import answer_limits
from eduid_core.service.handlers.accounts import PERSONS
from eduid_core.service.handlers.disclosure import RIGHTS
from eduid_core.service.handlers.door import admitted
from eduid_core.service.handlers.enrichment import FACTS
from eduid_core.service.handlers.guardians import GUARDIANS, close_beside
from eduid_core.service.handlers.ownership import end_seats, give_task, give_tasks
from eduid_core.service.handlers.permissions import PERMISSIONS
from eduid_core.service.handlers.places import place_of
from eduid_core.service.handlers.relations import refusal
from eduid_core.service.handlers.reviewers import contacts, looked_up
from eduid_core.service.handlers.sessions import SESSIONS, ticket_of
from eduid_core.service.intents import (
    Accepted,
    Answer,
    FindAnswer,
    FindHolders,
    Handler,
    Load,
    Loaded,
    PlaceOrder,
    QueryRegistry,
)
from eduid_core.service.outbox.open_messages import BY_HAND
from eduid_core.service.unit_of_work import TRIES, UnitOfWork, write
from eduid_core.workflow import Command, Policy, Role, comms_card
from eduid_core.workflow.account import commands as account
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application import states as status
from eduid_core.workflow.application.returns import RETURN_FIELDS
from eduid_core.workflow.effects import EndSeats, GiveTask, GiveTasks, LookUpRegistry, OrderSim
from eduid_core.workflow.forms import mobile_number, person_of
from eduid_core.workflow.lifecycle import TABLE_OF_COMMAND
from eduid_core.workflow.reactions.applications import ANOTHER, SYSTEM

__all__ = [
    "also_applied",
    "carry_out",
    "flag",
    "handle",
    "match_result",
    "report_not_compared",
    "result_of",
    "settle",
    "settle_match",
    "settle_order",
]

_LOG: Final = logging.getLogger("eduid_core.service")


INNER: Final = frozenset(TABLE_OF_COMMAND) - PERMISSIONS.keys()
"""The commands of the lifecycle that no caller may give."""
_FLOWS: Final = frozenset(
    {
        own.Register,
        own.ResendCode,
        own.EnterCode,
        account.ChooseUsername,
        account.StartProof,
        account.ChangePhone,
    }
)
"""The commands of a flow of codes: their answers bring the ticket that the next command must carry."""
_OWN: Final = {**PERSONS, **SESSIONS, **GUARDIANS, **RIGHTS, **BY_HAND}
"""The handlers of the service's own commands; every other command goes to its aggregate unchanged."""


def handle(command: Command, *, policy: Policy) -> Handler:
    """
    Carry out a caller's *command*: the only entry point for callers.

    Commands of the system, and commands that carry facts established only by the service (a code matched, a
    password was right, a person decided on the task), are refused here.

    A handler with more than one commit asks first whether the command was answered before. With a single
    commit, the commit itself finds out, because the key is unique. A refusal may also mean that the command has
    succeeded before, perhaps a moment ago in another process with the same command.

    Raises:
        CallerError: a value of *command* is not of its declared type, or its time has no zone.
    """
    if type(command) in INNER:
        return Refused("forbidden")
    given = admitted(command)
    if isinstance(given, Refused):
        return given
    if given.by.role is Role.SYSTEM:
        return Refused("forbidden")
    return (yield from _ticketed(carry_out(given, policy=policy), given))


def carry_out(command: Command, *, policy: Policy) -> Handler:
    """Carry out *command*, of the system itself or admitted from a caller."""
    person = _OWN.get(type(command))
    if person is not None:
        seen: Answer | None = yield FindAnswer(command)
        if seen is not None:
            return seen
    answer = yield from _own(command, person, policy) if person is not None else _plain(command, policy)
    if isinstance(answer, Refused) and command.key:
        return (yield FindAnswer(command)) or answer
    return answer


def _ticketed(handler: Handler, command: Command) -> Handler:
    """Return the answer of *handler* with the ticket of the flow that *command* belongs to."""
    answer = yield from handler
    if not isinstance(answer, Accepted) or type(command) not in _FLOWS:
        return answer
    found: Loaded = yield Load("account", answer.subject)
    return attrs.evolve(answer, ticket=(yield from ticket_of(found.state)))


def _own(command: Command, person: Callable[[Any, Policy], Handler], policy: Policy) -> Handler:
    """Carry out a command of the service itself, if the actor may give it."""
    if command.by.role is not Role.SYSTEM and (refused := (yield from refusal(command, policy))):
        return refused
    return (yield from person(command, policy))


def _plain(asked: Command, policy: Policy) -> Handler:
    """Pass *asked* to its aggregate; if it submitted a form, ask the registry afterwards."""

    def found_out(work: UnitOfWork) -> Generator[Any, Any, Command | Refused]:
        command: Command | Refused = yield from work.read_set.recording(_completed(asked, policy))
        work.spend(*answer_limits.tries_of(asked, policy))
        if isinstance(command, account.CloseAccount):
            command = yield from close_beside(command, work)
        return command

    answer, work = yield from write(asked, policy, completed=found_out)
    if work is not None:
        yield from settle(work, asked, policy)
    return answer


def settle(work: UnitOfWork, cause: Command, policy: Policy) -> Generator[Any, Any, None]:
    """Do what follows the commit of *work*: ask the registry or the carrier, give reviews to other owners."""
    for asked in work.asked:
        match asked:
            case LookUpRegistry():
                yield from settle_match(asked, cause, policy)
            case OrderSim():
                yield from settle_order(asked, cause, policy)
            case GiveTask():
                yield from give_task(asked.application_id, cause.at, policy)
            case GiveTasks():
                yield from give_tasks(asked, cause.at, policy)
            case EndSeats():
                yield from end_seats(asked, cause.at, policy)


def _completed(command: Command, policy: Policy) -> Generator[Any, Any, Command | Refused]:
    """Return *command* with the facts that the service establishes, or the refusal of its actor."""
    named = {item.field for item in getattr(command, "items", ())}
    named.update(name for name, _ in getattr(command, "contested", ()))
    if not named <= RETURN_FIELDS:
        return Refused("reason_required")
    if command.by.role is not Role.SYSTEM and (refused := (yield from refusal(command, policy))):
        return refused
    if refused := (yield from answer_limits.live_left(command, policy)):
        return refused
    find = FACTS.get(type(command))
    completed: Command | Refused = yield from find(command) if find else looked_up(command, policy)
    return completed


def settle_order(wanted: OrderSim, cause: Command, policy: Policy) -> Handler:
    """
    Order the SIM and record the carrier's immediate answer; a later or missing answer has a deadline.

    A repeated order is the same order: its id is derived from the application and the time of the request.
    """
    key = wanted.application_id
    found: Loaded = yield Load("application", key)
    typed = found.state.form.guardian_phone  # type: ignore[union-attr]  # a comms card stands beside one
    phone = mobile_number(typed) or typed
    order_id = f"{key}@{wanted.at.isoformat()}"
    order = CarrierOrder(order_id=order_id, application_id=key, guardian_phone=phone)
    served: Served = yield PlaceOrder(order)
    if served is Served.PENDING:
        return Accepted(subject=key, status=comms_card.OrderedSim.status)
    said = comms_card.CarrierAnswered(subject=key, by=SYSTEM, at=cause.at, served=served is Served.IN_SERVICE)
    answer, _ = yield from write(said, policy)
    return answer


# --- the registry's answer -----------------------------------------------------------------------------


def also_applied(form: Form, application_id: str) -> Generator[Any, Any, dict[str, tuple[str, ...]]]:
    """Return the ids of other live and of other approved applications for the person of *form*."""
    person = person_of(form)
    if person is None:
        return {"live": (), "approved": ()}
    live = yield FindHolders("live_person", person)
    approved = yield FindHolders("person", person)
    return {
        "live": tuple(o for o in live if o != application_id),
        "approved": tuple(o for o in approved if o != application_id),
    }


def match_result(form: Form, found: Found, policy: Policy) -> status.MatchResult:
    """
    Return the verdict on *form* as a match result of the lifecycle.

    If the form cannot be compared, the result is NOT_COMPARED, and the log names the type of the error only.
    """
    verdict = match_or_review(form, found, policy=policy.matching, on_failure=report_not_compared)
    return result_of(verdict, found.snapshot)


def report_not_compared(error: str) -> None:
    """Log the type of an *error* that left an application to a person."""
    _LOG.error("an application was not compared: %s", error)


def result_of(verdict: Verdict, snapshot: str) -> status.MatchResult:
    """Return *verdict*, based on the registry of *snapshot*, as a match result of the lifecycle."""
    return status.MatchResult(
        outcome=verdict.outcome.value,
        reasons=tuple(verdict.reasons),
        fields=tuple((f.field, f.code.value, f.note) for f in verdict.differing),
        notes=tuple(verdict.notes),
        tier=verdict.tier,
        suggestion=verdict.suggestion,
        snapshot=snapshot,
    )


def settle_match(lookup: LookUpRegistry, cause: Command, policy: Policy) -> Handler:
    """
    Ask the registry about a revision and record its answer, unless the revision has moved on.

    If the account or the student has used up the system's answers, a person decides.
    """
    used_up = False
    for _ in range(TRIES):
        work = UnitOfWork(policy)
        state = yield from work.state("application", lookup.application_id)
        if not isinstance(state, status.Submitted) or state.revision != lookup.revision:
            return Refused("stale_revision", {"current": state.revision if state else 0})
        form = state.form
        answer: RegistryAnswer = yield QueryRegistry(RegistryQuery(person=person_of(form), form=form))
        others = yield from also_applied(form, lookup.application_id)
        day = cause.at.astimezone(CHINA).date()
        found = Found(
            rows=answer.rows,
            schools=answer.schools,
            as_of=day,
            snapshot=answer.snapshot,
            also_applied=("live",) * len(others["live"]) + ("approved",) * len(others["approved"]),
            available=answer.available,
        )
        result = match_result(form, found, policy)
        if (yield from _names_another(state, answer)):
            result = attrs.evolve(result, reasons=(*result.reasons, ANOTHER))
        if used_up:
            result = answer_limits.by_a_person(result)
        elif not (yield from answer_limits.is_named(state, others["approved"], answer.rows)):
            work.spend(*answer_limits.debits(result, state, cause.at, policy.limits))
        place = yield from work.read_set.recording(place_of(lookup.application_id, answer))
        owner, invited = yield from work.read_set.recording(contacts(state, place, answer.teacher, day, policy))
        command = app.RecordMatch(
            subject=lookup.application_id,
            by=SYSTEM,
            at=cause.at,
            rev=lookup.revision,
            result=result,
            teacher=owner,
            class_ref=place,
            invited=invited,
        )
        refused = yield from work.give(command)
        if refused is not None:
            return refused
        yield from flag(work, others["live"], cause.at)
        # A conflict on a claim means that another application was approved meanwhile: the next round sees it.
        outcome = yield work.write()
        if isinstance(outcome, Committed):
            return work.accepted(command)
        used_up = outcome.why == "budget" and outcome.what in answer_limits.KINDS
    return Refused("conflict")


def _names_another(state: status.Submitted, answer: RegistryAnswer) -> Generator[Any, Any, bool]:
    """Return whether a correction has another number than the approved form, each with an active row."""
    cycle = state.tally.cycle
    if cycle is None or cycle.kind is not status.CycleKind.CORRECTION:
        return False
    old, new = person_of(cycle.form), person_of(state.form)
    if old is None or new is None or old == new or not is_enrolled(new, answer.rows):
        return False
    former: RegistryAnswer = yield QueryRegistry(RegistryQuery(person=old, form=cycle.form))
    return is_enrolled(old, former.rows)


def flag(work: UnitOfWork, others: tuple[str, ...], at: dt.datetime) -> Generator[Any, Any, None]:
    """Flag the other live applications of the person that can be flagged and are not flagged yet."""
    for other in others:
        state = yield from work.state("application", other)
        if status.Flag.DUPLICATE_SUSPECTED not in getattr(getattr(state, "tally", None), "flags", ()):
            yield from work.give(app.FlagDuplicate(subject=other, by=SYSTEM, at=at))
