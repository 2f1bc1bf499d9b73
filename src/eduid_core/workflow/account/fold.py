"""How an account's events make its state."""

from __future__ import annotations

import attrs

from eduid_core.workflow.account.rules import RULES
from eduid_core.workflow.account.vocabulary import (
    Abandoned,
    AccountActivated,
    AccountClosed,
    Active,
    AttemptCounted,
    ChallengeIssued,
    ChallengeReissued,
    ChallengeSent,
    Closed,
    RegistrationExpired,
    RegistrationStarted,
)
from eduid_core.workflow.actors import Actor, Role
from eduid_core.workflow.kernel import State, Table

__all__ = ["TABLE"]


def _started(_: State | None, e: RegistrationStarted) -> State:
    at = e.stamp.at
    return ChallengeSent(person=e.person, challenges=(), started_at=at, last_sent_at=at, sends=0)


def _issued(s: State | None, e: ChallengeIssued) -> State | None:
    if not isinstance(s, ChallengeSent):
        return s
    kept = (*s.live(e.stamp.at), e.challenge)[-2:]
    return attrs.evolve(s, challenges=kept, last_sent_at=e.stamp.at, sends=s.sends + 1)


def _reissued(s: State | None, e: ChallengeReissued) -> State | None:
    return attrs.evolve(s, last_sent_at=e.stamp.at, sends=s.sends + 1) if isinstance(s, ChallengeSent) else s


def _attempted(s: State | None, _: AttemptCounted) -> State | None:
    return attrs.evolve(s, tries=s.tries + 1) if isinstance(s, ChallengeSent) else s


def _activated(s: State | None, e: AccountActivated) -> State | None:
    return Active(person=s.person, since=e.stamp.at) if isinstance(s, ChallengeSent) else s


def _own(state: State | None, actor: Actor) -> bool:
    """Once a person stands behind it, an account is its owner's; a registration under way has no session."""
    return not isinstance(state, Active) or actor.role is Role.SYSTEM or actor.id == state.person.account_id


TABLE = Table(
    "account",
    within_reach=_own,
    states=(ChallengeSent, Active, Abandoned, Closed),
    rules=RULES,
    fold={
        RegistrationStarted: _started,
        ChallengeIssued: _issued,
        ChallengeReissued: _reissued,
        AttemptCounted: _attempted,
        AccountActivated: _activated,
        RegistrationExpired: lambda _, e: Abandoned(since=e.stamp.at),
        AccountClosed: lambda _, e: Closed(since=e.stamp.at),
    },
)
