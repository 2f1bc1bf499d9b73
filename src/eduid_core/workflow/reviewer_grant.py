"""
The reviewer grant (班主任授权): who may review a class, verified by the school administrator, until a date.

"Homeroom teacher of class X" is a claim of its own: made by a teacher, verified by somebody above, ending
with the school year, revocable at any time.
"""

from __future__ import annotations

import datetime as dt

import attrs

from eduid_core.workflow.actors import Role
from eduid_core.workflow.kernel import Command, Event, Rule, State, Table, guard
from eduid_core.workflow.policy import Policy

__all__ = [
    "TABLE",
    "Active",
    "ClaimRole",
    "Claimed",
    "Decline",
    "Declined",
    "EndGrant",
    "Ended",
    "GrantEnded",
    "GrantRevoked",
    "Revoke",
    "Revoked",
    "RoleClaimed",
    "RoleDeclined",
    "RoleVerified",
    "Verify",
]


@attrs.frozen(kw_only=True)
class Claim:
    """Which teacher claims which class of which school, on what evidence (staff number, letter)."""

    teacher_id: str
    school_code: str
    class_name: str
    evidence: str


@attrs.frozen(kw_only=True)
class _Grant(State):
    claim: Claim
    since: dt.datetime


@attrs.frozen(kw_only=True)
class Claimed(_Grant):
    """Claimed, not yet verified: no task is given."""


@attrs.frozen(kw_only=True)
class Active(_Grant):
    """Verified; ends on `until`."""

    until: dt.date
    verified_by: str


@attrs.frozen(kw_only=True)
class Declined(_Grant):
    """Not verified; the teacher may claim again."""

    terminal = True


@attrs.frozen(kw_only=True)
class Ended(_Grant):
    """The school year is over."""

    terminal = True


@attrs.frozen(kw_only=True)
class Revoked(_Grant):
    """Taken back."""

    terminal = True


@attrs.frozen(kw_only=True)
class ClaimRole(Command):
    """Claim to be the homeroom teacher (班主任) of a class."""

    claim: Claim


@attrs.frozen(kw_only=True)
class Verify(Command):
    """Verify the claim, until a date."""

    until: dt.date


@attrs.frozen(kw_only=True)
class Decline(Command):
    """Do not verify, for a reason."""

    reason: str


@attrs.frozen(kw_only=True)
class Revoke(Command):
    """Take the grant back, for a reason."""

    reason: str


@attrs.frozen(kw_only=True)
class EndGrant(Command):
    """The grant's term is over."""


@attrs.frozen(kw_only=True)
class RoleClaimed(Event):
    """A class was claimed."""

    claim: Claim


@attrs.frozen(kw_only=True)
class RoleVerified(Event):
    """The claim was verified."""

    until: dt.date


@attrs.frozen(kw_only=True)
class RoleDeclined(Event):
    """The claim was not verified."""

    reason: str


@attrs.frozen(kw_only=True)
class GrantRevoked(Event):
    """The grant was taken back."""

    reason: str


@attrs.frozen(kw_only=True)
class GrantEnded(Event):
    """The grant ran out."""


@guard("evidence_required")
def evidenced(_: None, c: ClaimRole, __: Policy) -> bool:
    """A staff number or a letter of the school is named."""
    return bool(c.claim.evidence)


@guard("conflict_of_interest")
def not_own(s: Claimed, c: Verify, _: Policy) -> bool:
    """Nobody verifies their own claim."""
    return s.claim.teacher_id != c.by.id


@guard("assurance_too_low", lambda _, __, ___: {"need": 2})
def assured(_: State, c: Command, __: Policy) -> bool:
    """Verifying needs a session of AAL2."""
    return c.by.assurance >= 2  # noqa: PLR2004 - the level's own name


@guard("reason_required")
def reason_given(_: State, c: Decline | Revoke, __: Policy) -> bool:
    """A refusal says why."""
    return bool(c.reason)


ADMIN = frozenset({Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN})


def _rule(id_: str, at: type[State] | None, command: type[Command], event: type[Event], **rest: object) -> Rule:
    return Rule(id=id_, at=at, command=command, events=(event,), **rest)  # type: ignore[arg-type]


def _claim(_: None, c: ClaimRole, __: Policy) -> tuple[Event, ...]:
    return (RoleClaimed(stamp=c.stamp, claim=c.claim),)


def _verify(_: State, c: Verify, __: Policy) -> tuple[Event, ...]:
    return (RoleVerified(stamp=c.stamp, until=c.until),)


def _decline(_: State, c: Decline, __: Policy) -> tuple[Event, ...]:
    return (RoleDeclined(stamp=c.stamp, reason=c.reason),)


def _revoke(_: State, c: Revoke, __: Policy) -> tuple[Event, ...]:
    return (GrantRevoked(stamp=c.stamp, reason=c.reason),)


def _end(_: State, c: EndGrant, __: Policy) -> tuple[Event, ...]:
    return (GrantEnded(stamp=c.stamp),)


RULES = (
    _rule("T1", None, ClaimRole, RoleClaimed, actors=frozenset({Role.TEACHER}), guards=(evidenced,),
          emit=_claim, to=(Claimed,)),
    _rule("T2", Claimed, Verify, RoleVerified, actors=ADMIN, guards=(assured, not_own), emit=_verify,
          to=(Active,)),
    _rule("T3", Claimed, Decline, RoleDeclined, actors=ADMIN, guards=(reason_given,), emit=_decline,
          to=(Declined,)),
    _rule("T6", Active, EndGrant, GrantEnded, actors=frozenset({Role.SYSTEM}), emit=_end, to=(Ended,)),
    _rule("T7", Active, Revoke, GrantRevoked, actors=ADMIN, guards=(reason_given,), emit=_revoke,
          to=(Revoked,)),
)  # fmt: skip


def _verified(s: State | None, e: RoleVerified) -> State | None:
    if not isinstance(s, _Grant):
        return s
    return Active(claim=s.claim, since=e.stamp.at, until=e.until, verified_by=e.stamp.by)


def _ended(kind: type[Declined | Ended | Revoked]):  # type: ignore[no-untyped-def]  # noqa: ANN202
    return lambda s, e: kind(claim=s.claim, since=e.stamp.at) if isinstance(s, _Grant) else s


TABLE = Table(
    "reviewer_grant",
    states=(Claimed, Active, Declined, Ended, Revoked),
    rules=RULES,
    fold={
        RoleClaimed: lambda _, e: Claimed(claim=e.claim, since=e.stamp.at),
        RoleVerified: _verified,
        RoleDeclined: _ended(Declined),
        GrantEnded: _ended(Ended),
        GrantRevoked: _ended(Revoked),
    },
)
