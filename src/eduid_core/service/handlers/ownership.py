"""
Who owns each open review, settled again when a seat begins, is delegated, moves or ends.

A review is given to the nearest seat that may decide it (`seats.owner`). A seat that comes later finds the
cases of its class; a seat that goes leaves none behind. What a colleague of the class has in hand stays there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator
from typing import Any, Final

from eduid_core.china import CHINA
from eduid_core.findings import Refused
from eduid_core.plugins import Committed, Document
from eduid_core.private import PrivateText
from eduid_core.service.intents import Accepted, FindHolders, FindQueue, FindStreams, Handler, Load, Loaded
from eduid_core.service.seats import Owner, owner, reach
from eduid_core.service.unit_of_work import FOLLOWS, OPEN, TRIES, UnitOfWork, noted, write
from eduid_core.workflow import Command, Policy
from eduid_core.workflow.application import states as status
from eduid_core.workflow.effects import EndSeats, GiveTasks
from eduid_core.workflow.reactions.applications import SYSTEM
from eduid_core.workflow.review_task import commands as task_commands
from eduid_core.workflow.review_task import states as task
from eduid_core.workflow.reviewer_grant import commands as grant_commands
from eduid_core.workflow.reviewer_grant.states import Position

__all__ = ["MOST", "end_seats", "give_task", "give_tasks"]

MOST: Final = 200
"""The most reviews given in one call: a new seat's command does not wait for a whole school."""
DONE: Final = b"done"
_DISTANCE: Final = {
    Position.HOMEROOM: 0,
    Position.DEPUTY: 0,
    Position.SCHOOL_ADMIN: 1,
    Position.DISTRICT_ADMIN: 2,
}
"""How far a seat is from the class: colleagues of the class are equally near."""


def give_tasks(wanted: GiveTasks, at: dt.datetime, policy: Policy) -> Handler:
    """
    Give the open reviews within the reach of a seat to their owners, at most `MOST` of them; the others wait
    for the next call of `Service.resume`.
    """
    name = noted(wanted)
    waiting = yield from _tasks_at(wanted)
    given = 0
    for application_id in waiting:
        if given == MOST:
            return Accepted(subject=name, status=OPEN.decode())
        answer = yield from give_task(application_id, at, policy)
        given += isinstance(answer, Accepted) and bool(answer.events)
    return (yield from _done(wanted, policy))


def _done(wanted: GiveTasks | EndSeats, policy: Policy) -> Handler:
    """Note that what was to follow a commit is done."""
    work = UnitOfWork(policy)
    work.documents.append(Document(FOLLOWS, noted(wanted), DONE))
    yield work.write()
    return Accepted(subject=noted(wanted), status=DONE.decode())


def _tasks_at(wanted: GiveTasks) -> Generator[Any, Any, tuple[str, ...]]:
    """Return the applications with an open task in a class or a school; of the district, its holder's."""
    if wanted.school_code:
        where = PrivateText(task.place(wanted.school_code, wanted.class_name))
        return (yield FindHolders("task_at", where))  # type: ignore[no-any-return]
    theirs: tuple[str, ...] = (yield FindQueue(wanted.holder, MOST)) if wanted.holder else ()
    nobody: tuple[str, ...] = yield FindStreams("review_task", task.Unassigned.status)
    seconds: tuple[str, ...] = yield FindStreams("review_task", task.AwaitingSecond.status)
    return tuple(dict.fromkeys((*theirs, *nobody, *seconds)))


def end_seats(wanted: EndSeats, at: dt.datetime, policy: Policy) -> Handler:
    """End the seats of a closed account and its delegations, and give their reviews to others."""
    who = PrivateText(wanted.account_id)
    own: tuple[str, ...] = yield FindHolders("seat", who)
    lent: tuple[str, ...] = yield FindHolders("delegate", who)
    ends: list[Command] = [grant_commands.EndGrant(subject=key, by=SYSTEM, at=at) for key in own]
    ends += [grant_commands.EndDelegation(subject=key, by=SYSTEM, at=at) for key in lent]
    for command in ends:
        _, work = yield from write(command, policy)
        for asked in work.asked if work else ():
            if isinstance(asked, GiveTasks):
                yield from give_tasks(asked, at, policy)
    return (yield from _done(wanted, policy))


def give_task(application_id: str, at: dt.datetime, policy: Policy) -> Handler:
    """
    Give the open task of an application to its owner, unless a reviewer who may decide it has it already.

    A task that a nearer seat now covers is taken from who had it for want of one: the class's own from an
    administrator, the school's from the district. A review begun stays with its reviewer until the lease ends.
    """
    for _ in range(TRIES):
        work = UnitOfWork(policy)
        opened = yield from work.state("review_task", application_id)
        if not isinstance(opened, task.Unassigned | task.Assigned | task.AwaitingSecond):
            return Refused("task_taken" if isinstance(opened, task.InReview) else "task_closed")
        stays, to = yield from work.read_set.recording(_next_owner(opened, at))
        if stays:
            return Accepted(subject=application_id, status=opened.status, revision=opened.revision)
        command = _given(application_id, opened.brief.level, to, at)
        refused = yield from work.give(command)
        if refused is not None:
            return refused
        if isinstance((yield work.write()), Committed):
            return work.accepted(command)
    return Refused("conflict")


def _given(application_id: str, level: int, to: Owner | None, at: dt.datetime) -> Command:
    """Return the command that gives a task to its owner; with nobody left it waits on the operator's list."""
    about: dict[str, Any] = {"subject": application_id, "by": SYSTEM, "at": at}
    if to is None:
        return task_commands.EscalateTask(level=level, **about)
    contact = to.contact
    return task_commands.Assign(assignee=to.id, assignee_name=contact.name, phone=contact.phone, **about)


def _next_owner(
    opened: Any,  # noqa: ANN401 - an open task
    at: dt.datetime,
) -> Generator[Any, Any, tuple[bool, Owner | None]]:
    """Return whether an open task stays where it is, and else the person to give it to, if there is one."""
    brief, day = opened.brief, at.astimezone(CHINA).date()
    loaded: Loaded = yield Load("application", brief.application_id)
    barred = set(brief.barred)
    if isinstance(opened, task.AwaitingSecond):
        barred.add(opened.first_by)
    best = yield from owner(brief.class_ref, day, level=brief.level, barred=barred)
    holder = getattr(opened, "assignee", "")
    if not isinstance(loaded.state, status.PendingReview) or not (holder or best):
        return True, None
    position = (yield from reach(holder, brief.class_ref, day)) if holder else None
    if position is None or best is None:
        return best is not None and best.id == holder, best
    nearer = _DISTANCE[best.position] < _DISTANCE[position]
    return not (nearer and isinstance(opened, task.Assigned)), best
