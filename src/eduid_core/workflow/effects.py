"""What follows from an event: commands to other aggregates, claims to take or free, things to tell."""

from __future__ import annotations

import datetime as dt
from typing import Literal

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
    "comms_number",
]
"""
What only one may hold, and what several may be marked with: `live_person`, `grant_at` (a position in a class
or school) and `grantee` (a teacher in a school).
"""

__all__ = [
    "ClaimKey",
    "ClaimKind",
    "Effect",
    "IssueCard",
    "IssueCommand",
    "LookUpRegistry",
    "OrderSim",
    "QueueTask",
    "ReleaseKey",
    "SendMessage",
    "SpendCode",
]


@attrs.frozen
class IssueCommand:
    """Give *command* to its aggregate, in the same commit. What *optional* asks for may be refused."""

    command: Command
    optional: bool = False


@attrs.frozen
class IssueCard:
    """Issue a card for an approved application; the number is drawn by the service."""

    application_id: str


@attrs.frozen
class LookUpRegistry:
    """Ask the registry about this revision."""

    application_id: str
    revision: int


@attrs.frozen
class QueueTask:
    """The task of an application waits for *reviewer*, lower *rank* first; for nobody, it leaves the queue."""

    application_id: str
    reviewer: str = ""
    rank: int = 0


@attrs.frozen
class SpendCode:
    """A one-time code goes to *phone*: it is taken from the day's budgets of codes."""

    phone: Phone
    at: dt.datetime


@attrs.frozen
class OrderSim:
    """Order a bundled SIM of the carrier; *at* tells this order from an earlier one."""

    application_id: str
    at: dt.datetime


@attrs.frozen
class ClaimKey:
    """Take the claim (*kind*, *value*) for *owner*: nobody else may hold it. `unique=False` only marks it."""

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


@attrs.frozen(kw_only=True)
class SendMessage:
    """
    Send one short message: *template* by code, to a phone, about *subject* at *revision* because of *event*.

    The message's identity is made of template, subject, revision, event and recipient, so one fact is told
    once however often it is worked on.
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
    | QueueTask
    | SpendCode
    | ClaimKey
    | ReleaseKey
    | SendMessage
)
