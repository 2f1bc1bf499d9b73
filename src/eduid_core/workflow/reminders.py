"""
Reminders: a family is told again when the time of its form nears its end.

They are derived from the deadline, like the deadline from the state; nothing is stored but the message, whose
identity names the revision and the days left: it is sent once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from eduid_core.private import Phone
from eduid_core.workflow.application import states as app
from eduid_core.workflow.deadlines import Calendar, next_deadline
from eduid_core.workflow.effects import SendMessage
from eduid_core.workflow.machine import State
from eduid_core.workflow.policy import MOST_REMIND_DAYS, Policy

__all__ = ["Reminder", "every_reminder", "look_at", "reminders"]

_TEMPLATES: Final[Mapping[type[State], str]] = {app.Draft: "draft_ends", app.Returned: "return_ends"}
"""Status that ends by itself because the family does nothing -> the template of its reminder."""


_ANY_TIME: Final = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@attrs.frozen
class Reminder:
    """A reminder that is due *at* a time (aware), *days* before the end."""

    at: dt.datetime
    days: int

    def message(self, state: Any, to: Phone, left: int) -> SendMessage:
        """Return the message about *state* to the family's phone, with *left* days to its end."""
        by_school = "_by_school" if state.file.basis is app.Basis.SCHOOL_ATTESTED else ""
        return SendMessage(
            template=_TEMPLATES[type(state)] + by_school,
            to=to,
            recipient="guardian",
            subject=state.file.application_id,
            revision=state.revision,
            event=f"{self.days} days left",
            params=(("days", left),),
        )


def reminders(state: State | None, policy: Policy, calendar: Calendar) -> tuple[Reminder, ...]:
    """Return the reminders of *state*, earliest first; a state that does not expire by itself has none."""
    if type(state) not in _TEMPLATES:
        return ()
    deadline = next_deadline(state, policy, calendar)
    if deadline is None or deadline.what != "expire":
        return ()
    began: Any = state
    found = (Reminder(deadline.at - dt.timedelta(days=d), d) for d in policy.timers.remind_days)
    return tuple(sorted((r for r in found if r.at > began.since), key=lambda r: r.at))


def every_reminder(state: State | None) -> Iterator[SendMessage]:
    """Yield every reminder that may ever have been posted about *state*, under any policy; to no phone."""
    if type(state) in _TEMPLATES:
        for days in range(1, MOST_REMIND_DAYS + 1):
            yield Reminder(_ANY_TIME, days).message(state, Phone(""), days)


def look_at(state: State | None, policy: Policy, calendar: Calendar, after: dt.datetime) -> dt.datetime | None:
    """Return the next time *after* which *state* must be looked at: for a reminder, or at its deadline."""
    deadline = next_deadline(state, policy, calendar)
    if deadline is None:
        return None
    ahead = (r.at for r in reminders(state, policy, calendar) if r.at > after)
    return min((*ahead, deadline.at))
