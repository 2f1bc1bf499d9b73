"""The fold of an account: events to state. Total: an event that does not fit has no effect."""

from __future__ import annotations

from typing import Any

from eduid_core.workflow.account import events, states
from eduid_core.workflow.account.commands import EndLink
from eduid_core.workflow.account.rules import RULES
from eduid_core.workflow.actors import Role
from eduid_core.workflow.machine import Command, State, Table, becoming, changed

__all__ = ["TABLE"]

_LIVE = (states.ActiveAccount, states.LockedAccount)
_WITH_CODES = (states.ChallengeSent, states.ActiveAccount, states.LockedAccount)


def _started(_: State | None, e: events.RegistrationStarted) -> State:
    at = e.stamp.at
    return states.ChallengeSent(
        person=e.person, codes=states.Codes(purpose=states.Purpose.REGISTRATION, started_at=at, last_sent_at=at)
    )


def _issued(s: Any, e: events.ChallengeIssued) -> Any:
    if not isinstance(s, _WITH_CODES):
        return s
    at, old = e.stamp.at, s.codes
    if old is None or e.begins:
        old = states.Codes(purpose=e.purpose, started_at=at, last_sent_at=at)
    elif old.purpose is not e.purpose:
        # A code is valid for one purpose only; attempts and sends are counted over all purposes.
        old = changed(old, purpose=e.purpose, challenges=())
    kept = (*old.live(at), e.challenge)[-2:]
    return changed(s, codes=changed(old, challenges=kept, last_sent_at=at, sends=old.sends + 1))


def _codes(s: Any, **changes: Any) -> Any:
    return changed(s, codes=changed(s.codes, **changes))


def _reissued(s: Any, e: events.ChallengeReissued) -> Any:
    if not isinstance(s, _WITH_CODES) or s.codes is None:
        return s
    return _codes(s, last_sent_at=e.stamp.at, sends=s.codes.sends + 1)


def _attempted(s: Any, _: events.AttemptCounted) -> Any:
    if not isinstance(s, _WITH_CODES) or s.codes is None:
        return s
    return _codes(s, tries=s.codes.tries + 1)


def _rephoned(s: Any, e: events.PhoneChanged) -> Any:
    if not isinstance(s, _WITH_CODES):
        return s
    moved = _standing(changed(s, person=changed(s.person, phone=e.phone)), proved_at=None)
    return _codes(moved, challenges=()) if s.codes is not None else moved


def _activated(s: Any, e: events.AccountActivated) -> Any:
    if not isinstance(s, states.ChallengeSent):
        return s
    return states.ActiveAccount(
        person=s.person, since=e.stamp.at, standing=states.AccountStanding(proved_at=e.stamp.at)
    )


def _missed(s: Any, e: events.UsernameMissed) -> Any:
    if isinstance(s, states.UsernameWanted):
        return changed(s, names=s.names + 1)
    if not isinstance(s, states.ChallengeSent):
        return s
    return states.UsernameWanted(person=s.person, started_at=s.codes.started_at, since=e.stamp.at)


def _chosen(s: Any, e: events.UsernameChosen) -> Any:
    if not isinstance(s, states.UsernameWanted):
        return s
    person = changed(s.person, username=e.username)
    return states.ActiveAccount(
        person=person, since=e.stamp.at, standing=states.AccountStanding(proved_at=s.since)
    )


def _standing(s: Any, **changes: Any) -> Any:
    return changed(s, standing=changed(s.standing, **changes)) if isinstance(s, _LIVE) else s


def _proved(s: Any, e: events.PhoneProved) -> Any:
    if not isinstance(s, _LIVE):
        return s
    return changed(_standing(s, proved_at=e.stamp.at, proved_for=e.purpose), codes=None)


def _linked(s: Any, e: events.ChildLinked) -> Any:
    return (
        _standing(s, children=tuple(dict.fromkeys((*s.standing.children, e.child))))
        if isinstance(s, _LIVE)
        else s
    )


def _asked(s: Any, e: events.LinkAsked) -> Any:
    """Add or renew a request; those that have expired meanwhile go."""
    if not isinstance(s, _LIVE):
        return s
    others = (a for a in s.standing.askings if a.id != e.asking.id and e.stamp.at < a.until)
    return _standing(s, askings=(*others, e.asking))


