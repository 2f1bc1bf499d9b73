"""
Simulation of a school with 3,000 students on a virtual clock: how long is a wait if one teacher in five is
silent?

The simulation neither sleeps nor schedules: `next_deadline` gives the time at which a review goes to the next
level, and the clock jumps there. Teachers and deputies may be silent; the school administrator and the district
answer. An answer arrives within the working days of its level.

    python -m eduid_audit.school
"""

from __future__ import annotations

import datetime as dt
import heapq
import random
import sys
from collections import Counter
from typing import Any

import attrs

from eduid_core.matching import Application as Form
from eduid_core.private import PersonName, Phone
from eduid_core.service.intents import DrawBytes, Load, Loaded
from eduid_core.service.unit_of_work import UnitOfWork
from eduid_core.testing import fakes
from eduid_core.workflow import (
    CHINA,
    Actor,
    Calendar,
    Command,
    MondayToFriday,
    Policy,
    Refused,
    Role,
    next_deadline,
)
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application import states as status
from eduid_core.workflow.deadlines import after_working_days
from eduid_core.workflow.reactions.applications import SYSTEM
from eduid_core.workflow.review_task import commands as task_commands
from eduid_core.workflow.review_task import states as task

__all__ = ["SchoolYearOutcome", "simulate_school", "table"]

LEVELS = ("homeroom teacher", "deputy", "school administrator", "district")
PER_CLASS = 45
DIFFERS = status.MatchResult("review", ("VISITING_STUDENT",), (("school", "DIFFERENT", ""),), tier=2)
AGREES = status.MatchResult("approved", ("CONSISTENT",))


@attrs.frozen
class StudentWait:
    """
    A student's wait for a person: the level that answered, and the number of working days (started
    days count).
    """

    level: int
    working_days: int


@attrs.frozen(kw_only=True)
class SchoolYearOutcome:
    """The result of a school year's start: the number approved at once, and every wait for a person."""

    students: int
    silent: int
    teachers: int
    at_once: int
    waits: tuple[StudentWait, ...]
    open: int

    @property
    def longest(self) -> int:
        """Return the longest wait in working days."""
        return max((w.working_days for w in self.waits), default=0)


