"""The events that each rule of an account emits."""

from __future__ import annotations

import datetime as dt
from typing import Any

from eduid_core.workflow.account import commands, events, states
from eduid_core.workflow.account import guards as g
from eduid_core.workflow.links import Confirmation
from eduid_core.workflow.machine import Event, changed
from eduid_core.workflow.policy import Policy

Events = tuple[Event, ...]


def _issued(c: Any, p: Policy, purpose: states.Purpose, *, begins: bool = False) -> Event:
    challenge = states.Challenge(c.nonce, c.at, c.at + dt.timedelta(seconds=p.account.otp_life_s))
    return events.ChallengeIssued(stamp=c.stamp, challenge=challenge, purpose=purpose, begins=begins)


def registration_started(_: None, c: commands.StartRegistration, p: Policy) -> Events:
    """Start a registration and send its first code."""
    person = states.AccountHolder(
        account_id=c.subject,
        role=c.role,
        username=c.username,
        phone=c.phone,
        password_hash=c.password_hash,
    )
    return (
        events.RegistrationStarted(stamp=c.stamp, person=person),
        _issued(c, p, states.Purpose.REGISTRATION),
    )


def code_resent(s: Any, c: commands.ResendChallenge, p: Policy) -> Events:
    """Send the valid code again, or a second code if little of its life is left."""
    left = max(((x.expires_at - c.at).total_seconds() for x in s.codes.challenges), default=0.0)
    if left < p.account.otp_second_code_under_s:
        return (_issued(c, p, s.codes.purpose),)
    return (events.ChallengeReissued(stamp=c.stamp),)


def phone_changed(s: Any, c: commands.ChangePhone, p: Policy) -> Events:
    """Replace the phone and send a code to the new phone."""
    first = isinstance(s, states.ChallengeSent)
    purpose = states.Purpose.REGISTRATION if first else states.Purpose.PROOF
    code = _issued(c, p, purpose, begins=not first and g.flow_over(s, c, p))
    return (events.PhoneChanged(stamp=c.stamp, phone=c.phone), code)


def registration_proved(_: states.ChallengeSent, c: commands.VerifyChallenge, __: Policy) -> Events:
    """Activate the account, if its username is still free."""
    return (events.AccountActivated(stamp=c.stamp) if c.free else events.UsernameMissed(stamp=c.stamp),)


def username_chosen(_: states.UsernameWanted, c: commands.ChooseUsername, __: Policy) -> Events:
    """Activate the account under the chosen username, if it is free."""
    if c.free:
        return (events.UsernameChosen(stamp=c.stamp, username=c.username),)
    return (events.UsernameMissed(stamp=c.stamp),)


def phone_proved(s: Any, c: commands.VerifyChallenge, _: Policy) -> Events:
    """Record the phone proof for the purpose of its codes."""
    return (events.PhoneProved(stamp=c.stamp, purpose=s.codes.purpose),)


def login_recorded(s: states.ActiveAccount, c: commands.RecordLogin, p: Policy) -> Events:
    """Record the login; lock the account after too many failures."""
    if c.right:
        return (events.LoginSucceeded(stamp=c.stamp),)
    failed = events.LoginFailed(stamp=c.stamp)
    if s.standing.failures + 1 < p.account.login_failures:
        return (failed,)
    until = c.at + dt.timedelta(seconds=p.account.lock_s)
    return (failed, events.AccountLocked(stamp=c.stamp, until=until))


def appeal_resolved(_: Any, c: commands.ResolveAppeal, p: Policy) -> Events:
    """Record the decision; a granted appeal with a phone starts the recovery of the account."""
    resolved = events.AccountAppealResolved(stamp=c.stamp, granted=c.granted)
    if not c.granted or c.phone is None:
        return (resolved,)
    code = _issued(c, p, states.Purpose.RECOVERY, begins=True)
    return (resolved, events.PhoneChanged(stamp=c.stamp, phone=c.phone), code)


def proof_started(s: Any, c: commands.StartProof, p: Policy) -> Events:
    """Send a code for a purpose."""
    return (_issued(c, p, c.purpose, begins=g.flow_over(s, c, p)),)


def link_asked(s: states.ActiveAccount, c: commands.LinkChild, p: Policy) -> Events:
    """Ask to be linked to a child, or make another code for a request that is open: its counts go on."""
    code: dict[str, Any] = {
        "aggregate": c.aggregate,
        "child": c.found,
        "way": Confirmation.STUDENT if c.aggregate == "account" else Confirmation(c.phone),
        "nonce": c.nonce,
        "sent_at": c.at,
        "code_until": c.at + dt.timedelta(seconds=p.account.otp_life_s),
    }
    open_one = g.asking_of(s, c)
    if open_one is not None:
        return (events.LinkAsked(stamp=c.stamp, asking=changed(open_one, sends=open_one.sends + 1, **code)),)
    until = c.at + dt.timedelta(seconds=p.account.asking_life_s)
    asking = states.Asking(id=c.link, typed=c.typed, until=until, **code)
    return (events.LinkAsked(stamp=c.stamp, asking=asking),)


def _confirmed(s: states.ActiveAccount, c: Any, way: Confirmation) -> Events:
    asked = next(a for a in s.standing.askings if a.id == c.link)
    link = states.Link(id=asked.id, aggregate=asked.aggregate, child=asked.child, way=way)
    return (events.LinkConfirmed(stamp=c.stamp, link=link),)


def link_verified(s: states.ActiveAccount, c: commands.VerifyLink, _: Policy) -> Events:
    """Confirm the link by the phone whose code matched."""
    return _confirmed(s, c, c.way)


def link_recorded(s: states.ActiveAccount, c: commands.RecordLink, _: Policy) -> Events:
    """Confirm the link by a seat."""
    return _confirmed(s, c, Confirmation.SEAT)
