"""The facade `Service`: the one object of the core that a program holds."""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
import time
from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from typing import Any

import attrs

from eduid_core.findings import CallerError, Refused
from eduid_core.plugins import (
    Carrier,
    Clock,
    Debit,
    Entropy,
    KeySource,
    Receipt,
    RegistrySource,
    SmsSender,
    Store,
)
from eduid_core.service import key_rotation
from eduid_core.service.actor_source import Capability
from eduid_core.service.actors import plain
from eduid_core.service.calendar import ChinaSchoolDays
from eduid_core.service.crypto.vault import Profile
from eduid_core.service.drivers import arun, run, run_together
from eduid_core.service.executor import IntentExecutor
from eduid_core.service.external.guarded_call import GuardedCall
from eduid_core.service.handlers import dispatch
from eduid_core.service.intents import Accepted, FindAnswer, Handler, Load
from eduid_core.service.ledger.entries import entry
from eduid_core.service.ledger.log import ORIGIN, Ledger
from eduid_core.service.looks import look_document
from eduid_core.service.outbox import open_messages, relay
from eduid_core.service.outbox.lease_watch import Ticks
from eduid_core.service.outbox.phone_budget import PhoneBudget
from eduid_core.service.reading.reader import Reader
from eduid_core.service.recovery import Recovery
from eduid_core.service.timers import TimerRunner, TimersFired
from eduid_core.workflow import (
    CHINA,
    Calendar,
    Command,
    Event,
    Policy,
    Role,
    State,
    next_deadline,
)
from eduid_core.workflow.reminders import look_at

__all__ = ["Service"]


