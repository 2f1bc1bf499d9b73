"""
Reviewers of a class, looked up at the time of the decision: no claim of a reviewer is trusted.

A class is covered by every holder of a verified grant there (homeroom teacher, deputy), by the administrators
of the school and the district, by a holder's delegate, and by the homeroom teacher named in the registry. Under
the policy ``reviewers = "attested"`` the caller vouches instead.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator, Iterator, Mapping
from typing import Any, Literal

import attrs

from eduid_core.china import CHINA
from eduid_core.private import PersonName, PrivateText
from eduid_core.service.intents import FindHolders, Load, Loaded
from eduid_core.workflow import Command, Policy, Role
from eduid_core.workflow.account import states as account
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application.states import PendingReview, Teacher
from eduid_core.workflow.review_task import commands as task_commands
from eduid_core.workflow.review_task import states as task
from eduid_core.workflow.reviewer_grant import commands as grant_commands
from eduid_core.workflow.reviewer_grant import states as grant
from eduid_core.workflow.reviewer_grant.states import Position

__all__ = ["OF_ROLE", "acts_over", "acts_over_school", "covers", "homeroom_teacher", "looked_up", "seated"]

Found = Generator[Any, Any, Any]
_NO_NAME = PersonName("")

LADDER = (Position.HOMEROOM, Position.DEPUTY, Position.SCHOOL_ADMIN, Position.DISTRICT_ADMIN)
"""The position that is asked at each level of escalation."""

OF_ROLE = {
    Role.TEACHER: (Position.HOMEROOM, Position.DEPUTY),
    Role.SCHOOL_ADMIN: (Position.SCHOOL_ADMIN,),
    Role.DISTRICT_ADMIN: (Position.DISTRICT_ADMIN,),
}
"""The positions of grants that prove each role."""

EVERYBODY = tuple(OF_ROLE)


def _places(position: Position, class_ref: tuple[str, str]) -> Iterator[str]:
    """Yield the places of grants of *position* over the class; a deputy's may be for the whole school."""
    school, class_name = class_ref
    if position is Position.DISTRICT_ADMIN:
        yield grant.place(position, "", "")
    elif school:
        if position in {Position.HOMEROOM, Position.DEPUTY}:
            yield grant.place(position, school, class_name)
        if position is not Position.HOMEROOM:
            yield grant.place(position, school, "")


def _standing(
    kind: Literal["grant_at", "grantee"], place: str, day: dt.date
) -> Generator[Any, Any, list[grant.ActiveGrant]]:
    """Return the grants marked at *place* that are valid on *day*."""
    found = []
    for owner in (yield FindHolders(kind, PrivateText(place))):
        loaded: Loaded = yield Load("reviewer_grant", owner)
        if isinstance(loaded.state, grant.ActiveGrant) and day <= loaded.state.until:
            found.append(loaded.state)
    return found


def _acting(held: grant.ActiveGrant, day: dt.date) -> tuple[str, ...]:
    """Return the persons acting under a grant: a delegate within their term first, then the holder."""
    stands_in = bool(held.delegate) and held.delegate_until is not None and day <= held.delegate_until
    return (*((held.delegate,) if stands_in else ()), held.claim.teacher_id)


def _covering(
    positions: tuple[Position, ...], class_ref: tuple[str, str], day: dt.date
) -> Generator[Any, Any, tuple[str, ...]]:
    """Return the persons acting for *positions* over the class on *day*."""
    who: list[str] = []
    for position in positions:
        for place in _places(position, class_ref):
            for held in (yield from _standing("grant_at", place, day)):
                who += _acting(held, day)
    return tuple(who)


def seated(class_ref: tuple[str, str], day: dt.date) -> Generator[Any, Any, bool]:
    """Return whether a verified seat over the class or its school stands on *day*; the district's apart."""
    near = tuple(position for position in LADDER if position is not Position.DISTRICT_ADMIN)
    return bool((yield from _covering(near, class_ref, day)))


def _day(command: Command) -> dt.date:
    return command.at.astimezone(CHINA).date()


def acts_over(
    who: str, roles: tuple[Role, ...], class_ref: tuple[str, str], command: Command
) -> Generator[Any, Any, bool]:
    """Return whether *who* acts for a seat of one of *roles* over the class at the time of *command*."""
    positions = tuple(p for role in roles for p in OF_ROLE[role])
    return who in (yield from _covering(positions, class_ref, _day(command)))


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
    if brief is not None and Role.TEACHER in roles and brief.named and who == brief.named:
        return True
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
    held = yield from _standing("grantee", place, _day(command))
    return attrs.evolve(command, eligible=bool(held))


# --- first contacts ------------------------------------------------------------------------------------


def homeroom_teacher(
    class_ref: tuple[str, str], named: Teacher | None, day: dt.date
) -> Generator[Any, Any, Teacher | None]:
    """Return the first contact for a class: the holder of its grant, or the teacher named in the registry."""
    holder = yield from _first(Position.HOMEROOM, class_ref, day, named)
    return holder or named


def _first(
    position: Position, class_ref: tuple[str, str], day: dt.date, named: Teacher | None = None
) -> Generator[Any, Any, Teacher | None]:
    """Return the first person acting for *position* with an active account, and the phone of that account."""
    for who in (yield from _covering((position,), class_ref, day)):
        loaded: Loaded = yield Load("account", who)
        if isinstance(loaded.state, account.ActiveAccount):
            name = named.name if named is not None and named.id == who else _NO_NAME
            return Teacher(id=who, name=name, phone=loaded.state.person.phone)
    return None


def _next_level(command: app.Escalate) -> Found:
    """Add the contact of the next level, if a grant is held there."""
    loaded: Loaded = yield Load("application", command.subject)
    if not isinstance(loaded.state, PendingReview):
        return command
    opened: Loaded = yield Load("review_task", command.subject)
    brief: task.TaskBrief | None = getattr(opened.state, "brief", None)
    position = LADDER[min(loaded.state.tally.level + 1, len(LADDER) - 1)]
    to = yield from _first(position, brief.class_ref if brief else ("", ""), _day(command))
    return attrs.evolve(command, to=to)


def looked_up(command: Command, policy: Policy) -> Found:
    """Return *command* with the facts about the persons it names; unchanged if the caller vouches for them."""
    find = FOUND.get(type(command))
    if find is None or (policy.review.reviewers == "attested" and find is not _next_level):
        return command
    return (yield from find(command))


FOUND: Mapping[type[Command], Callable[[Any], Found]] = {
    app.Escalate: _next_level,
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