def _link_attempted(s: Any, e: events.LinkAttemptCounted) -> Any:
    if not isinstance(s, _LIVE):
        return s
    counted = (changed(a, tries=a.tries + 1) if a.id == e.link else a for a in s.standing.askings)
    return _standing(s, askings=tuple(counted))


def _confirmed(s: Any, e: events.LinkConfirmed) -> Any:
    if not isinstance(s, _LIVE):
        return s
    askings = tuple(a for a in s.standing.askings if a.id != e.link.id)
    others = (x for x in s.standing.links if x.child != e.link.child)
    return _standing(s, askings=askings, links=(*others, e.link))


def _unlinked(s: Any, e: events.LinkEnded) -> Any:
    if not isinstance(s, _LIVE):
        return s
    askings = tuple(a for a in s.standing.askings if a.id != e.link)
    return _standing(s, askings=askings, links=tuple(x for x in s.standing.links if x.id != e.link))


def _failed(s: Any, _: events.LoginFailed) -> Any:
    return _standing(s, failures=s.standing.failures + 1) if isinstance(s, _LIVE) else s


def _locked(s: Any, e: events.AccountLocked) -> Any:
    if not isinstance(s, states.ActiveAccount):
        return s
    return becoming(states.LockedAccount, s, since=e.stamp.at, until=e.until)


def _opened(s: Any, e: Any) -> Any:
    """Return the unlocked account, with the count of failures reset."""
    if not isinstance(s, _LIVE):
        return s
    standing = changed(s.standing, failures=0)
    return becoming(states.ActiveAccount, s, since=e.stamp.at, standing=standing)


def _recovered(s: Any, e: events.RecoveryCompleted) -> Any:
    if not isinstance(s, _LIVE):
        return s
    opened = _opened(s, e)
    person = changed(s.person, password_hash=e.password_hash)
    return changed(_standing(opened, proved_for=states.Purpose.PROOF), person=person)


def _owner(state: State, command: Command) -> bool:
    """
    An activated account belongs to its owner; other actors reach it only through a proof of its phone. A link
    may be ended from the student's side too.
    """
    if not isinstance(state, _LIVE) or command.by.id == state.person.account_id:
        return True
    return isinstance(command, EndLink) and command.by.role is Role.STUDENT


_OWNERS = (Role.STUDENT, Role.GUARDIAN, Role.TEACHER, Role.IMPORTER, Role.OPERATOR)

TABLE = Table(
    "account",
    own=dict.fromkeys(_OWNERS, _owner),
    states=(
        states.ChallengeSent,
        states.UsernameWanted,
        states.ActiveAccount,
        states.LockedAccount,
        states.AbandonedAccount,
        states.ClosedAccount,
    ),
    rules=RULES,
    fold={
        events.RegistrationStarted: _started,
        events.ChallengeIssued: _issued,
        events.ChallengeReissued: _reissued,
        events.PhoneChanged: _rephoned,
        events.AttemptCounted: _attempted,
        events.AccountActivated: _activated,
        events.UsernameMissed: _missed,
        events.UsernameChosen: _chosen,
        events.PhoneProved: _proved,
        events.RegistrationExpired: lambda _, e: states.AbandonedAccount(since=e.stamp.at),
        events.ChildLinked: _linked,
        events.LinkAsked: _asked,
        events.LinkAttemptCounted: _link_attempted,
        events.LinkConfirmed: _confirmed,
        events.LinkEnded: _unlinked,
        events.LinkOffered: lambda s, _: s,
        events.LoginFailed: _failed,
        events.LoginSucceeded: lambda s, _: _standing(s, failures=0),
        events.AccountLocked: _locked,
        events.AccountUnlocked: _opened,
        events.RecoveryCompleted: _recovered,
        events.AccountAppealOpened: lambda s, _: _standing(s, appeal_open=True),
        events.AccountAppealResolved: lambda s, _: _standing(s, appeal_open=False),
        events.AccountClosed: lambda _, e: states.ClosedAccount(since=e.stamp.at),
    },
)