class _WorkingDays:
    """China's working days, computed on first use: most commands never need them."""

    @cached_property
    def _days(self) -> ChinaSchoolDays:
        return ChinaSchoolDays()

    @property
    def horizon(self) -> dt.date:
        """Return the last day whose decree is known."""
        return self._days.horizon

    @property
    def version(self) -> str:
        """Return what tells this calendar from another."""
        return self._days.version

    def is_working_day(self, day: dt.date, /) -> bool:
        """Return whether *day* counts toward a service level."""
        return self._days.is_working_day(day)


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _ticks() -> float:
    """Return seconds that also run while the machine sleeps, unlike `time.monotonic` on Linux."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Service(Reader):
    """
    The complete service: carries out commands, hands messages over, and shows the current state.

    *store*, *sms*, *registry* and *carrier* are adapters. *keys* supplies the master key; without one the
    service does not start. *clock* (current time), *ticks* (seconds that only run forward) and *entropy*
    default to the system's; a test can supply others. *tenant* names the deployment in all sealed bodies and
    digests: one tenant per store, and it never changes. *calendar* decides the working days and defaults to
    China's. *profile* chooses the ciphers: `Profile.SM` where a province requires SM4 and SM3. A call to the
    registry or the carrier may last *adapter_deadline_s* seconds, and a batch of messages one second more per
    message; None means no limit. *capabilities* name what programs this process is: the `operator` of the
    deployment, the `importer` of a school, one `acting` for accounts after a log-in of its own; a portal has
    none of them.

    A command is taken only from an actor that this service gave out: `anonymous` for a stranger, `actor` for
    the token of a session, and `operator`, `importer`, `acting` where the process has the capability.

    Raises:
        CallerError: no keys, or a capability that does not exist.
        AdapterError: the store was made under another key.
    """

    def __init__(
        self,
        *,
        store: Store,
        keys: KeySource,
        sms: SmsSender | None = None,
        registry: RegistrySource | None = None,
        carrier: Carrier | None = None,
        clock: Clock = _utc_now,
        ticks: Ticks = _ticks,
        policy: Policy | None = None,
        entropy: Entropy = secrets.token_bytes,
        tenant: str = "",
        profile: Profile = Profile.AES,
        calendar: Calendar | None = None,
        adapter_deadline_s: float | None = 30,
        capabilities: Collection[Capability] = frozenset(),
    ) -> None:
        """Create the executor of intents."""
        if keys is None:
            raise CallerError("a service does not start without keys")
        super().__init__(capabilities)
        self.policy, self.clock, self._store, self._keys = policy or Policy(), clock, store, keys
        self._calendar = calendar or _WorkingDays()
        self.executor = IntentExecutor(
            store=store,
            registry=registry,
            carrier=carrier,
            keys=keys.master_key,
            entropy=entropy,
            tenant=tenant,
            profile=profile,
            due=self._due,
            look_at=self._look_at,
            deadline_s=adapter_deadline_s,
        )
        self._relay = self._relay_to(sms, GuardedCall(adapter_deadline_s), ticks) if sms else None
        self._recovery = Recovery(self.executor, self.policy, self._now)

    def _relay_to(self, sms: SmsSender, guarded_call: GuardedCall, ticks: Ticks) -> relay.Relay:
        return relay.Relay(
            ledger=self.executor.ledger,
            sender=sms,
            key=self.executor.vault.house,
            guarded_call=guarded_call,
            ticks=ticks,
            budget=self._budget_of_notices,
            by_phone=PhoneBudget(
                self._store, self.executor.vault.blind, self._now, self.policy.sms.notices_per_phone
            ),
            clock=self._now,
            policy=self.policy.sms,
        )

    def _now(self) -> dt.datetime:
        return self.clock()

    def _budget_of_notices(self) -> Debit:
        """Return the budget of notices for the current day in China."""
        day, limit = self.clock().astimezone(CHINA).date(), self.policy.sms.notices_in_all
        digest = self.executor.vault.blind("notices_in_all", "")
        return Debit(kind="notices_in_all", digest=digest, window=str(day), limit=limit)

    def _look_at(self, state: State | None) -> dt.datetime | None:
        return look_at(state, self.policy, self._calendar, self.clock())

    def _due(self, state: State | None) -> dt.datetime | None:
        deadline = next_deadline(state, self.policy, self._calendar)
        return deadline.at if deadline else None

    def handle(self, command: Command) -> Accepted | Refused:
        """Carry out *command*; the answer is durable when this returns."""
        return run(self._handled(command), self.executor.perform)

    def _handled(self, command: Command) -> Handler:
        """Return the handler of a caller's command, whose actor this service gave out and who still stands."""
        given = yield from self.established(command)
        if isinstance(given, Refused):
            return given
        return (yield from dispatch.handle(given, policy=self.policy))

    async def ahandle(self, command: Command) -> Accepted | Refused:
        """Carry out *command* under asyncio; blocking work runs in a thread."""

        def perform(intent: Any) -> Any:  # noqa: ANN401 - any intent
            return asyncio.to_thread(self.executor.perform, intent)

        return await arun(self._handled(command), perform)

    def handle_many(self, commands: Sequence[Command]) -> tuple[Accepted | Refused, ...]:
        """
        Carry out *commands*, each with its own answer: one refusal does not fail the others.

        For bulk reviews by a teacher and for imports: all loads are one read, all commits one transaction.
        """
        handled = [self._handled(command) for command in commands]
        return tuple(run_together(handled, self.executor.perform_many))

    def ledger(self, origin: str = ORIGIN) -> Ledger:
        """Return the ledger of this store; checkpoints are signed in the name of *origin* (host and path)."""
        return Ledger(self._store, self.executor.vault, origin)

    def rotate_keys(self) -> int:
        """
        Fetch the current master key from the key source and use it in place of the older keys that the source
        knows. Return the number of keys wrapped again. Every process must know both master keys beforehand.

        Raises:
            AdapterError: `key_wrong`: the source no longer knows the master key in use.
        """
        self.executor.vault.renew(self._keys.master_key())
        self.ledger().integrate()  # what is wrapped again follows, in the log, what wrapped it first
        wrapped = key_rotation.rotate(self.executor.ledger, at=self.clock())
        self.executor.generation.renew()
        return wrapped

    def state(self, aggregate: str, key: str) -> State | None:
        """Return the current state of *key* of *aggregate*, or None if it does not exist."""
        found: State | None = self.executor.perform(Load(aggregate, key)).state
        return found

    def was_answered(self, command: Command) -> bool:
        """Return whether *command* was answered before, under its key."""
        asked = attrs.evolve(command, by=plain(command.by))
        return self.executor.perform(FindAnswer(asked)) is not None

    def pseudonym(self, purpose: str, text: str) -> str:
        """Return a keyed digest that stands for *text*, the same whenever it is asked for *purpose*."""
        return self.executor.vault.blind(purpose, text)

    def record_look(
        self, application_id: str, *, by: str, role: Role, fields: Sequence[str], reason: str
    ) -> None:
        """
        Record in the ledger, before it happens, that *fields* of an application are shown in the clear.

        Raises:
            Exception: of the store: it is not recorded, so nothing may be shown.
        """
        unique, at = self.executor.random_hex(16), self.clock()
        told = {"reveal": application_id, "fields": list(fields), "reason": reason}
        logged = entry(f"reveal/{application_id}/{unique}", at=at.isoformat(), by=by, role=role.value, **told)
        seen = look_document(application_id, unique, at=at, by=by, role=role, fields=fields, reason=reason)
        self.executor.ledger.put([logged, seen])
        self.ledger().integrate()

    def queue(self, reviewer: str, limit: int = 100) -> tuple[str, ...]:
        """Return the ids of the applications with a task for *reviewer*, highest risk first."""
        return tuple(row.task for row in self._store.queue(reviewer, limit))

    def history(self, aggregate: str, key: str) -> tuple[Event, ...]:
        """Return the events of *key* of *aggregate*, oldest first."""
        return self.executor.history(aggregate, key)

    def send_messages(
        self, *, alone: bool = False, on_progress: Callable[[int], None] = lambda _: None
    ) -> relay.Relayed:
        """
        Hand over every waiting message, each at most once; several processes may do so at once. Notices over
        the budget of the day wait until the next day.

        The delivery of messages leased by a dead process is queried after about twenty minutes, or at once with
        *alone*: the caller knows that no other process hands over messages of this store. *on_progress* is
        called with the number of messages of each batch.

        Raises:
            CallerError: the service has no SMS sender.
        """
        if self._relay is None:
            raise CallerError("this service has no SMS sender")
        relayed = self._relay.hand_over(alone=alone, on_progress=on_progress)
        self.ledger().integrate()
        return relayed

    def wait_for_messages(self, timeout_s: float) -> bool:
        """
        Wait at most *timeout_s* for a message to hand over; return whether there is one. Notices over the
        budget of the day or in the quiet hours do not count, and during the pause of a sender that is down
        nothing does.

        Raises:
            CallerError: the service has no SMS sender.
        """
        if self._relay is None:
            raise CallerError("this service has no SMS sender")
        return self._relay.wait(timeout_s)

    def take_reports(self, receipts: Sequence[Receipt]) -> int:
        """
        Apply delivery reports of a provider to unknown messages: an accepted one was received, a failed one is
        listed as failed. Return the number of messages settled.
        """
        return open_messages.reported(self.executor.ledger, receipts, at=self.clock())

    def fire_timers(self) -> TimersFired:
        """
        Carry out everything that is due: expire drafts, escalate reviews, end leases and grace periods.

        Several workers may do so at once; each deadline is carried out by one of them.
        """
        return TimerRunner(self.executor, self.policy, self._calendar).fire(self.clock())

    def resume(self) -> int:
        """
        Resume work that a crash interrupted between a commit and the call after it: ask the registry about
        submitted forms and the carrier about orders, give reviews to the seats that changed. Return the number
        of waiting items; an item that fails keeps waiting.
        """
        return self._recovery.resume()

    def match_again(self) -> int:
        """
        Ask the registry again about applications that are in review only because the registry was unavailable.
        Return the number of questions. A review that has begun is kept. If the registry fails a question again,
        the remaining applications wait for a later call, which begins with another one: an application that the
        registry always fails on does not hold up the others.
        """
        return self._recovery.match_again()
