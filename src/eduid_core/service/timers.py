"""
Timers: a due deadline is found by the store's index and carried out once, however many workers look for it.

The store holds only *when to look*. Whether anything is due is derived from the state and the policy at that
time, and the act is committed at the version it was derived from, so a second worker finds no work left.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Sequence
from typing import Any, Final

import attrs

from eduid_core.china import CHINA
from eduid_core.findings import AdapterError, Refused
from eduid_core.plugins import Committed, Document, Due, Read
from eduid_core.service.codec.wire import policy_digest
from eduid_core.service.drivers import run
from eduid_core.service.executor import IntentExecutor
from eduid_core.service.handlers.dispatch import settle, settle_match
from eduid_core.service.handlers.reviewers import looked_up
from eduid_core.service.intents import Accepted, Answer, Load, Loaded, Write
from eduid_core.service.unit_of_work import TRIES, UnitOfWork
from eduid_core.workflow import TABLES, Calendar, Command, Deadline, Policy, next_deadline
from eduid_core.workflow.application.commands import RecordMatch, StartReverification
from eduid_core.workflow.effects import LookUpRegistry
from eduid_core.workflow.forms import mobile_number
from eduid_core.workflow.reactions.applications import SYSTEM
from eduid_core.workflow.reminders import look_at, reminders

__all__ = ["TimerRunner", "TimersFired"]

_LEASE: Final = dt.timedelta(minutes=5)
"""The time that a deadline is hidden from other workers while a worker carries it out."""
_MANY: Final = 100

_COMMANDS: Final = {(name, c.name): c for name, table in TABLES.items() for c in table.commands}


@attrs.frozen(kw_only=True)
class TimersFired:
    """The number of deadlines carried out, and the number refused, which will be looked at again."""

    done: int = 0
    refused: int = 0


@attrs.frozen
class TimerRunner:
    """The deadlines of a deployment under a policy and calendar."""

    executor: IntentExecutor
    policy: Policy
    calendar: Calendar

    def fire(self, at: dt.datetime) -> TimersFired:
        """Carry out everything due by *at*."""
        self._look_again_under_a_new_policy(at)
        done = refused = 0
        while due := self.executor.store.take_due(at, at + _LEASE, _MANY):
            for one in due:
                answer = self._carried_out(one, at)
                done += isinstance(answer, Accepted)
                refused += isinstance(answer, Refused)
        return TimersFired(done=done, refused=refused)

    def _carried_out(self, due: Due, at: dt.datetime) -> Answer | None:
        """Carry out one deadline; a stream that fails in any way does not block the others."""
        try:
            return run(self._act(due, at), self.executor.perform)  # type: ignore[arg-type]  # or None
        except Exception:  # noqa: BLE001 - it is looked at again when its lease is over
            return Refused("conflict")

    def _act(self, due: Due, at: dt.datetime) -> Generator[Any, Any, Answer | None]:
        """Issue the command that is due, if any; then set the next time to look."""
        aggregate, _, key = due.stream.partition("/")
        for _ in range(TRIES):
            work = UnitOfWork(self.policy)
            state = yield from work.state(aggregate, key)
            deadline = next_deadline(state, self.policy, self.calendar)
            if deadline is None or deadline.at > at:
                if aggregate == "application":
                    yield from self._remind(key, at)
                next_at = look_at(state, self.policy, self.calendar, at)
                self.executor.store.reschedule([attrs.evolve(due, at=next_at)])
                return None
            command = _command(aggregate, deadline, key, at)
            if command is None:
                cause = Command(subject=key, by=SYSTEM, at=at)
                revision = state.revision if state else 0
                return (yield from settle_match(LookUpRegistry(key, revision), cause, self.policy))
            command = yield from work.read_set.recording(looked_up(command, self.policy))
            refused = yield from work.give(command)
            if refused is not None:
                return refused
            if isinstance((yield work.write()), Committed):
                yield from settle(work, command, self.policy)
                return work.accepted(command)
        return Refused("conflict")

    def _remind(self, key: str, at: dt.datetime) -> Generator[Any, Any, None]:
        """
        Post the last reminder of an application that is due, if any; one that was posted before is posted no
        second time. If the application has moved on meanwhile, nothing is posted.
        """
        loaded: Loaded = yield Load("application", key)
        form: Any = loaded.state
        due = [r for r in reminders(form, self.policy, self.calendar) if r.at <= at]
        deadline = next_deadline(form, self.policy, self.calendar)
        if not due or deadline is None:
            return
        to = mobile_number(form.form.guardian_phone)
        if to is None and form.file.account_id:
            holder: Loaded = yield Load("account", form.file.account_id)
            person = getattr(holder.state, "person", None)
            to = mobile_number(person.phone) if person else None
        if to is not None:
            message = due[-1].message(form, to, max((deadline.at - at).days, 1))
            yield Write(streams=(), reads=(Read(f"application/{key}", loaded.version),), messages=(message,))

    # --- a policy that changed -------------------------------------------------------------------------

    def _look_again_under_a_new_policy(self, at: dt.datetime) -> None:
        """Reschedule every deadline if the store's were set under another policy or calendar, or under none."""
        digest = f"{policy_digest(self.policy)} {getattr(self.calendar, 'version', '')}".encode()
        if self.executor.store.documents("timers", ["policy"]).get("policy") != digest:
            self.reschedule(at)
            self.executor.store.put([Document("timers", "policy", digest)])

    def reschedule(self, at: dt.datetime) -> int:
        """Set the time to look at every live stream, after *at*; return the number of streams."""
        count = 0
        for aggregate, table in TABLES.items():
            for state in table.states:
                if not state.terminal:
                    names = self.executor.store.streams(f"{aggregate}/", state.status)
                    for start in range(0, len(names), _MANY):
                        self._set(aggregate, names[start : start + _MANY], at)
                    count += len(names)
        return count

    def _set(self, aggregate: str, names: Sequence[str], at: dt.datetime) -> None:
        loads = [Load(aggregate, name.partition("/")[2]) for name in names]
        try:
            loaded = self.executor.perform_many(loads)
        except AdapterError:
            if len(names) > 1:
                for name in names:
                    self._set(aggregate, [name], at)
            return  # a stream that cannot be opened must not block the others
        dues = []
        for name, found in zip(names, loaded, strict=True):
            is_due = any(r.at <= at for r in reminders(found.state, self.policy, self.calendar))
            next_at = at if is_due else look_at(found.state, self.policy, self.calendar, at)
            dues.append(Due(name, found.version, next_at))
        self.executor.store.reschedule(dues)


def _command(aggregate: str, deadline: Deadline, key: str, at: dt.datetime) -> Command | None:
    """Return the named command; None if the registry must be asked."""
    kind = _COMMANDS[aggregate, deadline.what]
    if kind is RecordMatch:
        return None
    if kind is StartReverification:
        year = deadline.at.astimezone(CHINA).year  # the year it is due, however late it is carried out
        return StartReverification(subject=key, by=SYSTEM, at=at, school_year=year)
    return kind(subject=key, by=SYSTEM, at=at)
