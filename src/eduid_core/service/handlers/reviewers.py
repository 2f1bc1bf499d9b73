"""
Reviewers of a class, looked up at the time of the decision: no claim of a reviewer is trusted.

Whoever is seated over the class may act (`seats`). Under the policy ``reviewers = "attested"`` the caller
vouches instead.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator, Mapping
from typing import Any, Final

import attrs

from eduid_core.china import CHINA
from eduid_core.service.handlers.places import Place
from eduid_core.service.intents import Load, Loaded
from eduid_core.service.seats import OF_ROLE, covering, owner, standing
from eduid_core.workflow import Command, Policy, Role
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application.states import PendingReview, Rejected, Teacher
from eduid_core.workflow.review_task import commands as task_commands
from eduid_core.workflow.review_task import states as task
from eduid_core.workflow.reviewer_grant import commands as grant_commands
from eduid_core.workflow.reviewer_grant import states as grant
from eduid_core.workflow.reviewer_grant.states import Position

__all__ = ["acts_over", "acts_over_school", "contacts", "covers", "looked_up"]

Found = Generator[Any, Any, Any]
EVERYBODY: Final = tuple(OF_ROLE)


def _day(command: Command) -> dt.date:
    return command.at.astimezone(CHINA).date()


def acts_over(
    who: str, roles: tuple[Role, ...], class_ref: tuple[str, str], command: Command
) -> Generator[Any, Any, bool]:
    """Return whether *who* acts for a seat of one of *roles* over the class at the time of *command*."""
    positions = tuple(p for role in roles for p in OF_ROLE[role])
    return who in (yield from covering(positions, class_ref, _day(command)))


def acts_over_school(command: Command) -> Generator[Any, Any, bool]:
    """Return whether the actor acts for a seat of their role over the school of the grant."""
    loaded: Loaded = yield Load("reviewer_grant", command.subject)
    claim: grant.RoleClaim | None = getattr(loaded.state, "claim", None)
    place = (claim.school_code if claim else "", "")
    return (yield from acts_over(command.by.id, (command.by.role,), place, command))


# --- tasks ---------------------------------------------------------------------------------------------


def _covers(command: Command, who: str, roles: tuple[Role, ...]) -> Generator[Any, Any, bool]:
    """Return whether *who*, in one of *roles*, covers the class of the task."""
    loaded: Loaded = yield Load("review_task", command.subject)
    brief: task.TaskBrief | None = getattr(loaded.state, "brief", None)
    class_ref = brief.class_ref if brief is not None else ("", "")  # without a task, the district's grants only
    return (yield from acts_over(who, roles, class_ref, command))


def covers(command: Command, policy: Policy) -> Generator[Any, Any, bool]:
    """Return whether the actor of *command*, in their role, covers the application's class."""
    if policy.review.reviewers == "attested":
        return True
    return (yield from _covers(command, command.by.id, (command.by.role,)))


def _actor(command: Any) -> Found:  # noqa: ANN401 - any of its kind
    """Check that the person claiming or opening a task covers its class, in their role."""
    if command.by.role not in OF_ROLE:
        return command
    eligible = yield from _covers(command, command.by.id, (command.by.role,))
    return attrs.evolve(command, eligible=eligible)


def _decider(command: Any) -> Found:  # noqa: ANN401 - any of its kind
    """Check that the decider covers the class now; the assignee may have lost the grant meanwhile."""
    if command.by.role not in OF_ROLE:
        return command
    covers = yield from _covers(command, command.by.id, (command.by.role,))
    loaded: Loaded = yield Load("review_task", command.subject)
    given = getattr(loaded.state, "assignee", None) == command.by.id
    return attrs.evolve(command, eligible=covers, grant_active=covers or not given)


def _assignee(command: task_commands.Assign) -> Found:
    return attrs.evolve(command, eligible=(yield from _covers(command, command.assignee, EVERYBODY)))


def _deputy(command: task_commands.DelegateTask) -> Found:
    return attrs.evolve(command, eligible=(yield from _covers(command, command.to, EVERYBODY)))


def _phone_of(field: str) -> Callable[[Any], Found]:
    """Return a function that adds the phone of the account named in *field* of a command."""

    def added(command: Any) -> Found:  # noqa: ANN401 - any with a phone
        loaded: Loaded = yield Load("account", getattr(command, field))
        person = getattr(loaded.state, "person", None)
        return attrs.evolve(command, phone=person.phone if person is not None else None)

    return added


