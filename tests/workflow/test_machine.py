"""A machine of Hypothesis lives through the house on a real clock with real revisions, and agrees with the model."""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from eduid_audit.model.cast import POLICY, T0
from eduid_audit.model.house import ModelState, ModelStep, give, passing, timers
from eduid_audit.model.invariants import OF_HOUSES, OF_STEPS
from eduid_audit.model.views import VIEWS
from eduid_core.service.intents import DrawBytes, Load, Loaded
from eduid_core.service.unit_of_work import UnitOfWork
from eduid_core.workflow import Command, Refused
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.lifecycle import TABLE_OF_COMMAND

Place = tuple[str, str]


def outline(state: Any) -> Any:
    """Return what a person would see of a state: nothing that the model leaves out."""
    if state is None or state.terminal:
        return type(state)
    tally, brief = getattr(state, "tally", None), getattr(state, "brief", None)
    seen: list[Any] = [type(state), *(getattr(state, n, None) for n in ("assignee", "reason", "held", "form"))]
    if tally is not None:
        cycle = tally.cycle and (tally.cycle.kind, tally.cycle.form, tally.cycle.grace_over)
        seen += [tally.returns, tally.edits, tally.appeals, tally.level, tally.refused_by, cycle]
    if brief is not None and state.status not in {"completed", "cancelled"}:
        seen += [brief.level, brief.barred, brief.needs_second]
    return seen


class Lived(RuleBasedStateMachine):
    """The same commands to the real streams, never reduced, and to the model."""

    view = VIEWS[0]

    def __init__(self) -> None:
        super().__init__()
        self.now, self.streams, self.model = T0, dict[Place, Any](), ModelState()

    def as_lived(self, command: Any) -> Command:
        """Return *command* at this moment, about the revision that the model means by it."""
        changed: dict[str, Any] = {"at": self.now}
        place = (TABLE_OF_COMMAND[type(command)].aggregate, command.subject)
        real, model = self.streams.get(place), self.model[place]
        for field in ("expected_rev", "rev"):
            meant = getattr(command, field, None)
            if meant is not None and real is not None:
                current = meant == model.revision
                changed[field] = real.revision if current else real.revision + 7
        return attrs.evolve(command, **changed)

    def live(self, command: Command) -> Refused | tuple[str, ...]:
        """Give *command* to the real streams; claims are not needed with one application."""
        work, answer = UnitOfWork(POLICY), None
        steps = work.give(command)
        try:
            while True:
                asked = steps.send(answer)
                if isinstance(asked, Load):
                    answer = Loaded(self.streams.get((asked.aggregate, asked.key)), 0)
                else:
                    assert isinstance(asked, DrawBytes)
                    answer = bytes(asked.count)
        except StopIteration as end:
            if end.value is not None:
                return end.value
        write = work.write()
        self.streams |= {(w.aggregate, w.key): w.state for w in write.streams}
        return tuple(e.name for w in write.streams for e in w.events)

    def both(self, command: Command) -> None:
        step = give(self.model, command)
        if step is None:
            return
        lived = self.live(self.as_lived(command))
        self.agree(step, lived)
        self.model = step.after
        assert all(i.holds(step) for i in OF_STEPS if step.write)
        self.now += dt.timedelta(seconds=1)

    def agree(self, step: ModelStep, lived: Any) -> None:
        if step.refused is not None:
            assert isinstance(lived, Refused), (step.command.name, step.refused.code, lived)
            assert lived.code == step.refused.code
        else:
            assert step.write is not None
            assert lived == tuple(e.name for w in step.write.streams for e in w.events)

    @rule(which=st.integers(0, len(VIEWS[0].commands) - 1))
    def somebody_acts(self, which: int) -> None:
        self.both(self.view.commands[which])

    @rule(data=st.data())
    def somebody_acts_where_it_is_allowed(self, data: st.DataObject) -> None:
        """Prefer what is accepted, so that the machine comes somewhere."""
        able = [c for c in self.view.commands if (s := give(self.model, c)) is not None and s.refused is None]
        if able:
            self.both(data.draw(st.sampled_from(able)))

    @rule(data=st.data())
    def a_deadline_falls_due(self, data: st.DataObject) -> None:
        due = [t.command for t in timers(self.model)]
        if due:
            self.both(data.draw(st.sampled_from(due)))

    @rule()
    def the_lease_runs_out(self) -> None:
        task = self.streams.get(("review_task", "A"))
        if task is None or not hasattr(task, "lease_until") or task.lease_until <= self.now:
            return
        self.now = task.lease_until
        for house in passing(self.model):
            if getattr(house["review_task", "A"], "lease_until", None) == T0:
                self.model = house
                break

    @invariant()
    def they_stand_alike(self) -> None:
        for place, state in self.streams.items():
            assert outline(state) == outline(self.model[place]), place
        assert all(i.holds(self.model) for i in OF_HOUSES)


TestLived = Lived.TestCase
TestLived.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_a_model_that_forgets_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: a model that keeps its drafts when they are handed in does not agree."""
    machine = Lived()
    opening = next(c for c in machine.view.commands if isinstance(c, app.Open))
    monkeypatch.setattr(Lived, "live", lambda _, __: ())

    with pytest.raises(AssertionError):
        machine.both(opening)
