"""
Journeys: sequences of commands to one application, as families, schools and the machine give them.

Each step is one that somebody might take in the state the steps before it led to; some are refused, as in life.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import attrs
from hypothesis import strategies as st

from eduid_core.matching import Application
from eduid_core.private import PrivateText
from eduid_core.testing.people import applications
from eduid_core.workflow import Actor, Command, Policy, Refused, Role, decide, fold
from eduid_core.workflow.application import commands as c
from eduid_core.workflow.application.states import MatchResult, ReturnItem

__all__ = ["journeys"]

BEGAN = dt.datetime(2026, 11, 1, 8, tzinfo=dt.UTC)
GUARDIAN = Actor(id="account-1", role=Role.GUARDIAN)
SYSTEM = Actor(id="system", role=Role.SYSTEM)
TEACHER = Actor(id="teacher-1", role=Role.TEACHER, assurance=2)

RESULTS = (
    MatchResult("approved", ("CONSISTENT",)),
    MatchResult("review", ("VISITING_STUDENT",), (("school", "DIFFERENT", ""),), tier=2),
    MatchResult("returned", ("FIELD_REQUIRED",), (("name", "MISSING_APP", ""),)),
)
ITEMS = (ReturnItem("school", "SCHOOL_TO_CHECK"),)

Step = Callable[[dict[str, Any], Any, Application, st.DataObject], Command]


def _mended(state: Any, form: Application) -> Application:
    return attrs.evolve(
        form, school=f"{form.school}（改）" if state and state.revision % 2 == 0 else form.school
    )


STEPS: tuple[tuple[Actor, Step], ...] = (
    (GUARDIAN, lambda a, _, f, __: c.Save(form=f, **a)),
    (GUARDIAN, lambda a, _, __, ___: c.Submit(consent_text="text/1", **a)),
    (SYSTEM, lambda a, s, _, d: c.RecordMatch(rev=s.revision, result=d.draw(st.sampled_from(RESULTS)), **a)),
    (GUARDIAN, lambda a, s, f, _: c.Amend(form=_mended(s, f), **a)),
    (TEACHER, lambda a, _, __, ___: c.ReturnForCorrection(items=ITEMS, **a)),
    (GUARDIAN, lambda a, s, f, _: c.Resubmit(form=_mended(s, f), contested=(("school", "it is right"),), **a)),
    (TEACHER, lambda a, _, __, ___: c.Approve(basis="evidence_seen", **a)),
    (TEACHER, lambda a, _, __, ___: c.Reject(code="NOT_MY_STUDENT", **a)),
    (GUARDIAN, lambda a, _, __, ___: c.Appeal(statement=PrivateText("please look again"), **a)),
    (GUARDIAN, lambda a, s, f, _: c.RequestCorrection(form=_mended(s, f), **a)),
    (SYSTEM, lambda a, _, __, ___: c.StartReverification(school_year=2027, **a)),
    (SYSTEM, lambda a, _, __, ___: c.Escalate(**a)),
    (SYSTEM, lambda a, _, __, ___: c.Expire(**a)),
    (GUARDIAN, lambda a, _, __, ___: c.Withdraw(**a)),
)


@st.composite
def journeys(draw: st.DrawFn, *, most: int = 12, policy: Policy | None = None) -> list[Command]:
    """Generate up to *most* commands to one application, each given in the state those before it led to."""
    rules, form, data = policy or Policy(), draw(applications()), draw(st.data())
    commands: list[Command] = [c.Open(form=form, account_id=GUARDIAN.id, subject="A-1", by=GUARDIAN, at=BEGAN)]
    state = fold(_made(None, commands[0], rules))
    for number in range(draw(st.integers(0, most - 1))):
        at = BEGAN + dt.timedelta(minutes=number + 1)
        offers = [step({"subject": "A-1", "by": by, "at": at}, state, form, data) for by, step in STEPS]
        taken = [command for command in offers if _made(state, command, rules)]
        chance: int = draw(st.integers(0, 3))
        command = draw(st.sampled_from(taken if taken and chance else offers))
        commands.append(command)
        state = fold(_made(state, command, rules), state)
    return commands


def _made(state: Any, command: Command, policy: Policy) -> tuple[Any, ...]:
    made = decide(state, command, policy=policy)
    return () if isinstance(made, Refused) else made