# --- grants --------------------------------------------------------------------------------------------


def _verifier(command: Any) -> Found:  # noqa: ANN401 - any of its kind
    """Check that the verifier of a grant holds one over that school; the operator grants the district seats."""
    if command.by.role not in OF_ROLE:
        return command
    return attrs.evolve(command, same_school=(yield from acts_over_school(command)))


def _stand_in(command: grant_commands.DelegateGrant) -> Found:
    """Check that the delegate holds a grant in the school."""
    loaded: Loaded = yield Load("reviewer_grant", command.subject)
    claim: grant.RoleClaim | None = getattr(loaded.state, "claim", None)
    place = grant.grantee(command.to, claim.school_code if claim else "")
    held = yield from standing("grantee", place, _day(command))
    return attrs.evolve(command, eligible=bool(held))


# --- owners of reviews -----------------------------------------------------------------------------------


def contacts(
    state: Any,  # noqa: ANN401 - a submitted application
    place: Place,
    named: Teacher | None,
    day: dt.date,
    policy: Policy,
) -> Generator[Any, Any, tuple[Teacher | None, Teacher | None]]:
    """
    Return the owner of the review of *state* at *place*, and the homeroom teacher *named* by the registry, if
    the class has no seat of its own yet: they are told and invited to register.
    """
    if policy.review.reviewers == "attested":
        return named, None
    barred = {state.file.account_id, state.tally.refused_by} - {""}
    tally = state.tally
    level = tally.appeals if tally.waits_since is None else tally.level  # as the fold has it: a new revision
    found = yield from owner(place, day, level=level, barred=barred)
    at_class = found is not None and found.position is Position.HOMEROOM
    return (found.contact if found else None), (None if at_class else named)


def _owner_above(command: app.Escalate | app.Appeal) -> Found:
    """Add the owner at the level that the review goes to; whoever refused the student is not asked again."""
    loaded: Loaded = yield Load("application", command.subject)
    state = loaded.state
    if not isinstance(state, PendingReview | Rejected):
        return command
    opened: Loaded = yield Load("review_task", command.subject)
    brief: task.TaskBrief | None = getattr(opened.state, "brief", None)
    refused_by = state.by if isinstance(state, Rejected) else state.tally.refused_by
    found = yield from owner(
        brief.class_ref if brief else ("", ""),
        _day(command),
        level=state.tally.level + 1,
        barred={state.file.account_id, refused_by, getattr(opened.state, "first_by", "")} - {""},
    )
    return attrs.evolve(command, to=found.contact if found else None)


def _second(command: task_commands.CompleteReview) -> Found:
    """Add the person whom an approval by two persons waits for next."""
    loaded: Loaded = yield Load("review_task", command.subject)
    brief: task.TaskBrief | None = getattr(loaded.state, "brief", None)
    if command.outcome != "approve" or brief is None or not brief.needs_second:
        return command
    barred = brief.barred | {command.by.id}
    found = yield from owner(brief.class_ref, _day(command), level=brief.level, barred=barred)
    return attrs.evolve(command, second=found.contact if found else None)


def looked_up(command: Command, policy: Policy) -> Found:
    """
    Return *command* with the facts about the persons it names: whether they may, unless the caller vouches for
    them, who owns the review, and at which phone they are told.
    """
    for facts in (ADDED,) if policy.review.reviewers == "attested" else (CHECKED, ADDED):
        find = facts.get(type(command))
        if find is not None:
            command = yield from find(command)
    return command


CHECKED: Mapping[type[Command], Callable[[Any], Found]] = {
    task_commands.ClaimTask: _actor,
    task_commands.StartReview: _actor,
    task_commands.CompleteReview: _decider,
    task_commands.SecondReview: _decider,
    task_commands.Assign: _assignee,
    task_commands.DelegateTask: _deputy,
    grant_commands.Verify: _verifier,
    grant_commands.Decline: _verifier,
    grant_commands.Return: _verifier,
    grant_commands.RevokeGrant: _verifier,
    grant_commands.DelegateGrant: _stand_in,
}
"""Command -> the function that records whether the persons it names may do so."""

ADDED: Mapping[type[Command], Callable[[Any], Found]] = {
    app.Escalate: _owner_above,
    app.Appeal: _owner_above,
    task_commands.Assign: _phone_of("assignee"),
    task_commands.DelegateTask: _phone_of("to"),
    task_commands.CompleteReview: _second,
}
"""Command -> the function that adds the person who is told."""
