"""The effects of an event: commands to other aggregates, claims to take or free, messages to send."""

from __future__ import annotations

import datetime as dt
from typing import Final, Literal

import attrs

from eduid_core.private import Phone, Private
from eduid_core.workflow.machine import Command

ClaimKind = Literal[
    "username",
    "person",
    "live_person",
    "card_number",
    "homeroom",
    "grant",
    "grant_at",
    "grantee",
    "seat",
    "applicant",
    "comms_number",
    "task_at",
    "delegate",
    "guardian",
]
"""
The kinds of claims, which have one owner, and of marks, which may have several: `person` (a claim, or a mark of
an approval that shares it), `live_person`, `grant_at` (a position in a class or school), `grantee` (a teacher
in a school), `seat` (the grants of a teacher), `delegate` (the grants that somebody stands in for), `applicant`
(the applications of an account), `task_at` (the open tasks of a class or school) and `guardian` (the accounts
that are linked to a student's account or to an application, or ask to be).
"""


@attrs.frozen
class IssueCommand:
    """Give *command* to its aggregate, in the same commit. An *optional* command may be refused."""

    command: Command
    optional: bool = False


@attrs.frozen
class IssueCard:
    """
    Issue a card for an approved application; the number is drawn by the service. With *replaces* the card of
    another student is replaced: the new number revokes the old one.
    """

    application_id: str
    replaces: bool = False


@attrs.frozen
class LookUpRegistry:
    """Ask the registry about this revision."""

    application_id: str
    revision: int


@attrs.frozen
class QueueTask:
    """Queue the application's task for *reviewer*, lower *rank* first; without a reviewer, remove it."""

    application_id: str
    reviewer: str = ""
    rank: int = 0


@attrs.frozen
class GiveTask:
    """Give the open review of an application to its owner, unless who has it may still decide it."""

    application_id: str


@attrs.frozen
class GiveTasks:
    """
    Give the open reviews of a class (or of a school, or of nobody) to their owners, and those of *holder*,
    whose seat over the district has changed.
    """

    school_code: str
    class_name: str
    holder: str = ""


@attrs.frozen
class EndSeats:
    """End the seats of a closed account."""

    account_id: str


@attrs.frozen
class SpendCode:
    """Debit a one-time code for *phone* from the day's budgets of codes."""

    phone: Phone
    at: dt.datetime


@attrs.frozen
class OrderSim:
    """Order a bundled SIM from the carrier; *at* distinguishes this order from an earlier one."""

    application_id: str
    at: dt.datetime


@attrs.frozen
class ClaimKey:
    """Take the claim (*kind*, *value*) for *owner* alone. With `unique=False` it is only a mark."""

    kind: ClaimKind
    value: Private
    owner: str
    unique: bool = True


@attrs.frozen
class ReleaseKey:
    """Free the claim, if *owner* holds it."""

    kind: ClaimKind
    value: Private
    owner: str
    unique: bool = True


WINDOWED: Final = "in a window"
"""The `event` of a message sent at most once in a window of time; its *revision* is the time in seconds."""


@attrs.frozen(kw_only=True)
class SendMessage:
    """
    Send one short message: *template* by code, to a phone, about *subject* at *revision* because of *event*.

    The message's identity is derived from template, subject, revision, event and recipient, so one fact is sent
    once however often it is processed.
    """

    template: str
    to: Phone
    recipient: Literal["guardian", "teacher", "owner"]
    subject: str
    revision: int
    event: str
    params: tuple[tuple[str, Private | str | int], ...] = ()


Effect = (
    IssueCommand
    | IssueCard
    | LookUpRegistry
    | OrderSim
    | GiveTask
    | GiveTasks
    | EndSeats
    | QueueTask
    | SpendCode
    | ClaimKey
    | ReleaseKey
    | SendMessage
)
