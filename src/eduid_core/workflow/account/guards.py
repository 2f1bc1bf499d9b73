"""The guards of an account's rules, one refusal code each."""

from __future__ import annotations

import datetime as dt
from typing import Any

from eduid_core.workflow.account import commands, states
from eduid_core.workflow.forms import mobile_number
from eduid_core.workflow.machine import Command, guard
from eduid_core.workflow.policy import Policy


def _seconds(later: dt.datetime, earlier: dt.datetime) -> int:
    return int((later - earlier).total_seconds())


def flow_over(s: Any, c: Command, p: Policy) -> bool:
    """Return whether no flow is in progress: there is none, its hour is over, or the command begins another."""
    anew = isinstance(c, commands.StartProof) and c.anew
    return s.codes is None or anew or _seconds(c.at, s.codes.started_at) >= p.account.flow_life_s


@guard("invalid_phone_number")
def mobile(_: Any, c: Any, __: Policy) -> bool:
    """The phone is a mainland mobile number."""
    return c.phone is None or mobile_number(c.phone) is not None


@guard("challenge_locked")
def tries_left(
    s: states.ChallengeSent | states.ActiveAccount | states.LockedAccount, _: Command, p: Policy
) -> bool:
    """Attempts are left; a locked flow gives one answer for right and wrong codes, and sends no more codes."""
    return s.codes is None or s.codes.tries < p.account.otp_tries_per_flow


@guard("challenge_locked")
def not_locked_out(s: states.ActiveAccount | states.LockedAccount, c: commands.StartProof, p: Policy) -> bool:
    """A flow without attempts left is not restarted before its hour is over: its count must survive."""
    return flow_over(s, c, p) or s.codes.tries < p.account.otp_tries_per_flow  # type: ignore[union-attr]


@guard("challenge_limit_exceeded")
def proofs_left(s: states.ActiveAccount | states.LockedAccount, c: commands.StartProof, p: Policy) -> bool:
    """Sends of the flow are left, counted over all purposes, or its hour is over."""
    return flow_over(s, c, p) or s.codes.sends < p.account.sends_per_flow  # type: ignore[union-attr]


@guard("username_limit_exceeded")
def names_left(s: states.UsernameWanted, _: Command, p: Policy) -> bool:
    """Names of the registration are left: nobody tries a list of names."""
    return s.names < p.account.names_per_flow


@guard("challenge_required")
def code_asked(s: states.ActiveAccount | states.LockedAccount, _: Command, __: Policy) -> bool:
    """A code was requested."""
    return s.codes is not None


@guard("challenge_required")
def counted(
    s: states.ChallengeSent | states.ActiveAccount | states.LockedAccount, _: Command, __: Policy
) -> bool:
    """An attempt is answered only after it was counted."""
    return s.codes is not None and s.codes.tries > 0


@guard("challenge_expired")
def alive(s: states.ChallengeSent | states.ActiveAccount | states.LockedAccount, c: Command, _: Policy) -> bool:
    """A code has not expired."""
    return s.codes is not None and bool(s.codes.live(c.at))


def _left(s: Any, _: Command, p: Policy) -> dict[str, int]:
    return {"left": max(0, p.account.otp_tries_per_flow - s.codes.tries)}


@guard("challenge_mismatch", _left)
def matches(_: Any, c: commands.VerifyChallenge, __: Policy) -> bool:
    """The code equals a code that was sent."""
    return c.matches


def _wait(s: Any, c: Command, p: Policy) -> dict[str, int]:
    return {"retry_after": p.account.resend_after_s - _seconds(c.at, s.codes.last_sent_at)}


@guard("resend_too_soon", _wait)
def rested(
    s: states.ChallengeSent | states.ActiveAccount | states.LockedAccount, c: Command, p: Policy
) -> bool:
    """A minute has passed since the last send, in any flow."""
    return s.codes is None or _seconds(c.at, s.codes.last_sent_at) >= p.account.resend_after_s


@guard("challenge_limit_exceeded")
def sends_left(
    s: states.ChallengeSent | states.ActiveAccount | states.LockedAccount, _: Command, p: Policy
) -> bool:
    """Sends of the flow are left."""
    return s.codes is None or s.codes.sends < p.account.sends_per_flow


def _fresh(s: states.ActiveAccount | states.LockedAccount, c: Command, p: Policy) -> bool:
    at = s.standing.proved_at
    return at is not None and 0 <= _seconds(c.at, at) <= p.account.proof_fresh_s


