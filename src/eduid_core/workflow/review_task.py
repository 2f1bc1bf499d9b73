"""
The review task (审核任务): one an application, opened anew for each revision that needs a person.

Assignment stands here alone. A person's decision is a command to the task: who may decide, and on which
revision, is checked here, at commit; what the decision does to the application follows by reaction.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import attrs

from eduid_core.private import PersonName
from eduid_core.workflow.actors import Role
from eduid_core.workflow.application.states import ReturnItem
from eduid_core.workflow.kernel import Command, Event, Rule, State, Table, guard
from eduid_core.workflow.policy import Policy

__all__ = [
    "TABLE",
    "Assign",
    "Assigned",
    "CancelTask",
    "Cancelled",
    "CompleteReview",
    "Completed",
    "OpenTask",
    "ReviewCompleted",
    "TaskAssigned",
    "TaskCancelled",
    "TaskOpened",
    "Unassigned",
]


@attrs.frozen(kw_only=True)
class _Task(State):
    """A status of a task: which application, which revision of it."""

    application_id: str
    about: int
    since: dt.datetime

    @property
    def revision(self) -> int:
        """Return the revision under review."""
        return self.about


@attrs.frozen(kw_only=True)
class Unassigned(_Task):
    """Waits for somebody: no homeroom teacher is known for the class."""


@attrs.frozen(kw_only=True)
class Assigned(_Task):
    """Waits for the homeroom teacher (班主任)."""

    assignee: str
    assignee_name: PersonName


@attrs.frozen(kw_only=True)
class Completed(_Task):
    """Decided; a later revision may open the task again."""

    outcome: str


@attrs.frozen(kw_only=True)
class Cancelled(_Task):
    """No longer wanted: the form was edited or withdrawn. A later revision may open the task again."""


@attrs.frozen(kw_only=True)
class OpenTask(Command):
    """Open the task for revision *about*, for *assignee* (opaque id) where one is known."""

    about: int
    assignee: str = ""
    assignee_name: PersonName = attrs.field(factory=lambda: PersonName(""))


@attrs.frozen(kw_only=True)
class Assign(Command):
    """Give the task to somebody."""

    assignee: str
    assignee_name: PersonName = attrs.field(factory=lambda: PersonName(""))


@attrs.frozen(kw_only=True)
class CompleteReview(Command):
    """Decide: approve on a basis, or return with items. *expected_rev* is the revision that was read."""

    outcome: Literal["approve", "return"]
    items: tuple[ReturnItem, ...] = ()
    basis: str = "evidence_seen"


@attrs.frozen(kw_only=True)
class CancelTask(Command):
    """Close the task without a decision."""


@attrs.frozen(kw_only=True)
class TaskOpened(Event):
    """A task was opened."""

    application_id: str
    about: int


@attrs.frozen(kw_only=True)
class TaskAssigned(Event):
    """The task was given to somebody."""

    assignee: str
    assignee_name: PersonName


@attrs.frozen(kw_only=True)
class ReviewCompleted(Event):
    """A person decided."""

    application_id: str
    about: int
    outcome: Literal["approve", "return"]
    items: tuple[ReturnItem, ...]
    basis: str


@attrs.frozen(kw_only=True)
class TaskCancelled(Event):
    """The task was closed without a decision."""


@guard("not_assigned")
def assignee_or_above(state: State, command: CompleteReview, _: Policy) -> bool:
    """The homeroom teacher the task is given to decides, or somebody above the class."""
    if command.by.role is not Role.TEACHER:
        return True
    return isinstance(state, Assigned) and state.assignee == command.by.id


@guard("reason_required")
def reasons_given(_: State, command: CompleteReview, __: Policy) -> bool:
    """A return names at least one field with a reason from the list."""
    return command.outcome == "approve" or bool(command.items)


@guard("stale_revision", lambda s, _, __: {"current": s.revision})
def revision_named(state: State, command: CompleteReview, _: Policy) -> bool:
    """A decision always says which revision it is about."""
    return command.expected_rev == state.revision


SYSTEM = frozenset({Role.SYSTEM})
REVIEWER = frozenset({Role.TEACHER, Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN})
ADMIN = frozenset({Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN, Role.SYSTEM})


def _open(_: State | None, c: OpenTask, __: Policy) -> tuple[Event, ...]:
    opened = TaskOpened(stamp=c.stamp, application_id=c.subject, about=c.about)
    if not c.assignee:
        return (opened,)
    return (opened, TaskAssigned(stamp=c.stamp, assignee=c.assignee, assignee_name=c.assignee_name))


def _assign(_: State, c: Assign, __: Policy) -> tuple[Event, ...]:
    return (TaskAssigned(stamp=c.stamp, assignee=c.assignee, assignee_name=c.assignee_name),)


def _complete(s: _Task, c: CompleteReview, _: Policy) -> tuple[Event, ...]:
    return (
        ReviewCompleted(
            stamp=c.stamp,
            application_id=s.application_id,
            about=s.about,
            outcome=c.outcome,
            items=c.items,
            basis=c.basis,
        ),
    )


def _cancel(_: State, c: CancelTask, __: Policy) -> tuple[Event, ...]:
    return (TaskCancelled(stamp=c.stamp),)


def _rule(id_: str, at: type[State] | None, command: type[Command], **rest: object) -> Rule:
    return Rule(id=id_, at=at, command=command, **rest)  # type: ignore[arg-type]


_OPEN = {"actors": SYSTEM, "emit": _open, "to": (Unassigned, Assigned), "events": (TaskOpened, TaskAssigned)}
_ASSIGN = {"actors": ADMIN, "emit": _assign, "to": (Assigned,), "events": (TaskAssigned,)}
_COMPLETE = {
    "actors": REVIEWER,
    "emit": _complete,
    "to": (Completed,),
    "events": (ReviewCompleted,),
    "guards": (revision_named, assignee_or_above, reasons_given),
}
_CANCEL = {"actors": SYSTEM, "emit": _cancel, "to": (Cancelled,), "events": (TaskCancelled,)}

RULES = (
    _rule("R1a", None, OpenTask, **_OPEN),
    _rule("R1b", Completed, OpenTask, **_OPEN),
    _rule("R1c", Cancelled, OpenTask, **_OPEN),
    _rule("R2a", Unassigned, Assign, **_ASSIGN),
    _rule("R2b", Assigned, Assign, **_ASSIGN),
    _rule("R3a", Unassigned, CompleteReview, **_COMPLETE),
    _rule("R3b", Assigned, CompleteReview, **_COMPLETE),
    _rule("R4a", Unassigned, CancelTask, **_CANCEL),
    _rule("R4b", Assigned, CancelTask, **_CANCEL),
)


def _assigned(s: State | None, e: TaskAssigned) -> State | None:
    if not isinstance(s, _Task):
        return s
    return Assigned(
        application_id=s.application_id,
        about=s.about,
        since=s.since,
        assignee=e.assignee,
        assignee_name=e.assignee_name,
    )


def _completed(_: State | None, e: ReviewCompleted) -> State:
    return Completed(application_id=e.application_id, about=e.about, since=e.stamp.at, outcome=e.outcome)


def _cancelled(s: State | None, e: TaskCancelled) -> State | None:
    if not isinstance(s, _Task):
        return s
    return Cancelled(application_id=s.application_id, about=s.about, since=e.stamp.at)


TABLE = Table(
    "review_task",
    states=(Unassigned, Assigned, Completed, Cancelled),
    rules=RULES,
    fold={
        TaskOpened: lambda _, e: Unassigned(application_id=e.application_id, about=e.about, since=e.stamp.at),
        TaskAssigned: _assigned,
        ReviewCompleted: _completed,
        TaskCancelled: _cancelled,
    },
)