class _School:
    def __init__(self, seed: int, policy: Policy, calendar: Calendar, *, students: int, silent: float) -> None:
        self.chance, self.policy, self.calendar = random.Random(seed), policy, calendar
        self.streams: dict[tuple[str, str], Any] = {}
        self.queue: list[tuple[dt.datetime, int, str, Command]] = []
        self.asked: dict[str, dt.datetime] = {}
        self.waits: list[StudentWait] = []
        classes = -(-students // PER_CLASS)
        people = [f"{kind}-{n}" for kind in ("teacher", "deputy") for n in range(classes)]
        quiet = self.chance.sample(people, round(silent * len(people)))
        self.people, self.quiet = people, frozenset(quiet)

    def give(self, command: Command) -> None:
        """Give *command* and the commands that follow from it."""
        work = UnitOfWork(self.policy)
        answer: Any = None
        refused: Refused | None = None
        steps = work.give(command)
        try:
            while True:
                asked = steps.send(answer)
                if isinstance(asked, Load):
                    answer = Loaded(self.streams.get((asked.aggregate, asked.key)), 0)
                elif isinstance(asked, DrawBytes):
                    answer = self.chance.randbytes(asked.count)
        except StopIteration as end:
            refused = end.value
        assert refused is None, refused.code
        self.streams |= {(w.aggregate, w.key): w.state for w in work.write().streams}

    def hand_in(self, number: int, at: dt.datetime, *, differs: bool) -> None:
        """Submit a student's form; the registry agrees, or the homeroom teacher is asked."""
        key, about = f"P-{number}", {"at": at}
        by = Actor(id=f"family-{number}", role=Role.GUARDIAN)
        self.give(app.Open(subject=key, by=by, account_id=by.id, form=_form(number), **about))  # type: ignore[arg-type]
        self.give(app.Submit(subject=key, by=by, consent_text="v1", **about))  # type: ignore[arg-type]
        who = status.Teacher(f"teacher-{number // PER_CLASS}", PersonName("王老师"), Phone("15400990001"))
        result = DIFFERS if differs else AGREES
        self.give(app.RecordMatch(subject=key, by=SYSTEM, rev=1, result=result, teacher=who, **about))  # type: ignore[arg-type]
        if differs:
            self.asked[key] = at
            self.wait(key, number)

    def wait(self, key: str, number: int) -> None:
        """Queue the next event: an answer within the level's days, or the level's deadline."""
        state = self.streams["application", key]
        due = next_deadline(state, self.policy, self.calendar)
        assert due is not None, f"nothing falls due of what waits: {state.status}"
        by = self.reviewer(number, state.tally.level)
        days = self.policy.review.sla_working_days[min(state.tally.level, 3)]
        if by.id in self.quiet:
            kind: Any = app.Escalate
            command, when = kind(subject=key, by=SYSTEM, at=due.at), due.at
        else:
            latest = after_working_days(state.since, days, self.calendar) - state.since
            when = state.since + latest * self.chance.uniform(0.05, 0.999)
            command = task_commands.CompleteReview(
                subject=key, by=by, at=when, outcome="approve", expected_rev=1
            )
        heapq.heappush(self.queue, (when, number, key, command))

    def reviewer(self, number: int, level: int) -> Actor:
        """Return the reviewer at *level* for a student."""
        a_class = number // PER_CLASS
        names = (f"teacher-{a_class}", f"deputy-{a_class}", "head", "district")
        roles = (Role.TEACHER, Role.TEACHER, Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN)
        return Actor(id=names[level], role=roles[level], assurance=2)

    def run(self) -> None:
        """Let the clock jump from event to event until no student waits."""
        while self.queue:
            when, number, key, command = heapq.heappop(self.queue)
            level = self.streams["application", key].tally.level
            if isinstance(command, app.Escalate):
                self.give(command)
                self.wait(key, number)
                continue
            if isinstance(self.streams["review_task", key], task.Unassigned):
                self.give(task_commands.ClaimTask(subject=key, by=command.by, at=when))
            self.give(command)
            self.waits.append(StudentWait(level, self.between(self.asked[key], when)))

    def between(self, start: dt.datetime, end: dt.datetime) -> int:
        """Return the number of working days between two times, including the started one."""
        days = 0
        while after_working_days(start, days, self.calendar) < end:
            days += 1
        return days


def _form(number: int) -> Form:
    return Form(
        application_id=f"P-{number}",
        name="陈小雨",
        id_number=fakes.fake_resident_id(number, birth=dt.date(2015, 3, 15)),
        school="南京市海英小学",
        grade="四年级",
        class_name=f"{number // PER_CLASS + 1}班",
        entry_year="2023",
        guardian_name="陈大雨",
        guardian_phone=fakes.fake_mobile(number),
    )


def simulate_school(
    *,
    students: int = 3000,
    silent: float = 0.2,
    differing: float = 0.3,
    seed: int = 1,
    policy: Policy | None = None,
    calendar: Calendar | None = None,
) -> SchoolYearOutcome:
    """
    Return the waits of a school's students for a person.

    *silent* is the share of teachers and deputies without an answer, *differing* the share of forms with a
    difference from the registry. Forms arrive in the first ten days of September. The same seed gives the same
    year.
    """
    school = _School(seed, policy or Policy(), calendar or MondayToFriday(), students=students, silent=silent)
    first = dt.datetime(2026, 9, 1, 8, tzinfo=CHINA)
    for number in range(students):
        at = first + dt.timedelta(minutes=school.chance.randrange(10 * 24 * 60))
        school.hand_in(number, at, differs=school.chance.random() < differing)
    school.run()
    applications = [s for (kind, _), s in school.streams.items() if kind == "application"]
    approved = sum(isinstance(s, status.Approved) for s in applications)
    return SchoolYearOutcome(
        students=students,
        silent=len(school.quiet),
        teachers=len(school.people),
        at_once=approved - len(school.waits),
        waits=tuple(school.waits),
        open=students - approved,
    )


def table(outcome: SchoolYearOutcome) -> str:
    """Return the outcome as a table of text."""
    o = outcome
    rows = [
        f"{o.students} students, {o.teachers} teachers and deputies, {o.silent} of them never answer",
        f"approved at once {o.at_once}, by a person {len(o.waits)}, still open {o.open}",
        f"{'answered by':<24}{'students':>8}{'longest wait, working days':>28}",
    ]
    by_level = Counter(w.level for w in o.waits)
    for level, name in enumerate(LEVELS):
        longest = max((w.working_days for w in o.waits if w.level == level), default=0)
        rows.append(f"{name:<24}{by_level[level]:>8}{longest:>28}")
    return "\n".join([*rows, f"{'all':<24}{len(o.waits):>8}{o.longest:>28}"])


if __name__ == "__main__":
    sys.stdout.write(table(simulate_school()) + "\n")
