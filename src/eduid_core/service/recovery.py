"""
Recovery: work that waits for nobody's command is taken up again.

A crash may interrupt a process between a commit and the call after it; a registry may have been unavailable; a
seat may have changed. Each item is its own: one that fails in any way does not block the others.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Final

import attrs

from eduid_core.plugins import Clock
from eduid_core.service.drivers import run
from eduid_core.service.executor import IntentExecutor
from eduid_core.service.handlers import dispatch
from eduid_core.service.handlers.ownership import end_seats, give_task, give_tasks
from eduid_core.service.intents import Accepted, Handler, Load
from eduid_core.service.unit_of_work import FOLLOWS, OPEN, of_note
from eduid_core.workflow import Command, Policy, State, decide
from eduid_core.workflow.application.commands import RetryMatch
from eduid_core.workflow.application.states import PendingReview, Submitted
from eduid_core.workflow.comms_card import OrderedSim
from eduid_core.workflow.effects import GiveTasks, LookUpRegistry, OrderSim
from eduid_core.workflow.reactions.applications import SYSTEM
from eduid_core.workflow.review_task.states import AwaitingSecond, Unassigned

__all__ = ["Recovery"]

_ROUND_S: Final = 60
"""The seconds after which `match_again` begins with the next application."""


@attrs.frozen
class Recovery:
    """What a deployment takes up again, under a policy, at the time of *clock*."""

    executor: IntentExecutor
    policy: Policy
    clock: Clock

    def resume(self) -> int:
        """Take up what a crash interrupted, and reviews without an owner; return the number of items."""
        asked = self._each("application", Submitted.status, self._take_up_match)
        ordered = self._each("comms_card", OrderedSim.status, self._take_up_order)
        return asked + ordered + self._give_tasks()

    def _give_tasks(self) -> int:
        """Give the reviews of the classes whose seats changed, and those of nobody; return the number given."""
        follows = self.executor.store.documents(FOLLOWS)
        given = 0
        for wanted in (of_note(name) for name, state in follows.items() if state == OPEN):
            now, policy = self.clock(), self.policy
            given += self._run_quietly(
                give_tasks(wanted, now, policy)
                if isinstance(wanted, GiveTasks)
                else end_seats(wanted, now, policy)
            )
        for status in (Unassigned.status, AwaitingSecond.status):
            for stream in self.executor.store.streams("review_task/", status):
                key = stream.partition("/")[2]
                given += self._run_quietly(give_task(key, self.clock(), self.policy))
        return given

    def _run_quietly(self, handler: Handler) -> bool:
        """Run *handler*; return whether it changed anything. One that fails in any way is tried again later."""
        with suppress(Exception):
            answer = run(handler, self.executor.perform)
            return isinstance(answer, Accepted) and bool(answer.events)
        return False

    def match_again(self) -> int:
        """Ask the registry again where it was unavailable; return the number of questions."""
        asked = 0
        waiting = self.executor.store.streams("application/", PendingReview.status)
        first = int(self.clock().timestamp()) // _ROUND_S % max(len(waiting), 1)
        for stream in (*waiting[first:], *waiting[:first]):
            with suppress(Exception):
                again = RetryMatch(subject=stream.partition("/")[2], by=SYSTEM, at=self.clock())
                answer = run(dispatch.carry_out(again, policy=self.policy), self.executor.perform)
                asked += answer.ok
                if isinstance(answer, Accepted) and self._still_deferred(again):
                    break
        return asked

    def _still_deferred(self, again: RetryMatch) -> bool:
        """Return whether the result of another attempt would be deferred: the registry is still unavailable."""
        state = self._state("application", again.subject)
        return isinstance(decide(state, again, policy=self.policy), tuple)

    def _each(self, aggregate: str, status: str, take_up: Callable[[str], None]) -> int:
        waiting = self.executor.store.streams(f"{aggregate}/", status)
        for stream in waiting:
            with suppress(Exception):  # a stream that fails in any way must not block the others
                take_up(stream.partition("/")[2])
        return len(waiting)

    def _state(self, aggregate: str, key: str) -> State | None:
        found: State | None = self.executor.perform(Load(aggregate, key)).state
        return found

    def _take_up_match(self, key: str) -> None:
        state = self._state("application", key)
        if isinstance(state, Submitted):
            lookup = LookUpRegistry(key, state.revision)
            run(dispatch.settle_match(lookup, self._taken_up(key), self.policy), self.executor.perform)

    def _take_up_order(self, key: str) -> None:
        state = self._state("comms_card", key)
        if isinstance(state, OrderedSim):
            wanted = OrderSim(key, state.since)
            run(dispatch.settle_order(wanted, self._taken_up(key), self.policy), self.executor.perform)

    def _taken_up(self, key: str) -> Command:
        """Return the cause of the resumed work: a command of the system, not of a person."""
        return Command(subject=key, by=SYSTEM, at=self.clock())
