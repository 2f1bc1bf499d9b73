"""
The system answers no questions: who tries forms until one agrees is answered by a person.

After a few answers that differed, for one account and student or for one student whoever asks, only a person
decides; nothing is refused. A form from the school's file, or from a phone that the registry or the student's
earlier approval names, neither counts nor is held up. Every counted answer is debited in the commit that
records it, so the count is exact however many ask at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Iterable
from typing import Any, Final

import attrs

from eduid_core.china import CHINA
from eduid_core.findings import Refused
from eduid_core.matching import RegistryRow
from eduid_core.private import Phone, PrivateText
from eduid_core.service.intents import FindHolders, Load, Loaded, Spending
from eduid_core.service.unit_of_work import TRIES_OF_ACCOUNT
from eduid_core.workflow import Command, Policy, Role
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application import states as status
from eduid_core.workflow.application.states import MatchResult
from eduid_core.workflow.forms import mobile_number, person_of
from eduid_core.workflow.policy import LimitPolicy

__all__ = ["KINDS", "by_a_person", "debits", "is_named", "live_left", "tries_of"]

KINDS: Final = frozenset({"answers_of_account", "answers_of_student"})
"""The kinds of budgets of answers."""

USED_UP: Final = "ANSWERS_USED_UP"
_TIER: Final = 3
_PARTS: Final = 2
"""A window is made of this many blocks and the next one; each answer is debited to every window it lies in."""
_SILENT: Final = frozenset({"SOURCE_UNAVAILABLE", "NOT_COMPARED"})
"""Reasons that tell nothing about the registry."""


def by_a_person(result: MatchResult) -> MatchResult:
    """Return *result* as one for a person: the system's own answers are used up."""
    reasons = (USED_UP, *(r for r in result.reasons if r != "CONSISTENT"))
    tier = max(result.tier, _TIER)
    return attrs.evolve(result, outcome="review", reasons=reasons, tier=tier, suggestion="COMPARE_IDENTITY")


def debits(
    result: MatchResult, state: status.Submitted, at: dt.datetime, limits: LimitPolicy
) -> tuple[Spending, ...]:
    """
    Return the debits of an answer about the form in *state*: one where it differs, none where all agrees.

    A debit of nothing still needs an unspent budget, so an agreement after too many differences is no answer.
    The windows overlap: no interval of the policy's days holds more answers than the policy allows.
    """
    person = person_of(state.form)
    if person is None or result.outcome == "returned" or _SILENT.intersection(result.reasons[:1]):
        return ()
    differs = int(result.outcome != "approved")
    who = f"{state.file.account_id}\x1f{person.reveal('count the answers')}"
    budgets = (
        ("answers_of_account", PrivateText(who), limits.answers_per_account),
        ("answers_of_student", person, limits.answers_per_student),
    )
    return tuple(
        Spending(kind=kind, whose=whose, window=window, limit=limit - 1 + differs, amount=differs)
        for kind, whose, limit in budgets
        for window in _windows(at, limits.answer_days)[: 1 + _PARTS * differs]
    )


def _windows(at: dt.datetime, days: int) -> tuple[str, ...]:
    """Return the windows that the day of *at* lies in; the first holds all the *days* before it."""
    block_days = -(-days // _PARTS)
    block = at.astimezone(CHINA).date().toordinal() // block_days
    return tuple(f"{block_days}d{block + later}" for later in range(_PARTS + 1))


# --- phones that are named -----------------------------------------------------------------------------


def is_named(
    state: status.Submitted, approved: Iterable[str], rows: Iterable[RegistryRow]
) -> Generator[Any, Any, bool]:
    """
    Return whether a form is not counted: the school's, the system's own re-verification, or from a phone that
    the registry (*rows*) or an earlier approval (*approved*) names.
    """
    cycle = state.tally.cycle
    if state.file.basis is status.Basis.SCHOOL_ATTESTED:
        return True
    if cycle is not None and cycle.kind is status.CycleKind.REVERIFICATION:
        return True
    phones = [row.guardian_phone for row in rows] + ([cycle.form.guardian_phone] if cycle else [])
    for application_id in approved:
        loaded: Loaded = yield Load("application", application_id)
        phones += [form.guardian_phone for form in [getattr(loaded.state, "form", None)] if form is not None]
    named = {mobile for phone in phones if (mobile := mobile_number(phone))}
    return bool(named) and (yield from _proved_phone(state.file.account_id)) in named


def _proved_phone(account_id: str) -> Generator[Any, Any, Phone | None]:
    loaded: Loaded = yield Load("account", account_id)
    person = getattr(loaded.state, "person", None)
    return mobile_number(person.phone) if person is not None else None


# --- an account ----------------------------------------------------------------------------------------

_FAMILY: Final = frozenset({Role.STUDENT, Role.GUARDIAN})
_TRIES: Final = frozenset({app.Open, app.Submit, app.Resubmit, app.Amend, app.RequestCorrection})


def tries_of(command: Command, policy: Policy) -> tuple[Spending, ...]:
    """Return the debit of a family's *command* that opens or submits a form, from the day's of its account."""
    if command.by.role not in _FAMILY or type(command) not in _TRIES:
        return ()
    window, limit = str(command.at.astimezone(CHINA).date()), policy.limits.tries_per_account
    whose = PrivateText(command.by.id)
    return (Spending(kind=TRIES_OF_ACCOUNT, whose=whose, window=window, limit=limit),)


def live_left(command: Command, policy: Policy) -> Generator[Any, Any, Refused | None]:
    """Return the refusal of an `Open` by an account that has as many live applications as it may have."""
    if not isinstance(command, app.Open) or command.by.role not in _FAMILY:
        return None
    most = policy.limits.live_applications
    opened = yield FindHolders("applicant", PrivateText(command.by.id))
    if len(opened) < most:
        return None
    live = 0
    for application_id in opened:
        loaded: Loaded = yield Load("application", application_id)
        live += loaded.state is not None and not loaded.state.terminal
    return Refused("application_limit_exceeded", {"max": most}) if live >= most else None
