"""
Deadlines: the time at which a waiting status ends by itself, derived from state and policy, never stored as a
job.

A changed policy or calendar changes every deadline at once. Review times count working days, given by the
caller's calendar.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Protocol

import attrs

from eduid_core.china import CHINA
from eduid_core.workflow import comms_card as comms
from eduid_core.workflow.account import states as account
from eduid_core.workflow.application import states as app
from eduid_core.workflow.machine import State
from eduid_core.workflow.policy import Policy
from eduid_core.workflow.review_task import states as task
from eduid_core.workflow.reviewer_grant import states as grant

__all__ = ["Calendar", "Deadline", "MondayToFriday", "next_deadline"]


class Calendar(Protocol):
    """A calendar of working days."""

    def is_working_day(self, day: dt.date, /) -> bool:
        """Return whether *day* counts toward a service level."""
        ...


class MondayToFriday:
    """A calendar without holidays."""

    def is_working_day(self, day: dt.date, /) -> bool:
        """Return whether *day* is a weekday."""
        return day.isoweekday() <= 5  # noqa: PLR2004 - Friday


@attrs.frozen
class Deadline:
    """An action that is due at *at* (aware)."""

    at: dt.datetime
    what: str


def after_working_days(start: dt.datetime, days: int, calendar: Calendar) -> dt.datetime:
    """Return the time *days* working days after *start*, at the same time of day in China."""
    moment = start.astimezone(CHINA)
    for _ in range(3660):  # ten years without a working day is a broken calendar, not a long holiday
        if days == 0:
            return moment
        moment += dt.timedelta(days=1)
        days -= calendar.is_working_day(moment.date())
    return moment


def _days(count: int) -> dt.timedelta:
    return dt.timedelta(days=count)


def _seconds(count: int) -> dt.timedelta:
    return dt.timedelta(seconds=count)


def _midnight_after(day: dt.date, what: str) -> Deadline:
    """Return the deadline at the end of *day* in China."""
    return Deadline(dt.datetime(day.year, day.month, day.day, tzinfo=CHINA) + dt.timedelta(days=1), what)


SCHOOL_YEAR_MONTH = 9

Due = Callable[[Any, Policy, Calendar], Deadline]


def _review(s: app.PendingReview, p: Policy, calendar: Calendar) -> Deadline:
    """Escalate after this level's working days; the grace period of a re-verification may end earlier."""
    ladder = p.review.sla_working_days
    days = ladder[min(s.tally.level, len(ladder) - 1)]
    return _sooner(Deadline(after_working_days(s.since, days, calendar), "escalate"), _grace(s))


def _grace(s: Any) -> Deadline | None:
    cycle = s.tally.cycle
    if cycle is None or cycle.grace_until is None or cycle.grace_over:
        return None
    return Deadline(cycle.grace_until, "end_grace")


def _sooner(deadline: Deadline, other: Deadline | None) -> Deadline:
    return other if other is not None and other.at <= deadline.at else deadline


def _approved(s: app.Approved, _: Policy, __: Calendar) -> Deadline:
    """Return the start of the next school year, the first of September."""
    day = s.since.astimezone(CHINA)
    year = day.year + (day.month >= SCHOOL_YEAR_MONTH)
    return Deadline(dt.datetime(year, SCHOOL_YEAR_MONTH, 1, tzinfo=CHINA), "start_reverification")


def _returned(s: app.Returned, p: Policy, _: Calendar) -> Deadline:
    """Expire after the term; an approval under re-verification not before its grace period is over."""
    over, cycle = s.since + _days(p.timers.returned_days), s.tally.cycle
    if cycle is not None and cycle.grace_until is not None:
        over = max(over, cycle.grace_until)
    return _sooner(Deadline(over, "expire"), _grace(s))


def _submitted(s: app.Submitted, p: Policy, _: Calendar) -> Deadline:
    return _sooner(Deadline(s.since + _seconds(p.timers.match_s), "record_match"), _grace(s))


DUE: dict[type[State], Due] = {
    account.ChallengeSent: lambda s, p, _: Deadline(
        s.codes.started_at + _seconds(p.account.flow_life_s), "expire_registration"
    ),
    account.UsernameWanted: lambda s, p, _: Deadline(
        s.started_at + _seconds(p.account.flow_life_s), "expire_registration"
    ),
    account.LockedAccount: lambda s, _, __: Deadline(s.until, "unlock"),
    app.Draft: lambda s, p, _: Deadline(s.since + _days(p.timers.draft_days), "expire"),
    app.Submitted: _submitted,
    app.PendingReview: _review,
    app.Returned: _returned,
    app.Rejected: lambda s, p, _: Deadline(s.since + _days(p.timers.appeal_days), "expire"),
    app.Approved: _approved,
    task.InReview: lambda s, _, __: Deadline(s.lease_until, "end_lease"),
    grant.ClaimedGrant: lambda s, p, cal: Deadline(
        after_working_days(s.since, 10 * p.review.sla_working_days[0], cal), "end_grant"
    ),
    grant.ActiveGrant: lambda s, _, __: (
        _midnight_after(s.delegate_until, "end_delegation")
        if s.delegate_until
        else _midnight_after(s.until, "end_grant")
    ),
    comms.OwnershipChallenge: lambda s, _, __: Deadline(s.expires_at, "expire_choice"),
    comms.OrderedSim: lambda s, p, _: Deadline(s.since + _seconds(p.timers.carrier_s), "expire_choice"),
    comms.FailedOrder: lambda s, p, _: Deadline(s.since + _days(p.timers.returned_days), "expire_choice"),
}
"""Status -> its deadline. A review task has the deadline of its application."""


def next_deadline(state: State | None, policy: Policy, calendar: Calendar) -> Deadline | None:
    """Return the next deadline in *state*, or None if there is none."""
    due = DUE.get(type(state)) if state is not None else None
    return None if due is None else due(state, policy, calendar)