@guard("challenge_required")
def fresh_proof(s: states.ActiveAccount, c: Command, p: Policy) -> bool:
    """The phone was proved within the last minutes."""
    return _fresh(s, c, p)


@guard("insufficient_evidence")
def recovery_proved(s: states.ActiveAccount | states.LockedAccount, c: Command, p: Policy) -> bool:
    """The phone was proved for recovery within the last minutes; no other proof recovers an account."""
    return _fresh(s, c, p) and s.standing.proved_for is states.Purpose.RECOVERY


@guard("appeal_open")
def no_appeal(s: states.ActiveAccount | states.LockedAccount, _: Command, __: Policy) -> bool:
    """No account appeal is open: only one may be open at a time."""
    return not s.standing.appeal_open


@guard("invalid_transition")
def appeal_waits(s: states.ActiveAccount | states.LockedAccount, _: Command, __: Policy) -> bool:
    """An account appeal is open."""
    return s.standing.appeal_open


# --- links to children ---------------------------------------------------------------------------------


def asking_of(s: Any, c: commands.LinkChild) -> states.Asking | None:
    """Return the open request for the child that *c* names, as it was typed: known or not, no matter."""
    return next((a for a in s.standing.askings if a.typed == c.typed and c.at < a.until), None)


def _asked(s: Any, c: Any) -> states.Asking | None:
    return next((a for a in s.standing.askings if a.id == c.link and c.at < a.until), None)


@guard("link_limit_exceeded", lambda _, __, p: {"max": p.account.open_askings})
def askings_left(s: states.ActiveAccount, c: commands.LinkChild, p: Policy) -> bool:
    """Requests that are open at a time are left, or the command continues one of them."""
    open_ones = [a for a in s.standing.askings if c.at < a.until]
    return asking_of(s, c) is not None or len(open_ones) < p.account.open_askings


def _link_wait(s: Any, c: Any, p: Policy) -> dict[str, int]:
    asked = asking_of(s, c)
    return {"retry_after": p.account.resend_after_s - _seconds(c.at, asked.sent_at)} if asked else {}


@guard("resend_too_soon", _link_wait)
def link_rested(s: states.ActiveAccount, c: commands.LinkChild, p: Policy) -> bool:
    """A minute has passed since the last code of the request."""
    asked = asking_of(s, c)
    return asked is None or _seconds(c.at, asked.sent_at) >= p.account.resend_after_s


@guard("challenge_limit_exceeded")
def link_sends_left(s: states.ActiveAccount, c: commands.LinkChild, p: Policy) -> bool:
    """Codes of the request are left."""
    asked = asking_of(s, c)
    return asked is None or asked.sends < p.account.sends_per_flow


@guard("challenge_locked")
def link_tries_left(s: states.ActiveAccount, c: Any, p: Policy) -> bool:
    """Attempts of the request are left; another code gives none back."""
    asked = asking_of(s, c) if isinstance(c, commands.LinkChild) else _asked(s, c)
    return asked is None or asked.tries < p.account.otp_tries_per_flow


@guard("challenge_required")
def link_asked(s: states.ActiveAccount, c: Any, _: Policy) -> bool:
    """The link was asked for, and the request is open."""
    return _asked(s, c) is not None


@guard("challenge_required")
def link_counted(s: states.ActiveAccount, c: commands.VerifyLink, _: Policy) -> bool:
    """The link was asked for, and an attempt was counted."""
    asked = _asked(s, c)
    return asked is not None and asked.tries > 0


@guard("challenge_expired")
def link_alive(s: states.ActiveAccount, c: commands.VerifyLink, _: Policy) -> bool:
    """The code has not expired."""
    asked = _asked(s, c)
    return asked is not None and c.at < asked.code_until


def _link_left(s: Any, c: Any, p: Policy) -> dict[str, int]:
    asked = _asked(s, c)
    return {"left": max(0, p.account.otp_tries_per_flow - asked.tries) if asked else 0}


@guard("challenge_mismatch", _link_left)
def link_matches(_: Any, c: commands.VerifyLink, __: Policy) -> bool:
    """The code equals the last one that was sent."""
    return c.matches


@guard("link_unknown")
def link_waits(s: states.ActiveAccount, c: commands.RecordLink, _: Policy) -> bool:
    """The guardian asks for the link that the seat confirms."""
    return _asked(s, c) is not None


@guard("link_unknown")
def link_known(s: Any, c: commands.EndLink, _: Policy) -> bool:
    """The account has the link, or a request for it."""
    return any(one.id == c.link for one in (*s.standing.askings, *s.standing.links))
