"""
Liveness: without further faults, every process ends within the bounds of the policy.

The adapters answer, no process dies, and the clock continues. First no person acts: all duties of the system
must be done, and every responsible person must be asked, level by level. Then the reviewers answer, and
unattended applications of families expire.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from eduid_audit.simulator.faults import CALM
from eduid_audit.simulator.world import CALENDAR, SimulatedWorld
from eduid_core.service.intents import Accepted
from eduid_core.workflow import Actor, Command, next_deadline
from eduid_core.workflow.application import states as app
from eduid_core.workflow.review_task import commands as task_commands
from eduid_core.workflow.review_task import states as task

__all__ = ["LIVENESS", "heal"]

LIVENESS = {
    "submitted_for_ever": "the registry is asked about every submitted form",
    "message_unsettled": "every posted message is sent once its provider answers",
    "deadline_missed": "every due deadline is carried out, and a review escalates when its days are over",
    "nobody_is_asked": "every application in review has an open task about its current revision",
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
    _after_the_machine(world, missing)
    for _ in range(SILENT_DAYS):
        world.now += DAY
        _sweep(world)
        _in_time(world, missing)
    _people(world, missing)
    return list(dict.fromkeys(missing))


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


def _after_the_machine(world: SimulatedWorld, missing: list[str]) -> None:
    if any(isinstance(s, app.Submitted) for _, s in _applications(world)):
        missing.append("submitted_for_ever")
    if any(m.state != "sent" for m in world.disk.memory.outbox.values()):
        missing.append("message_unsettled")


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


def _people(world: SimulatedWorld, missing: list[str]) -> None:
    """Let the reviewers answer, round by round, until no task waits."""
    for _ in range(ROUNDS):
        waiting = [(k, s) for k, s in _applications(world) if not (s.terminal or isinstance(s, RESTS))]
        if not waiting:
            return
        for key, state in waiting:
            if isinstance(state, app.PendingReview) and not _settles(world, key):
                missing.append("decision_refused")
        world.now += 10 * DAY
        _sweep(world)
        world.now += WATCHED
        _sweep(world)
    for key, state in _applications(world):
        world.trace.note(key, state.status, state.tally.level)
    missing.append("never_ends")


def _settles(world: SimulatedWorld, key: str) -> bool:
    """Let one reviewer decide and, if the decision needs it, another: escalation drops a lonely decision."""
    if not _decides(world, key):
        return False
    alone = isinstance(world.books.state("review_task", key), task.AwaitingSecond)
    return not alone or _decides(world, key)


def _decides(world: SimulatedWorld, key: str) -> bool:
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
