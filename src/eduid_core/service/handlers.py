"""
Handlers: generators that yield intents and receive results. No I/O, no clock, no randomness of their own.

Every handler ends with `Accepted` or `Refused`. On a version conflict it begins again from loading, a bounded
number of times; an old decision is never sent twice.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import attrs

from eduid_core.findings import Refused
from eduid_core.matching import Found, match
from eduid_core.plugins import Committed, RegistryAnswer, RegistryQuery
from eduid_core.service import commands as own
from eduid_core.service.intents import Answer, Ask, Code, Draw, Handler, Hash, Holders, Load, Loaded, Seen
from eduid_core.service.work import Work
from eduid_core.workflow import TABLES, Command, Policy, Role, card, comms_card
from eduid_core.workflow.account import vocabulary as account
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application import states as status
from eduid_core.workflow.effects import Lookup
from eduid_core.workflow.forms import CHINA, person_of
from eduid_core.workflow.lifecycle import FOLLOWED
from eduid_core.workflow.react import SYSTEM

__all__ = ["also_applied", "handle", "match_result", "settle_match", "write"]

TRIES = 5
NONCE_BYTES = 16

_CLAIM_REFUSALS = {
    "username": "username_taken",
    "person": "person_taken",
    "homeroom": "homeroom_taken",
    "grant": "grant_exists",
    "comms_number": "number_in_use",
}


def handle(command: Command, *, policy: Policy) -> Handler:
    """
    Carry out *command*: the one way in. A decision enters by its review task, never by this door.

    Whether it was answered before is asked at once where the handler does more than one commit. Else the commit
    finds out by itself, for its key is unique; and what is refused may be refused because it was done already.
    """
    if type(command) in FOLLOWED:
        return Refused("forbidden")
    special = _SPECIAL.get(type(command))
    if special is not None:
        return (yield Seen(command)) or (yield from special(command, policy))
    answer = yield from _plain(command, policy)
    if isinstance(answer, Refused) and command.key:
        return (yield Seen(command)) or answer
    return answer


def _plain(command: Command, policy: Policy) -> Handler:
    """Give *command* to its aggregate; where a form was handed in, ask the registry afterwards."""
    asked = command
    if isinstance(command, app.Open) and command.by.role is not Role.IMPORTER:
        owner: Loaded = yield Load("account", command.by.id)
        if not isinstance(owner.state, account.Active):
            return Refused("forbidden")
        command = attrs.evolve(command, account_id=command.by.id)
    if type(command) in _ON_A_CARD and command.by.role in _FAMILY:
        if not (yield from _own_card(command)):
            return Refused("forbidden")
        command = yield from _beside_the_card(command)
    answer, work = yield from write(command, policy, asked=asked)
    if work is not None:
        for lookup in work.lookups:
            yield from settle_match(lookup, command, policy)
    return answer


_FAMILY = frozenset({Role.STUDENT, Role.GUARDIAN})
_ON_A_CARD = frozenset((*TABLES["card"].commands, *TABLES["comms_card"].commands))


def _own_card(command: Command) -> Generator[Any, Any, bool]:
    """A family reaches the card of its own application only; the card itself does not know whose it is."""
    found: Loaded = yield Load("application", command.subject)
    file: status.File | None = getattr(found.state, "file", None)
    return file is not None and file.account_id == command.by.id


def _beside_the_card(command: Command) -> Generator[Any, Any, Command]:
    """Say whether the education card is in use, where a command asks it; nobody is taken at their word."""
    if not isinstance(command, comms_card.ChooseExisting | comms_card.ChooseBundled):
        return command
    found: Loaded = yield Load("card", command.subject)
    return attrs.evolve(command, card_active=isinstance(found.state, card.Active))


def write(
    command: Command, policy: Policy, *, asked: Command | None = None
) -> Generator[Any, Any, tuple[Answer, Work | None]]:
    """
    Give *command* and commit, again from the start when somebody else was quicker.

    The answer is kept under the key of *asked*, the command as the person gave it.
    """
    asked = asked or command
    for _ in range(TRIES):
        work = Work(policy)
        refused = yield from work.give(command)
        if refused is not None:
            return refused, None
        answer = work.accepted(command)
        outcome = yield work.write(command=asked, answer=answer)
        if isinstance(outcome, Committed):
            return answer, work
        if outcome.why == "claim":
            return Refused(_CLAIM_REFUSALS.get(outcome.what, "conflict")), None
        if outcome.why == "key":
            return ((yield Seen(asked)) or Refused("conflict")), None
    return Refused("conflict"), None


# --- the registry's answer -----------------------------------------------------------------------------


def also_applied(form: status.Form, application_id: str) -> Generator[Any, Any, dict[str, tuple[str, ...]]]:
    """Return who else stands for the person of *form*: ids of live and of approved applications."""
    person = person_of(form)
    if person is None:
        return {"live": (), "approved": ()}
    value = person.reveal("find duplicates")
    live = yield Holders("live_person", value)
    approved = yield Holders("person", value)
    return {
        "live": tuple(o for o in live if o != application_id),
        "approved": tuple(o for o in approved if o != application_id),
    }


def match_result(form: status.Form, found: Found, policy: Policy) -> status.MatchResult:
    """Return the verdict on *form* in the lifecycle's own words."""
    verdict = match(form, found, policy=policy.matching)
    return status.MatchResult(
        outcome=verdict.outcome.value,
        reasons=tuple(verdict.reasons),
        fields=tuple((f.field, f.code.value, f.note) for f in verdict.fields if f.code.value != "EQUAL"),
        notes=tuple(verdict.notes),
        tier=verdict.tier,
        suggestion=verdict.suggestion,
        snapshot=found.snapshot,
    )


