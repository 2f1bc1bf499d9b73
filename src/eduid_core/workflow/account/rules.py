"""The transition table of an account."""

from __future__ import annotations

import datetime as dt

from eduid_core.workflow.account.vocabulary import (
    Abandoned,
    AccountActivated,
    AccountClosed,
    Active,
    AttemptCounted,
    Challenge,
    ChallengeIssued,
    ChallengeReissued,
    ChallengeSent,
    CloseAccount,
    Closed,
    CountAttempt,
    ExpireRegistration,
    Person,
    RegistrationExpired,
    RegistrationStarted,
    ResendChallenge,
    StartRegistration,
    VerifyChallenge,
)
from eduid_core.workflow.actors import Role
from eduid_core.workflow.forms import mobile_number
from eduid_core.workflow.kernel import Command, Event, Rule, guard
from eduid_core.workflow.policy import Policy

__all__ = ["RULES"]


@guard("invalid_phone_number")
def mobile(_: None, c: StartRegistration, __: Policy) -> bool:
    """The phone is a mainland mobile."""
    return mobile_number(c.phone) is not None


@guard("challenge_locked")
def unlocked(s: ChallengeSent, _: Command, p: Policy) -> bool:
    """Tries are left; a locked flow answers alike for right and wrong codes, and sends nothing more."""
    return s.tries < p.account.otp_tries_per_flow


@guard("challenge_required")
def counted(s: ChallengeSent, _: Command, __: Policy) -> bool:
    """A guess is answered only after it was counted."""
    return s.tries > 0


@guard("challenge_expired")
def alive(s: ChallengeSent, c: Command, _: Policy) -> bool:
    """A code is still alive."""
    return bool(s.live(c.at))


@guard("challenge_mismatch", lambda s, _, p: {"left": max(0, p.account.otp_tries_per_flow - s.tries)})
def matches(_: ChallengeSent, c: VerifyChallenge, __: Policy) -> bool:
    """The code given is one that was sent."""
    return c.matches


def _wait(s: ChallengeSent, c: Command, p: Policy) -> dict[str, int]:
    return {"retry_after": p.account.resend_after_s - int((c.at - s.last_sent_at).total_seconds())}


@guard("resend_too_soon", _wait)
def rested(s: ChallengeSent, c: Command, p: Policy) -> bool:
    """A minute lies between two sends."""
    return (c.at - s.last_sent_at).total_seconds() >= p.account.resend_after_s


@guard("challenge_limit_exceeded")
def sends_left(s: ChallengeSent, _: Command, p: Policy) -> bool:
    """The flow's sends are not used up."""
    return s.sends < p.account.sends_per_flow


def _challenge(nonce: str, at: dt.datetime, p: Policy) -> Challenge:
    return Challenge(nonce, at, at + dt.timedelta(seconds=p.account.otp_life_s))


def _start(_: None, c: StartRegistration, p: Policy) -> tuple[Event, ...]:
    person = Person(
        account_id=c.subject,
        role=c.role,
        username=c.username,
        phone=c.phone,
        password_hash=c.password_hash,
    )
    return (
        RegistrationStarted(stamp=c.stamp, person=person),
        ChallengeIssued(stamp=c.stamp, challenge=_challenge(c.nonce, c.at, p)),
    )


def _resend(s: ChallengeSent, c: ResendChallenge, p: Policy) -> tuple[Event, ...]:
    left = max(((x.expires_at - c.at).total_seconds() for x in s.challenges), default=0.0)
    if left < p.account.otp_second_code_under_s:
        return (ChallengeIssued(stamp=c.stamp, challenge=_challenge(c.nonce, c.at, p)),)
    return (ChallengeReissued(stamp=c.stamp),)


ANYONE = frozenset({Role.ANONYMOUS, Role.STUDENT, Role.GUARDIAN, Role.TEACHER, Role.SCHOOL_ADMIN})
OWNER = frozenset({Role.STUDENT, Role.GUARDIAN, Role.TEACHER, Role.SCHOOL_ADMIN})
MACHINE = frozenset({Role.SYSTEM})

RULES = (
    Rule(
        id="A1",
        at=None,
        command=StartRegistration,
        actors=ANYONE,
        guards=(mobile,),
        emit=_start,
        to=(ChallengeSent,),
        events=(RegistrationStarted, ChallengeIssued),
    ),
    Rule(
        id="A2",
        at=ChallengeSent,
        command=ResendChallenge,
        actors=ANYONE,
        guards=(unlocked, rested, sends_left),
        emit=_resend,
        to=(ChallengeSent,),
        events=(ChallengeReissued, ChallengeIssued),
    ),
    Rule(
        id="A3a",
        at=ChallengeSent,
        command=CountAttempt,
        actors=ANYONE,
        guards=(unlocked,),
        emit=lambda _, c, __: (AttemptCounted(stamp=c.stamp),),
        to=(ChallengeSent,),
        events=(AttemptCounted,),
    ),
    Rule(
        id="A3b",
        at=ChallengeSent,
        command=VerifyChallenge,
        actors=ANYONE,
        guards=(counted, alive, matches),
        emit=lambda _, c, __: (AccountActivated(stamp=c.stamp),),
        to=(Active,),
        events=(AccountActivated,),
    ),
    Rule(
        id="A5",
        at=ChallengeSent,
        command=ExpireRegistration,
        actors=MACHINE,
        emit=lambda _, c, __: (RegistrationExpired(stamp=c.stamp),),
        to=(Abandoned,),
        events=(RegistrationExpired,),
    ),
    Rule(
        id="A10",
        at=Active,
        command=CloseAccount,
        actors=OWNER,
        emit=lambda _, c, __: (AccountClosed(stamp=c.stamp),),
        to=(Closed,),
        events=(AccountClosed,),
    ),
)
