"""
Liveness: without further faults, every process ends within the bounds of the policy.

The adapters answer, no process dies, and the clock continues. First no person acts: all duties of the system
must be done, and every responsible person must be asked, level by level. Then the reviewers answer, and
unattended applications of families expire.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs

from eduid_audit.simulator.faults import CALM
from eduid_audit.simulator.people import DISTRICT, OPERATOR, Reviewer
from eduid_audit.simulator.staff import leaves, next_of_staff
from eduid_audit.simulator.world import CALENDAR, SimulatedWorld
from eduid_core.findings import Refused
from eduid_core.private import Phone, PrivateText
from eduid_core.service.intents import Accepted
from eduid_core.workflow import Actor, Command, Role, next_deadline
from eduid_core.workflow.account import states as account
from eduid_core.workflow.application import states as app
from eduid_core.workflow.application.commands import Appeal
from eduid_core.workflow.review_task import commands as task_commands
from eduid_core.workflow.review_task import states as task
from eduid_core.workflow.review_task.events import FirstDecision, ReviewStarted, TaskAssigned
from eduid_core.workflow.reviewer_grant import states as grant
from eduid_core.workflow.reviewer_grant.states import Position

__all__ = ["LIVENESS", "heal"]

LIVENESS = {
    "submitted_for_ever": "the registry is asked about every submitted form",
    "message_unsettled": "every posted message is sent once its provider answers, or listed as failed",
    "deadline_missed": "every due deadline is carried out, and a review escalates when its days are over",
    "nobody_is_asked": "every application in review has an open task about its current revision",
    "nobody_owns": "an open review stands in the queue of one who may decide it, else on the operator's list",
    "class_passed_over": "a review that nobody escalated, took or handed on is the class's own, if seated",
    "decision_refused": "a reviewer of the class can decide",
    "never_ends": "in the end every application is approved or closed",
}
"""Name of a failed check -> the missing result."""
DAY = dt.timedelta(days=1)
SILENT_DAYS = 16
"""More days than all levels of escalation together take, weekends included."""
WATCHED = dt.timedelta(minutes=20)
"""The time after which the leases of a dead relay or worker count as left."""
ROUNDS = 14
COMES = 0.9
"""The chance that one of the absent staff does the next thing towards their seat."""
RESTS = (app.Approved,)


def heal(world: SimulatedWorld) -> list[str]:
    """Stop all faults and let time pass; return the names of the processes that did not end."""
    world.weather.rates = CALM
    for node in world.nodes:
        node.skew = dt.timedelta()
    while world.calls:
        world.perform(world.calls[0])
    world.requests.clear()
    missing: list[str] = []
    _sweep(world)
    world.now += WATCHED
    _sweep(world)
    if any(isinstance(s, app.Submitted) for _, s in _applications(world)):
        missing.append("submitted_for_ever")
    world.now = _forenoon(world.now)
    for day in range(SILENT_DAYS):
        world.now += DAY
        _come_and_go(world, day)
        _sweep(world)
        _in_time(world, missing)
    missing += _messages(world)
    _people(world, missing)
    return list(dict.fromkeys(missing))


def _come_and_go(world: SimulatedWorld, day: int) -> None:
    """On the first day families appeal and absent staff arrive, on the second day somebody leaves."""
    for key, state in _applications(world) if day == 0 else ():
        if isinstance(state, app.Rejected):
            family = Actor(id=state.file.account_id, role=Role.GUARDIAN)
            _given(world, Appeal(statement=PrivateText("please look"), subject=key, by=family, at=world.now))
    for one in world.staff if day == 0 else ():
        while world.chance.random() < COMES and (command := next_of_staff(world, one)) is not None:
            if not _given(world, command):
                break
            world.nodes[0].service.send_messages()
    if day == 1:
        _given(world, leaves(world))


def _given(world: SimulatedWorld, command: Command) -> bool:
    """Give *command* now; return whether it is accepted."""
    world.working = attrs.evolve(command, at=world.now)
    answer = world.nodes[0].service.handle(world.working)
    world.working = None
    return isinstance(answer, Accepted)


def _sweep(world: SimulatedWorld) -> None:
    """Do the periodic work of a deployment, twice: the second relay sends messages released by a query."""
    service = world.nodes[0].service
    service.resume()
    service.fire_timers()
    service.send_messages()
    service.send_messages()
    world.trace.note("sweep", world.now)


def _applications(world: SimulatedWorld) -> list[tuple[str, Any]]:
    return [(key, world.books.state("application", key)) for key in world.books.applications]


def _forenoon(at: dt.datetime) -> dt.datetime:
    """Return the next ten o'clock in China: notices keep the quiet hours."""
    ten = at.replace(hour=2, minute=0, second=0, microsecond=0)
    return ten if ten >= at else ten + DAY