def settle_match(lookup: Lookup, cause: Command, policy: Policy) -> Handler:
    """Ask the registry about a revision and record its answer, unless the revision has moved on."""
    for _ in range(TRIES):
        work = Work(policy)
        state = yield from work.state("application", lookup.application_id)
        if not isinstance(state, status.Submitted) or state.revision != lookup.revision:
            return Refused("stale_revision", {"current": state.revision if state else 0})
        form = state.form
        answer: RegistryAnswer = yield Ask(RegistryQuery(person=person_of(form), form=form))
        others = yield from also_applied(form, lookup.application_id)
        found = Found(
            rows=answer.rows,
            schools=answer.schools,
            as_of=cause.at.astimezone(CHINA).date(),
            snapshot=answer.snapshot,
            also_applied=("live",) * len(others["live"]) + ("approved",) * len(others["approved"]),
            available=answer.available,
        )
        command = app.RecordMatch(
            subject=lookup.application_id,
            by=SYSTEM,
            at=cause.at,
            rev=lookup.revision,
            result=match_result(form, found, policy),
            teacher=answer.teacher,
        )
        refused = yield from work.give(command)
        if refused is not None:
            return refused
        yield from flag(work, others["live"], command)
        # A claim found taken means that another application was approved meanwhile: the next round sees it.
        if isinstance((yield work.write()), Committed):
            return work.accepted(command)
    return Refused("conflict")


def flag(work: Work, others: tuple[str, ...], cause: Command) -> Generator[Any, Any, None]:
    """Flag the other live applications of the same person, those that can still be flagged."""
    for other in others:
        yield from work.give(app.FlagDuplicate(subject=other, by=SYSTEM, at=cause.at))


# --- registration --------------------------------------------------------------------------------------


def _register(command: own.Register, policy: Policy) -> Handler:
    password = command.password.reveal("check its length")
    least = policy.account.password_min_characters
    if len(password) < least:
        return Refused("password_too_weak", {"min": least})
    start = account.StartRegistration(
        subject=command.subject,
        by=command.by,
        at=command.at,
        role=command.role,
        username=command.username,
        phone=command.phone,
        password_hash=(yield Hash(command.password)),
        nonce=(yield Draw(NONCE_BYTES)).hex(),
    )
    answer, _ = yield from write(start, policy, asked=command)
    return answer


def _resend(command: own.ResendCode, policy: Policy) -> Handler:
    resend = account.ResendChallenge(
        subject=command.subject, by=command.by, at=command.at, nonce=(yield Draw(NONCE_BYTES)).hex()
    )
    answer, _ = yield from write(resend, policy, asked=command)
    return answer


def _enter_code(command: own.EnterCode, policy: Policy) -> Handler:
    """Count the guess in a commit of its own, then compare; a counted guess is never forgotten."""
    common: dict[str, Any] = {"subject": command.subject, "by": command.by, "at": command.at}
    counted, _ = yield from write(account.CountAttempt(**common), policy)
    if isinstance(counted, Refused):
        return counted
    found: Loaded = yield Load("account", command.subject)
    matches = False
    if isinstance(found.state, _WITH_CODES) and found.state.codes is not None:
        codes, phone = found.state.codes, found.state.person.phone
        for challenge in codes.live(command.at):
            code = yield Code(challenge.nonce, codes.purpose.value, phone, command.subject)
            matches |= code == command.code
    answer, _ = yield from write(account.VerifyChallenge(matches=matches, **common), policy)
    return answer


_WITH_CODES = (account.ChallengeSent, account.Active, account.Locked)

_SPECIAL: dict[type[Command], Callable[[Any, Policy], Handler]] = {
    own.Register: _register,
    own.ResendCode: _resend,
    own.EnterCode: _enter_code,
}
