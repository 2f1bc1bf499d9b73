"""How an account's events make its state. Total: an event that does not fit changes nothing."""

from __future__ import annotations

from typing import Any

import attrs

from eduid_core.workflow.account import vocabulary as v
from eduid_core.workflow.account.rules import RULES
from eduid_core.workflow.actors import Actor, Role
from eduid_core.workflow.machine import State, Table

__all__ = ["TABLE"]

_LIVE = (v.Active, v.Locked)
_WITH_CODES = (v.ChallengeSent, v.Active, v.Locked)


def _started(_: State | None, e: v.RegistrationStarted) -> State:
    at = e.stamp.at
    return v.ChallengeSent(
        person=e.person, codes=v.Codes(purpose=v.Purpose.REGISTRATION, started_at=at, last_sent_at=at)
    )


def _issued(s: Any, e: v.ChallengeIssued) -> Any:
    if not isinstance(s, _WITH_CODES):
        return s
    at, old = e.stamp.at, s.codes
    if old is None or e.begins:
        old = v.Codes(purpose=e.purpose, started_at=at, last_sent_at=at)
    elif old.purpose is not e.purpose:
        # A code for one purpose never passes for another; tries and sends are one count all the same.
        old = attrs.evolve(old, purpose=e.purpose, challenges=())
    kept = (*old.live(at), e.challenge)[-2:]
    return attrs.evolve(s, codes=attrs.evolve(old, challenges=kept, last_sent_at=at, sends=old.sends + 1))


def _codes(s: Any, **changes: Any) -> Any:
    return attrs.evolve(s, codes=attrs.evolve(s.codes, **changes))


def _reissued(s: Any, e: v.ChallengeReissued) -> Any:
    if not isinstance(s, _WITH_CODES) or s.codes is None:
        return s
    return _codes(s, last_sent_at=e.stamp.at, sends=s.codes.sends + 1)


def _attempted(s: Any, _: v.AttemptCounted) -> Any:
    if not isinstance(s, _WITH_CODES) or s.codes is None:
        return s
    return _codes(s, tries=s.codes.tries + 1)


def _rephoned(s: Any, e: v.PhoneChanged) -> Any:
    if not isinstance(s, _WITH_CODES):
        return s
    moved = _standing(attrs.evolve(s, person=attrs.evolve(s.person, phone=e.phone)), proved_at=None)
    return _codes(moved, challenges=()) if s.codes is not None else moved


def _activated(s: Any, e: v.AccountActivated) -> Any:
    if not isinstance(s, v.ChallengeSent):
        return s
    return v.Active(person=s.person, since=e.stamp.at, standing=v.Standing(proved_at=e.stamp.at))


def _standing(s: Any, **changes: Any) -> Any:
    return attrs.evolve(s, standing=attrs.evolve(s.standing, **changes)) if isinstance(s, _LIVE) else s


def _proved(s: Any, e: v.PhoneProved) -> Any:
    if not isinstance(s, _LIVE):
        return s
    return attrs.evolve(_standing(s, proved_at=e.stamp.at, proved_for=e.purpose), codes=None)


def _linked(s: Any, e: v.ChildLinked) -> Any:
    return (
        _standing(s, children=tuple(dict.fromkeys((*s.standing.children, e.child))))
        if isinstance(s, _LIVE)
        else s
    )


def _failed(s: Any, _: v.LoginFailed) -> Any:
    return _standing(s, failures=s.standing.failures + 1) if isinstance(s, _LIVE) else s


def _locked(s: Any, e: v.AccountLocked) -> Any:
    if not isinstance(s, v.Active):
        return s
    return v.Locked(person=s.person, since=e.stamp.at, until=e.until, standing=s.standing, codes=s.codes)


def _opened(s: Any, e: Any) -> Any:
    """Leave the lock, with no failure counted."""
    if not isinstance(s, _LIVE):
        return s
    standing = attrs.evolve(s.standing, failures=0)
    return v.Active(person=s.person, since=e.stamp.at, standing=standing, codes=s.codes)


def _recovered(s: Any, e: v.RecoveryCompleted) -> Any:
    if not isinstance(s, _LIVE):
        return s
    opened = _opened(s, e)
    person = attrs.evolve(s.person, password_hash=e.password_hash)
    return attrs.evolve(_standing(opened, proved_for=v.Purpose.PROOF), person=person)


def _owner(state: State, actor: Actor) -> bool:
    """An account with a person behind it is its owner's; others reach it only by proving its phone."""
    return not isinstance(state, _LIVE) or actor.id == state.person.account_id


_OWNERS = (Role.STUDENT, Role.GUARDIAN, Role.TEACHER, Role.IMPORTER, Role.OPERATOR)

TABLE = Table(
    "account",
    own=dict.fromkeys(_OWNERS, _owner),
    states=(v.ChallengeSent, v.Active, v.Locked, v.Abandoned, v.Closed),
    rules=RULES,
    fold={
        v.RegistrationStarted: _started,
        v.ChallengeIssued: _issued,
        v.ChallengeReissued: _reissued,
        v.PhoneChanged: _rephoned,
        v.AttemptCounted: _attempted,
        v.AccountActivated: _activated,
        v.PhoneProved: _proved,
        v.RegistrationExpired: lambda _, e: v.Abandoned(since=e.stamp.at),
        v.ChildLinked: _linked,
        v.LoginFailed: _failed,
        v.LoginSucceeded: lambda s, _: _standing(s, failures=0),
        v.AccountLocked: _locked,
        v.AccountUnlocked: _opened,
        v.RecoveryCompleted: _recovered,
        v.AccountAppealOpened: lambda s, _: _standing(s, appeal_open=True),
        v.AccountAppealResolved: lambda s, _: _standing(s, appeal_open=False),
        v.AccountClosed: lambda _, e: v.Closed(since=e.stamp.at),
    },
)
