"""
What one file run did to one application: its own events, the state before them, and who acted since.

A run leaves no mark of its own in the events: its command is found by the key of the row, and the events by the
revision that the answer names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import attrs

from eduid_core.matching import Application as Form
from eduid_core.service.batch.apply import IMPORTER, consent_message
from eduid_core.service.batch.records import PlannedRow
from eduid_core.service.codec.wire import message_id_of
from eduid_core.service.erasure import messages_of
from eduid_core.service.executor import IntentExecutor
from eduid_core.service.intents import Accepted, FindAnswer
from eduid_core.workflow import Command, Event, Role, State, evolve
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application import events as e

__all__ = ["RunTrace", "trace_of"]

_BESIDE: Final = ("review_task", "card")
"""Aggregates of an application on which a person acts too."""


@attrs.frozen(kw_only=True)
class RunTrace:
    """The part of a run in the history of an application: the state before it, and the row's first command."""

    before: State | None
    first: Command
    form: Form
    messages: tuple[str, ...]
    """The identities of the messages that the run posted to the family."""
    since: tuple[Event, ...]
    """What happened to the application, its review and its card after the run, the system's own steps aside."""

    @property
    def opened(self) -> bool:
        """Return whether the run opened the application, or began it anew."""
        return isinstance(self.first, app.Open)


def trace_of(planned: PlannedRow, run_id: str, executor: IntentExecutor) -> RunTrace | None:
    """Return what the run *run_id* did to the application of *planned*, or None if it had no effect."""
    history = executor.history("application", planned.application_id)
    key = f"{run_id}:{planned.place}"
    for place, event in enumerate(history):
        first = _command(event, planned.application_id, key)
        if first is None:
            continue
        answer = executor.perform(FindAnswer(first))
        end = _end(history, place)
        if isinstance(answer, Accepted) and answer.revision == _revision(history[place:end]):
            return _trace(history, place, end, first, executor)
    return None


def _command(event: Event, subject: str, key: str) -> Command | None:
    """Return the command of an importer that *event* is the first event of; None for any other event."""
    if event.stamp.role is not Role.IMPORTER:
        return None
    about: dict[str, Any] = {"subject": subject, "by": IMPORTER, "at": event.stamp.at, "key": key}
    match event:
        case e.ApplicationOpened():
            return app.Open(form=event.form, attestation=event.attestation, **about)
        case e.DraftSaved():
            return app.Save(form=event.form, **about)
        case e.ApplicationAmended():
            return app.Amend(form=event.form, **about)
        case e.ApplicationResubmitted():
            return app.Resubmit(form=event.form, **about)
        case e.CorrectionRequested():
            return app.RequestCorrection(form=event.form, **about)
    return None


def _end(history: Sequence[Event], place: int) -> int:
    """Return the end of the events of one row: those of the same moment by the importer or the system."""
    at, end = history[place].stamp.at, place + 1
    while end < len(history) and history[end].stamp.at == at and _is_of_the_row(history[end]):
        end += 1
    return end


def _is_of_the_row(event: Event) -> bool:
    return isinstance(event, e.ApplicationSubmitted) or event.stamp.role is Role.SYSTEM


def _revision(events: Iterable[Event]) -> int:
    return max((getattr(event, "revision", 0) for event in events), default=0)


def _trace(
    history: Sequence[Event], place: int, end: int, first: Command, executor: IntentExecutor
) -> RunTrace:
    before = _state_of(history[:place])
    earlier = set(messages_of(history[:place], first.subject))
    own = tuple(one for one in messages_of(history[:end], first.subject) if one not in earlier)
    if isinstance(first, app.Open | app.Save) and end == place + 1 and (asked := consent_message(first)):
        own = (*own, message_id_of(asked))
    at = history[place].stamp.at
    beside = (event for name in _BESIDE for event in executor.history(name, first.subject))
    later = (*history[end:], *(event for event in beside if event.stamp.at >= at))
    return RunTrace(
        before=before,
        first=first,
        form=first.form,  # type: ignore[attr-defined]  # each of `_command` has one
        messages=own,
        since=tuple(event for event in later if event.stamp.role is not Role.SYSTEM),
    )


def _state_of(events: Iterable[Event]) -> State | None:
    state: State | None = None
    for event in events:
        state = evolve(state, event)
    return state
