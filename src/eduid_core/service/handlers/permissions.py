"""
Permissions: the relation by which an actor in a role may give a command, as one table.

A role is never taken from the caller's word: `relations` establishes each relation from what is stored. A role
without an entry is `forbidden`. Then the rules of the workflow decide whether the status admits the command.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from eduid_core.service import commands as own
from eduid_core.workflow import Command, Role, card, comms_card
from eduid_core.workflow.account import commands as account_commands
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.review_task import commands as task_commands
from eduid_core.workflow.reviewer_grant import commands as grant_commands

__all__ = ["CAPABILITY_ROLES", "MEANING", "PERMISSIONS", "Relation"]

CAPABILITY_ROLES: Final = frozenset({Role.OPERATOR, Role.IMPORTER})
"""The roles of programs: a service has them only if it was built with them."""


class Relation(enum.StrEnum):
    """The relation of an actor to the subject of a command, as stored; `MEANING` says what each one is."""

    ANYONE = "anyone"
    TICKET = "ticket"
    REGISTERED = "registered"
    OWN_ACCOUNT = "own account"
    OWN_APPLICATION = "own application"
    LINKED_GUARDIAN = "linked guardian"
    LINKED_READER = "linked account"
    LINKED_CHILD = "linked child"
    OWN_CLAIM = "own claim"
    OWN_GRANT = "own grant"
    SEAT = "seat over the case"
    SEAT_OVER_ACCOUNT = "seat over the account"
    SEAT_OVER_SCHOOL = "seat over the school"
    REVIEWER = "reviewer of the case"
    VERIFIER = "verifier of the claim"
    FILE_RUN = "opened by a file run"
    CAPABILITY = "capability"


MEANING: Final[Mapping[Relation, str]] = MappingProxyType(
    {
        Relation.ANYONE: "no relation; a phone, a code or a password is proved by the command itself.",
        Relation.TICKET: (
            "the command carries the ticket that the last answer of the flow brought; nobody else has it."
        ),
        Relation.REGISTERED: "an active account in this role.",
        Relation.OWN_ACCOUNT: "the account is the actor's, in this role, and not closed.",
        Relation.OWN_APPLICATION: (
            "the application was opened by the actor's account, which is active or locked, and in this role."
        ),
        Relation.LINKED_GUARDIAN: (
            "as `own application`, or the application has a link to the actor's account, confirmed by its "
            "guardian phone, by the registry's guardian phone or by a seat over the case."
        ),
        Relation.LINKED_READER: (
            "as `linked guardian`, or a link that the student's own phone confirmed, to the application or to "
            "the account that opened it."
        ),
        Relation.LINKED_CHILD: (
            "the link, or the request for one, names the actor's account or an application that it opened."
        ),
        Relation.OWN_CLAIM: "the claim names the actor, whose account, if there is one, is active.",
        Relation.OWN_GRANT: "the grant is held by the actor.",
        Relation.SEAT: (
            "a verified grant of this role, held or delegated, over the class or school of the student, at "
            "assurance level 2. The place is that of the review, or else that of the student's row in the "
            "registry; where neither is known, the district's grant is needed. A person named as the second in "
            'a finding of fraud holds such a grant too. Under the policy `reviewers = "attested"` the caller '
            "vouches for the grant."
        ),
        Relation.SEAT_OVER_ACCOUNT: (
            "a seat, as above, over the place of an application or the school of a grant of the account."
        ),
        Relation.SEAT_OVER_SCHOOL: "the holder of the grant, or a seat, as above, over its school.",
        Relation.REVIEWER: (
            "a grant over the class (homeroom teacher, deputy, school, district), the teacher named by the "
            'registry, or the assignee of the task. Under the policy `reviewers = "attested"` the caller '
            "vouches instead."
        ),
        Relation.VERIFIER: (
            "a seat over the school of the grant; the rules demand that it is above the claimed position. "
            'Under the policy `reviewers = "attested"` the caller vouches instead.'
        ),
        Relation.FILE_RUN: "the application was opened by an importer.",
        Relation.CAPABILITY: "the process was built with this capability.",
    }
)
"""Relation -> its meaning; the page of permissions prints it."""

_R = Relation
_FAMILY: Final = (Role.STUDENT, Role.GUARDIAN)
_ADMINS: Final = (Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN)
_STAFF: Final = (Role.TEACHER, *_ADMINS)

Entry = Mapping[Role, Relation]


def _of(*pairs: tuple[tuple[Role, ...] | Role, Relation]) -> Entry:
    """Return one entry per role; each pair gives a relation to a role or to several."""
    return {
        role: relation
        for roles, relation in pairs
        for role in (roles if isinstance(roles, tuple) else (roles,))
    }


_PEOPLE: Final = (Role.ANONYMOUS, *_FAMILY, Role.TEACHER, Role.SCHOOL_ADMIN)
_ANYONE = _of((_PEOPLE, _R.ANYONE))
_TICKET = _of((_PEOPLE, _R.TICKET))
_OWNER = ((*_FAMILY, Role.TEACHER, Role.SCHOOL_ADMIN), _R.OWN_ACCOUNT)
_APPLICANT = _of((_FAMILY, _R.OWN_APPLICATION), (Role.IMPORTER, _R.FILE_RUN))
_PERSON = _of((_FAMILY, _R.OWN_APPLICATION))
_GUARDIAN = _of((Role.GUARDIAN, _R.LINKED_GUARDIAN))
_KIN = _of((Role.STUDENT, _R.OWN_APPLICATION), (Role.GUARDIAN, _R.LINKED_GUARDIAN))
_KEEPER = _of((_ADMINS, _R.SEAT))
_REVIEWER = _of((_STAFF, _R.REVIEWER))
_VERIFIER = _of((_ADMINS, _R.VERIFIER), (Role.OPERATOR, _R.CAPABILITY))
_GRANT = _of((Role.TEACHER, _R.OWN_GRANT), (_ADMINS, _R.SEAT_OVER_SCHOOL), (Role.OPERATOR, _R.CAPABILITY))

PERMISSIONS: Final[Mapping[type[Command], Entry]] = MappingProxyType(
    {
        own.Register: _ANYONE,
        own.ResendCode: _TICKET,
        own.EnterCode: _TICKET,
        own.LogIn: _ANYONE,
        own.Recover: _TICKET,
        own.EndSession: _of(_OWNER),
        own.EnrolFactor: _of(_OWNER),
        own.ConfirmFactor: _of(_OWNER),
        own.ResetFactor: _of((_ADMINS, _R.SEAT_OVER_ACCOUNT), (Role.OPERATOR, _R.CAPABILITY)),
        account_commands.ChooseUsername: _TICKET,
        account_commands.StartProof: _ANYONE,
        account_commands.OpenAppeal: _ANYONE,
        account_commands.ChangePhone: _of((Role.ANONYMOUS, _R.TICKET), _OWNER),
        account_commands.LinkChild: _of((Role.GUARDIAN, _R.OWN_ACCOUNT)),
        own.ConfirmLink: _of((Role.GUARDIAN, _R.OWN_ACCOUNT)),
        account_commands.EndLink: _of((Role.GUARDIAN, _R.OWN_ACCOUNT), (Role.STUDENT, _R.LINKED_CHILD)),
        account_commands.ResolveAppeal: _of((_ADMINS, _R.SEAT_OVER_ACCOUNT)),
        account_commands.CloseAccount: _of(
            ((*_FAMILY, Role.TEACHER), _R.OWN_ACCOUNT), (_ADMINS, _R.SEAT_OVER_ACCOUNT)
        ),
        app.Open: _of((_FAMILY, _R.REGISTERED), (Role.IMPORTER, _R.CAPABILITY)),
        app.Save: _APPLICANT,
        app.Submit: _APPLICANT,
        app.Amend: _APPLICANT,
        app.Resubmit: _APPLICANT,
        app.RequestCorrection: _APPLICANT,
        app.Withdraw: {**_APPLICANT, **_GUARDIAN},
        app.LinkGuardian: _of((_STAFF, _R.SEAT)),
        app.GrantConsent: _GUARDIAN,
        app.WithdrawConsent: _GUARDIAN,
        app.Appeal: _PERSON,
        app.RevokeApplication: {**_KIN, **_KEEPER},
        app.Supersede: _KEEPER,
        card.Suspend: {**_KIN, **_KEEPER},
        card.Reinstate: _KEEPER,
        card.Reissue: _KEEPER,
        card.RevokeCard: _KEEPER,
        comms_card.ChooseExisting: _KIN,
        comms_card.ChooseBundled: _KIN,
        own.EnterNumberCode: _KIN,
        comms_card.Retry: _KIN,
        comms_card.Release: _KIN,
        task_commands.Assign: _KEEPER,
        task_commands.ClaimTask: _REVIEWER,
        task_commands.DelegateTask: {**_KEEPER, Role.TEACHER: _R.REVIEWER},
        task_commands.StartReview: _REVIEWER,
        task_commands.CompleteReview: _REVIEWER,
        task_commands.SecondReview: _REVIEWER,
        grant_commands.ClaimRole: _of((_STAFF, _R.OWN_CLAIM)),
        grant_commands.Verify: _VERIFIER,
        grant_commands.Decline: _VERIFIER,
        grant_commands.Return: _VERIFIER,
        grant_commands.RevokeGrant: _VERIFIER,
        grant_commands.DelegateGrant: _GRANT,
        grant_commands.EndDelegation: _GRANT,
        own.Reveal: _REVIEWER,
        own.Erase: {**_PERSON, Role.DISTRICT_ADMIN: _R.SEAT, Role.OPERATOR: _R.CAPABILITY},
        own.CloseMessage: _of((Role.OPERATOR, _R.CAPABILITY)),
        own.RetryMessage: _of((Role.OPERATOR, _R.CAPABILITY)),
    }
)
"""Command -> role -> relation: every command that a caller may give."""
