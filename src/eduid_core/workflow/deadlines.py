"""
When a waiting status ends by itself: derived from state and policy, never stored as a job.

Changing a policy or a calendar changes every deadline at once. Days of review are working days, which a
calendar brought by the caller knows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Protocol

import attrs

from eduid_core.workflow.account.vocabulary import ChallengeSent
from eduid_core.workflow.application import states as app
from eduid_core.workflow.forms import CHINA
from eduid_core.workflow.kernel import State
from eduid_core.workflow.policy import Policy

__all__ = ["CHINA", "Calendar", "Deadline", "MondayToFriday", "next_deadline"]


class Calendar(Protocol):
    """Which days are worked."""

    def is_working_day(self, day: dt.date, /) -> bool:
        """Return whether *day* counts toward a service level."""
        ...


class MondayToFriday:
    """A calendar without holidays."""

    def is_working_day(self, day: dt.date, /) -> bool:
        """Return whether *day* is no weekend."""
        return day.isoweekday() <= 5  # noqa: PLR2004 - Friday


@attrs.frozen
class Deadline:
    """At *at* (aware), *what* falls due."""

    at: dt.datetime
    what: str


def after_working_days(start: dt.datetime, days: int, calendar: Calendar) -> dt.datetime:
    """Return the moment *days* working days after *start*, at the same time of day in China."""
    moment = start.astimezone(CHINA)
    for _ in range(3660):  # ten years without a working day is a broken calendar, not a long holiday
        if days == 0:
            return moment
        moment += dt.timedelta(days=1)
        days -= calendar.is_working_day(moment.date())
    return moment


def _days(count: int) -> dt.timedelta:
    return dt.timedelta(days=count)


Due = Callable[[Any, Policy, Calendar], Deadline]

DUE: dict[type[State], Due] = {
    ChallengeSent: lambda s, p, _: Deadline(
        s.started_at + dt.timedelta(seconds=p.account.flow_life_s), "expire_registration"
    ),
    app.Draft: lambda s, p, _: Deadline(s.since + _days(p.timers.draft_days), "expire"),
    app.Submitted: lambda s, p, _: Deadline(s.since + dt.timedelta(seconds=p.timers.match_s), "record_match"),
    app.PendingReview: lambda s, p, cal: Deadline(
        after_working_days(s.since, p.review.sla_working_days, cal), "escalate"
    ),
    app.Returned: lambda s, p, _: Deadline(s.since + _days(p.timers.returned_days), "expire"),
}


def next_deadline(state: State | None, policy: Policy, calendar: Calendar) -> Deadline | None:
    """Return what falls due next in *state*, or None where nothing waits."""
    due = DUE.get(type(state)) if state is not None else None
    return None if due is None else due(state, policy, calendar)