def _messages(world: SimulatedWorld) -> list[str]:
    """Return what is wrong with messages after days of calm."""
    listed = world.nodes[0].service.messages(by=OPERATOR, status="failed", limit=1000)
    failed = set() if isinstance(listed, Refused) else {m.message_id for m in listed}
    left = {identity for identity, m in world.disk.memory.outbox.items() if m.state != "sent"}
    return ["message_unsettled"] if left != failed else []


def _in_time(world: SimulatedWorld, missing: list[str]) -> None:
    for state in world.books.states.values():
        deadline = next_deadline(state, world.policy, CALENDAR)
        if deadline is not None and deadline.at <= world.now:
            missing.append("deadline_missed")
    for key, state in _applications(world):
        opened = world.books.state("review_task", key)
        if isinstance(state, app.PendingReview) and not (
            world.is_open(opened) and opened.brief.about == state.revision
        ):
            missing.append("nobody_is_asked")
        elif isinstance(state, app.PendingReview):
            missing += _ownership(world, key, state, opened)


def _ownership(world: SimulatedWorld, key: str, state: Any, opened: Any) -> list[str]:
    """Return what is wrong with whom an open review waits for; a review begun is its reviewer's."""
    if isinstance(opened, task.InReview):
        return []
    where, barred = world.class_named(state.form), {*opened.brief.barred, getattr(opened, "first_by", "")}
    near = {one.actor.id: one for one in world.staff if _sits(world, one) and one.covers(where)}
    able = {who: one for who, one in near.items() if who not in barred}
    holder = getattr(opened, "assignee", "")
    if not able:
        return []
    if holder not in able or key not in world.nodes[0].service.queue(holder, 10_000):
        return ["nobody_owns"]
    at_class = any(
        one.position is Position.HOMEROOM and not _crossed(world, one, opened) for one in able.values()
    )
    events = world.books.events["review_task", key]
    given = [e for e in events if isinstance(e, TaskAssigned)]
    by_system = bool(given) and given[-1].stamp.role is Role.SYSTEM
    own = any(isinstance(e, FirstDecision | ReviewStarted) and e.stamp.by == holder for e in events)
    alone = by_system and not own and isinstance(opened, task.Assigned) and not opened.brief.level
    passed_over = (
        alone
        and at_class
        and opened.brief.class_ref == where
        and able[holder].position is not Position.HOMEROOM
    )
    return ["class_passed_over"] if passed_over else []


def _crossed(world: SimulatedWorld, one: Reviewer, opened: Any) -> bool:
    """
    Return whether a seat may have been verified while the review was given: neither saw the other, and the
    review has an owner all the same. The clocks of two processes are a day apart at most.
    """
    seat = world.books.state("reviewer_grant", one.seat)
    return bool(abs(seat.since - opened.since) <= DAY + WATCHED)


def _sits(world: SimulatedWorld, one: Reviewer) -> bool:
    """Return whether one of the staff has an account in use and a verified seat."""
    owner, seat = world.books.state("account", one.actor.id), world.books.state("reviewer_grant", one.seat)
    usable = isinstance(owner, account.ActiveAccount | account.LockedAccount)
    return usable and isinstance(seat, grant.ActiveGrant)


