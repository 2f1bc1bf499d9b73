"""Reactions to links between guardians and children: the code, the mark of the link, and its other side."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from eduid_core.private import Phone, PrivateText
from eduid_core.workflow.account import commands as account_commands
from eduid_core.workflow.account import events as account_events
from eduid_core.workflow.account import states as account
from eduid_core.workflow.actors import Actor, Role
from eduid_core.workflow.application import commands as app_commands
from eduid_core.workflow.application import events as app
from eduid_core.workflow.effects import ClaimKey, Effect, IssueCommand, ReleaseKey, SendMessage, SpendCode
from eduid_core.workflow.forms import mobile_number
from eduid_core.workflow.links import Confirmation
from eduid_core.workflow.machine import Command, Event

__all__ = ["OF_GUARDIANS", "SYSTEM", "ended_with", "guardians_gone"]

SYSTEM: Final = Actor(id="system", role=Role.SYSTEM)
Effects = tuple[Effect, ...]


def _command(kind: type[Command], subject: str, event: Event, **content: Any) -> Command:
    return kind(subject=subject, by=SYSTEM, at=event.stamp.at, **content)


# --- the guardian's account ----------------------------------------------------------------------------


def _known(standing: account.AccountStanding) -> dict[str, account.Asking | account.Link]:
    """Return the requests and links that name a known child, by child; a link goes before a request."""
    every: tuple[account.Asking | account.Link, ...] = (*standing.askings, *standing.links)
    return {one.child: one for one in every if one.child}


def _mark(child: str, guardian: str, kind: type[ClaimKey | ReleaseKey]) -> Effect:
    return kind("guardian", PrivateText(child), guardian, unique=False)


def _marks(before: Any, _: Event, after: Any) -> Effects:
    """Mark the children that the account has come to name, and unmark those that it names no longer."""
    held, holds, who = _known(before.standing), _known(after.standing), after.person.account_id
    gone = (_mark(child, who, ReleaseKey) for child in held if child not in holds)
    return (*gone, *(_mark(child, who, ClaimKey) for child in holds if child not in held))


def _confirmed(before: Any, event: account_events.LinkConfirmed, after: Any) -> Effects:
    """Link the application from its own side; a seat has done so already."""
    link, marks = event.link, _marks(before, event, after)
    if link.aggregate != "application" or link.way is Confirmation.SEAT:
        return marks
    content = {"guardian": after.person.account_id, "link": link.id, "way": link.way}
    return (*marks, IssueCommand(_command(app_commands.LinkGuardian, link.child, event, **content)))


def _over(links: Iterable[account.Asking | account.Link], guardian: str, event: Event) -> Effects:
    """End *links* from the side of their applications."""
    content = {"guardian": guardian}
    ended = (
        _command(app_commands.UnlinkGuardian, link.child, event, **content)
        for link in links
        if isinstance(link, account.Link) and link.aggregate == "application"
    )
    return tuple(IssueCommand(command, optional=True) for command in ended)


def _ended(before: Any, event: account_events.LinkEnded, after: Any) -> Effects:
    gone = (link for link in before.standing.links if link.id == event.link)
    return (*_marks(before, event, after), *_over(gone, after.person.account_id, event))


def ended_with(before: Any, event: Event) -> Effects:
    """Return the effects on the children of an account that is closed."""
    known, who = _known(before.standing), before.person.account_id
    marks = (_mark(child, who, ReleaseKey) for child in known)
    return (*marks, *_over(known.values(), who, event))


# --- the child's side ----------------------------------------------------------------------------------


def _code(template: str, to: Phone, child: str, event: Any) -> Effects:
    """Send the code of a request; the message names who asks, which the unit of work adds."""
    message = SendMessage(
        template=template,
        to=to,
        recipient="owner" if template == "reader_code" else "guardian",
        subject=child,
        revision=0,
        event=f"{event.name} {event.nonce}",
        params=(("minutes", event.minutes), ("nonce", event.nonce), ("purpose", "link")),
    )
    return (SpendCode(to, event.stamp.at), message)


def _offered(_: Any, event: account_events.LinkOffered, after: Any) -> Effects:
    return _code("reader_code", after.person.phone, after.person.account_id, event)


def _asked(_: Any, event: app.GuardianAsked, after: Any) -> Effects:
    return _code("link_code", event.phone, after.file.application_id, event)


def _linked(_: Any, event: app.GuardianLinked, after: Any) -> Effects:
    """Record on the guardian's account what a seat confirmed, and tell the guardian phone on the form."""
    if event.way is not Confirmation.SEAT:
        return ()
    recorded = IssueCommand(_command(account_commands.RecordLink, event.guardian, event, link=event.link))
    mobile = mobile_number(after.form.guardian_phone)
    if mobile is None:
        return (recorded,)
    told = SendMessage(
        template="guardian_linked",
        to=mobile,
        recipient="guardian",
        subject=after.file.application_id,
        revision=after.revision,
        event=f"{event.name} {event.link}",
    )
    return (recorded, told)


def _unlink(guardian: str, link: str, event: Event) -> IssueCommand:
    return IssueCommand(_command(account_commands.EndLink, guardian, event, link=link), optional=True)


def _unlinked(before: Any, event: app.GuardianUnlinked, _: Any) -> Effects:
    gone = (g for g in before.file.guardians if g.account_id == event.guardian)
    return tuple(_unlink(g.account_id, g.link, event) for g in gone)


def guardians_gone(before: Any, event: Event, after: Any) -> Effects:
    """End, on the guardians' accounts, the links that a new guardian phone on the form has ended."""
    if before.file.guardians == after.file.guardians:
        return ()
    gone = (g for g in before.file.guardians if g not in after.file.guardians)
    return tuple(_unlink(g.account_id, g.link, event) for g in gone)


OF_GUARDIANS: dict[type[Event], Callable[[Any, Any, Any], Effects]] = {
    account_events.LinkAsked: _marks,
    account_events.LinkConfirmed: _confirmed,
    account_events.LinkEnded: _ended,
    account_events.LinkOffered: _offered,
    app.DraftSaved: guardians_gone,
    app.GuardianAsked: _asked,
    app.GuardianLinked: _linked,
    app.GuardianUnlinked: _unlinked,
}
"""Event -> its effects."""
