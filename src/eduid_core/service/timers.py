"""
Deadlines at work: what falls due is found by the store's index and carried out once, however many workers look.

The store keeps only *when to look*. What is due, and whether it is, is derived from the state and the policy at
the moment of looking, and the act is committed at the version it was derived from: a worker that comes second
finds nothing due any more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Sequence
from typing import Any, Final

import attrs

from eduid_core.findings import AdapterError, Refused
from eduid_core.plugins import Committed, Document, Due
from eduid_core.service.desk import Desk
from eduid_core.service.drivers import run
from eduid_core.service.handlers import settle_match
from eduid_core.service.intents import Accepted, Answer, Load
from eduid_core.service.reviewers import looked_up
from eduid_core.service.wire import policy_digest
from eduid_core.service.work import Work
from eduid_core.service.writing import TRIES
from eduid_core.workflow import CHINA, TABLES, Calendar, Command, Deadline, Policy, next_deadline
from eduid_core.workflow.application.commands import RecordMatch, StartReverification
from eduid_core.workflow.effects import Lookup
from eduid_core.workflow.react import SYSTEM

__all__ = ["Fired", "Timers"]

_LEASE: Final = dt.timedelta(minutes=5)
"""How long a deadline is hidden from other workers while one works on it."""
_MANY: Final = 100

_COMMANDS: Final = {(name, c.name): c for name, table in TABLES.items() for c in table.commands}


@attrs.frozen(kw_only=True)
class Fired:
    """How many deadlines were carried out, and how many were refused and will be looked at again."""

    done: int = 0
    refused: int = 0


@attrs.frozen
class Timers:
    """The deadlines of one deployment under one policy and calendar."""

    desk: Desk
    policy: Policy
    calendar: Calendar

    def fire(self, at: dt.datetime) -> Fired:
        """Carry out everything due by *at*."""
        self._look_again_under_a_new_policy()
        done = refused = 0
        while due := self.desk.store.take_due(at, at + _LEASE, _MANY):
            for one in due:
                answer = self._carried_out(one, at)
                done += isinstance(answer, Accepted)
                refused += isinstance(answer, Refused)
        return Fired(done=done, refused=refused)

    def _carried_out(self, due: Due, at: dt.datetime) -> Answer | None:
        """Carry one deadline out; a stream that fails, however it does, stands in no other's way."""
        try:
            return run(self._act(due, at), self.desk.perform)  # type: ignore[arg-type]  # or None
        except Exception:  # noqa: BLE001 - it is looked at again when its lease is over
            return Refused("conflict")

    def _act(self, due: Due, at: dt.datetime) -> Generator[Any, Any, Answer | None]:
        """Give the command that is due, unless nothing is due any more; then say when to look next."""
        aggregate, _, key = due.stream.partition("/")
        for _ in range(TRIES):
            work = Work(self.policy)
            state = yield from work.state(aggregate, key)
            deadline = next_deadline(state, self.policy, self.calendar)
            if deadline is None or deadline.at > at:
                self.desk.store.reschedule([attrs.evolve(due, at=deadline.at if deadline else None)])
                return None
            command = _command(aggregate, deadline, key, at)
            if command is None:
                cause = Command(subject=key, by=SYSTEM, at=at)
                revision = state.revision if state else 0
                return (yield from settle_match(Lookup(key, revision), cause, self.policy))
            command = yield from work.noted.noting(looked_up(command, self.policy))
            refused = yield from work.give(command)
            if refused is not None:
                return refused
            if isinstance((yield work.write()), Committed):
                return work.accepted(command)
        return Refused("conflict")

    # --- a policy that changed -------------------------------------------------------------------------

    def _look_again_under_a_new_policy(self) -> None:
        """Set every deadline anew where the store's were set under another policy, or under none."""
        digest = policy_digest(self.policy).encode()
        if self.desk.store.documents("timers", ["policy"]).get("policy") != digest:
            self.reschedule()
            self.desk.store.put([Document("timers", "policy", digest)])

    def reschedule(self) -> int:
        """Set when every living stream must be looked at; return how many."""
        count = 0
        for aggregate, table in TABLES.items():
            for state in table.states:
                if not state.terminal:
                    names = self.desk.store.streams(f"{aggregate}/", state.status)
                    for start in range(0, len(names), _MANY):
                        self._set(aggregate, names[start : start + _MANY])
                    count += len(names)
        return count

    def _set(self, aggregate: str, names: Sequence[str]) -> None:
        loads = [Load(aggregate, name.partition("/")[2]) for name in names]
        try:
            loaded = self.desk.perform_many(loads)
        except AdapterError:
            if len(names) > 1:
                for name in names:
                    self._set(aggregate, [name])
            return  # a stream that cannot be opened stands in no other's way
        dues = []
        for name, found in zip(names, loaded, strict=True):
            deadline = next_deadline(found.state, self.policy, self.calendar)
            dues.append(Due(name, found.version, deadline.at if deadline else None))
        self.desk.store.reschedule(dues)


def _command(aggregate: str, deadline: Deadline, key: str, at: dt.datetime) -> Command | None:
    """Return the command that is due; None where the registry must be asked."""
    kind = _COMMANDS[aggregate, deadline.what]
    if kind is RecordMatch:
        return None
    if kind is StartReverification:
        year = deadline.at.astimezone(CHINA).year  # the year it is due, however late it is carried out
        return StartReverification(subject=key, by=SYSTEM, at=at, school_year=year)
    return kind(subject=key, by=SYSTEM, at=at)
