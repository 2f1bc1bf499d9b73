"""What the staff do next: register and claim their positions, leave them, and decide the reviews of others."""

from __future__ import annotations

import datetime as dt
from typing import Any

from eduid_audit.simulator.people import DISTRICT, OPERATOR, Reviewer
from eduid_audit.simulator.view import ViewOfWorld
from eduid_core.private import PrivateText
from eduid_core.service import commands as own
from eduid_core.workflow import Actor, Command, Role
from eduid_core.workflow.account import commands as account_commands
from eduid_core.workflow.account import states as account
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application import states as status
from eduid_core.workflow.review_task import commands as task_commands
from eduid_core.workflow.review_task import states as task
from eduid_core.workflow.reviewer_grant import commands as grant_commands
from eduid_core.workflow.reviewer_grant import states as grant
from eduid_core.workflow.reviewer_grant.states import Position, RoleClaim

__all__ = ["NOW", "leaves", "next_of_staff", "of_staff"]

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)  # corrected when the command arrives
ITEMS = (status.ReturnItem("school", "SCHOOL_TO_CHECK"),)
NEWCOMER = Actor(id="", role=Role.ANONYMOUS)
PASSWORD = PrivateText("long enough")
ARRIVES, LEAVES = 0.3, 0.32
"""The chances that one of the staff does the next thing towards a seat, or that one leaves theirs."""

Wish = Command | None


def next_of_staff(world: ViewOfWorld, one: Reviewer) -> Wish:
    """Return the next command towards the seat of *one*: register, enter the code, claim, verify."""
    who, held = one.actor.id, world.books.state("reviewer_grant", one.seat)
    owner = world.books.state("account", who)
    about: dict[str, Any] = {"subject": who, "by": NEWCOMER, "at": NOW}
    if owner is None:
        name = PrivateText(who)
        return own.Register(role=Role.TEACHER, username=name, phone=one.phone, password=PASSWORD, **about)
    if isinstance(owner, account.ChallengeSent):
        codes = world.provider.inbox.get(one.phone.reveal("look"), [])
        return own.EnterCode(code=codes[-1], **about) if codes else own.ResendCode(**about)
    if not isinstance(owner, account.ActiveAccount):
        return None
    if held is None:
        return grant_commands.ClaimRole(claim=_claim(one), subject=one.seat, by=one.actor, at=NOW)
    if not isinstance(held, grant.ClaimedGrant):
        return None
    by = OPERATOR if one.position is Position.DISTRICT_ADMIN else DISTRICT
    return grant_commands.Verify(until=dt.date(2030, 8, 31), subject=one.seat, by=by, at=NOW)


def _claim(one: Reviewer) -> RoleClaim:
    """Return the claim, the class as a person would write it."""
    spelled = (
        one.class_name.replace("年级 ", "（").replace("班", "）班")
        if "年级 " in one.class_name
        else one.class_name
    )
    return RoleClaim(
        teacher_id=one.actor.id, school_code=one.school, class_name=spelled, position=one.position, evidence="E"
    )


def _arrives(world: ViewOfWorld) -> Wish:
    absent = [one for one in world.staff if next_of_staff(world, one) is not None]
    return next_of_staff(world, world.chance.choice(absent)) if absent else None


def leaves(world: ViewOfWorld) -> Command:
    """Let a head or teacher, rather one with reviews, lose the seat or close the account."""
    tasks = (world.books.state("review_task", key) for key in world.books.applications)
    busy = {getattr(state, "assignee", "") for state in tasks}
    seated = [one for one in world.staff if one.position is not Position.DISTRICT_ADMIN]
    one = world.chance.choice([s for s in seated if s.actor.id in busy] or seated)
    if world.chance.random() < 0.5:
        return account_commands.CloseAccount(subject=one.actor.id, by=_as_teacher(one), at=NOW)
    return grant_commands.RevokeGrant(reason=PrivateText("left"), subject=one.seat, by=DISTRICT, at=NOW)


def _as_teacher(one: Reviewer) -> Actor:
    return Actor(id=one.actor.id, role=Role.TEACHER)


def of_staff(world: ViewOfWorld) -> Wish:
    """Let one of the staff arrive or leave, or a reviewer look at a task; not always one with permission."""
    chance = world.chance.random()
    if chance < ARRIVES:
        return _arrives(world)
    if chance < LEAVES:
        return leaves(world)
    open_tasks = [k for k in world.books.applications if world.is_open(world.books.state("review_task", k))]
    if not open_tasks:
        return _takes_back(world)
    key = world.chance.choice(open_tasks)
    state = world.books.state("review_task", key)
    reviewer = _reviewer(world, state)
    if reviewer is None:
        return None
    about: dict[str, Any] = {"subject": key, "by": reviewer, "at": NOW}
    choice = world.chance.randrange(12)
    if isinstance(state, task.AwaitingSecond):
        return task_commands.SecondReview(agrees=choice < 9, expected_rev=state.revision, **about)
    if choice < 2:
        return (
            task_commands.StartReview(**about)
            if getattr(state, "assignee", "")
            else task_commands.ClaimTask(**about)
        )
    if choice < 3:
        return task_commands.DelegateTask(to=world.chance.choice(world.staff).actor.id, **about)
    return _decision(world, choice, state.revision, about)


def _reviewer(world: ViewOfWorld, state: Any) -> Actor | None:
    """Return the assignee of the task, a superior, or any reviewer."""
    given = getattr(state, "assignee", "")
    fitting = [s.actor for s in world.staff if s.actor.id == given or s.covers(state.brief.class_ref)]
    if fitting and world.chance.random() < 0.85:
        return world.chance.choice(fitting)
    return world.chance.choice(world.staff).actor


def _decision(world: ViewOfWorld, choice: int, revision: int, about: dict[str, Any]) -> Wish:
    """Decide: an honest reviewer approves a student they know, and returns or rejects another."""
    truth = world.truths[world.books.state("application", about["subject"]).form]
    expected = revision if choice < 11 else revision + 1
    if choice < 6:
        outcome = "approve" if truth.agrees else "return"
    else:
        outcome = world.chance.choice(("approve", "return", "reject"))
    return task_commands.CompleteReview(
        outcome=outcome,  # type: ignore[arg-type]
        items=ITEMS if outcome == "return" else (),
        code="NOT_MY_STUDENT" if outcome == "reject" else "",
        expected_rev=expected,
        **about,
    )


def _takes_back(world: ViewOfWorld) -> Wish:
    approved = [
        k for k in world.books.applications if isinstance(world.books.state("application", k), status.Approved)
    ]
    if not approved or world.chance.random() > 0.06:
        return None
    by = world.chance.choice(world.staff).actor
    return app.RevokeApplication(subject=world.chance.choice(approved), by=by, at=NOW, code="ISSUED_IN_ERROR")