def _people(world: SimulatedWorld, missing: list[str]) -> None:
    """Let the reviewers answer, round by round, until no task waits."""
    for _ in range(ROUNDS):
        waiting = [(k, s) for k, s in _applications(world) if not (s.terminal or isinstance(s, RESTS))]
        if not waiting:
            return
        for key, state in waiting:
            if isinstance(state, app.PendingReview):
                missing += _operator_helps(world, key)
                missing += [] if _settles(world, key, missing) else ["decision_refused"]
        world.now += 10 * DAY
        _sweep(world)
        world.now += WATCHED
        _sweep(world)
    for key, state in _applications(world):
        world.trace.note(key, state.status, state.tally.level)
    missing.append("never_ends")


def _operator_helps(world: SimulatedWorld, key: str) -> list[str]:
    """Let the operator seat an administrator for an open review on their list, which nobody may decide."""
    opened = world.books.state("review_task", key)
    barred = {*opened.brief.barred, getattr(opened, "first_by", "")}
    able = [one for one in world.staff if _sits(world, one) and one.covers(opened.brief.class_ref)]
    if any(one.actor.id not in barred for one in able):
        return []
    listed = world.nodes[0].service.list(by=OPERATOR, assigned="", limit=1000)
    if isinstance(listed, Refused) or key not in {line.id for line in listed}:
        return ["nobody_owns"]
    name = f"district-{len(world.staff)}"
    phone = Phone(f"1540096{len(world.staff):04d}")
    new = Reviewer(attrs.evolve(DISTRICT, id=name), Position.DISTRICT_ADMIN, phone)
    world.staff.append(new)
    while (command := next_of_staff(world, new)) is not None and _given(world, command):
        world.nodes[0].service.send_messages()
    return []


def _settles(world: SimulatedWorld, key: str, missing: list[str]) -> bool:
    """Let one reviewer decide and, if the decision needs it, another: escalation drops a lonely decision."""
    if not _decides(world, key, missing):
        return False
    alone = isinstance(world.books.state("review_task", key), task.AwaitingSecond)
    return not alone or _decides(world, key, missing)


def _decides(world: SimulatedWorld, key: str, missing: list[str]) -> bool:
    """Let reviewers of the class decide: approve, or reject if another application has the person already."""
    state = world.books.state("review_task", key)
    agrees = world.truths[world.books.state("application", key).form].agrees
    held = {s.actor.id: s.actor for s in world.staff if s.covers(state.brief.class_ref)}
    actors = [a for a in held.values() if a.id not in state.brief.barred and a.role != "teacher"]
    if isinstance(state, task.AwaitingSecond) and _seconded(world, key, actors, agrees=agrees):
        return True
    for actor in actors:
        for outcome in ("approve", "reject") if agrees else ("reject",):
            code = "NOT_MY_STUDENT" if outcome == "reject" else ""
            if not _taken(world, key, actor, task_commands.CompleteReview, outcome=outcome, code=code):
                continue
            waits = isinstance(world.books.state("review_task", key), task.AwaitingSecond)
            if waits:
                now = world.books.state("review_task", key)
                missing += _ownership(world, key, world.books.state("application", key), now)
            if not waits or _seconded(world, key, actors, agrees=True):
                return True
            _seconded(world, key, actors, agrees=False)  # another application has the person already
    return False


def _seconded(world: SimulatedWorld, key: str, actors: list[Actor], *, agrees: bool) -> bool:
    """Let another reviewer of the class agree or disagree."""
    return any(_taken(world, key, actor, task_commands.SecondReview, agrees=agrees) for actor in actors)


def _taken(world: SimulatedWorld, key: str, by: Actor, kind: type[Command], **content: Any) -> bool:
    """Give a decision on the task; return whether it is accepted."""
    revision = world.books.state("review_task", key).revision
    command = kind(subject=key, by=by, at=world.now, expected_rev=revision, **content)
    answer = world.nodes[0].service.handle(command)
    if not isinstance(answer, Accepted):
        world.trace.note("decision refused", by.role, answer.code)
    return isinstance(answer, Accepted)
