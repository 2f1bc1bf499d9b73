"""The facade: one object that a program holds."""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any

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
from eduid_core.service.calendar import ChinaSchoolDays
from eduid_core.service.crypto.vault import Profile
from eduid_core.service.drivers import arun, run, run_together
from eduid_core.service.executor import IntentExecutor
from eduid_core.service.external.guarded_call import GuardedCall
from eduid_core.service.handlers import dispatch
from eduid_core.service.intents import Accepted, Load
from eduid_core.service.ledger.log import Ledger
from eduid_core.service.outbox import relay, unanswered
from eduid_core.service.outbox.lease_watch import Ticks
from eduid_core.service.timers import TimerRunner, TimersFired
from eduid_core.workflow import CHINA, Calendar, Command, Event, Policy, State, decide, next_deadline
from eduid_core.workflow.application.commands import RetryMatch
from eduid_core.workflow.application.states import PendingReview, Submitted
from eduid_core.workflow.comms_card import OrderedSim
from eduid_core.workflow.effects import LookUpRegistry, OrderSim
from eduid_core.workflow.reactions.applications import SYSTEM

__all__ = ["Service"]


class _WorkingDays:
    """China's working days, worked out when the first is asked for: most commands never ask."""

    @cached_property
    def _days(self) -> ChinaSchoolDays:
        return ChinaSchoolDays()

    def is_working_day(self, day: dt.date, /) -> bool:
        """Return whether *day* counts toward a service level."""
        return self._days.is_working_day(day)


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _ticks() -> float:
    """Return seconds that run on while the machine sleeps, as `time.monotonic` does not on Linux."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Service:
    """
    Everything a program needs: give it commands, let it hand messages over, look at what stands.

    *store*, *sms*, *registry* and *carrier* are adapters; *keys* brings the master key, and without one the
    service does not start. *clock* (what the time is), *ticks* (seconds that only run forward) and *entropy*
    are the world's unless a test brings its own. *tenant* names the deployment in all that is sealed and
    digested: one a store, and always the same. *calendar* says which days are worked: China's, unless one is
    brought. *profile* chooses the ciphers: `Profile.SM` where a province asks for SM4 and SM3. A call to the
    registry or the carrier may last *adapter_deadline_s*, a batch of messages a second more for each; None lets
    it last.

    Raises:
        CallerError: no keys.
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
    ) -> None:
        """Open the desk."""
        if keys is None:
            raise CallerError("a service does not start without keys")
        self.policy, self.clock, self._store = policy or Policy(), clock, store
        self._keys = keys
        self._calendar = calendar or _WorkingDays()
        self.executor = IntentExecutor(
            store=store,
            registry=registry,
            carrier=carrier,
            master=keys.master_key(),
            entropy=entropy,
            tenant=tenant,
            profile=profile,
            due=self._due,
            deadline_s=adapter_deadline_s,
        )
        self._relay = self._relay_to(sms, GuardedCall(adapter_deadline_s), ticks) if sms else None
        self._notices_held = False

    def _relay_to(self, sms: SmsSender, guarded_call: GuardedCall, ticks: Ticks) -> relay.Relay:
        return relay.Relay(
            store=self._store,
            sender=sms,
            key=self.executor.vault.house,
            guarded_call=guarded_call,
            ticks=ticks,
            budget=self._budget_of_notices,
            clock=self._now,
        )

    def _now(self) -> dt.datetime:
        return self.clock()

    def _budget_of_notices(self) -> Debit:
        """Return what notices may be handed over on this day in China."""
        day, limit = self.clock().astimezone(CHINA).date(), self.policy.sms.notices_in_all
        digest = self.executor.vault.blind("notices_in_all", "")
        return Debit(kind="notices_in_all", digest=digest, window=str(day), limit=limit)

    def _due(self, state: State | None) -> dt.datetime | None:
        deadline = next_deadline(state, self.policy, self._calendar)
        return deadline.at if deadline else None

    def handle(self, command: Command) -> Accepted | Refused:
        """Carry out *command*; the answer is durable when this returns."""
        return run(dispatch.handle(command, policy=self.policy), self.executor.perform)

    async def ahandle(self, command: Command) -> Accepted | Refused:
        """Carry out *command* under asyncio; what blocks runs in a thread."""

        def perform(intent: Any) -> Any:  # noqa: ANN401 - any intent
            return asyncio.to_thread(self.executor.perform, intent)

        return await arun(dispatch.handle(command, policy=self.policy), perform)

    def handle_many(self, commands: Sequence[Command]) -> tuple[Accepted | Refused, ...]:
        """
        Carry out *commands*, each with an answer of its own: one refused takes none of the others along.

        For a teacher's bulk review and for imports: their loads are one read, their commits one transaction.
        """
        handled = [dispatch.handle(command, policy=self.policy) for command in commands]
        return tuple(run_together(handled, self.executor.perform_many))

    def ledger(self, origin: str) -> Ledger:
        """Return the ledger of this store; checkpoints are signed in the name of *origin* (host and path)."""
        return Ledger(self._store, self.executor.vault, origin)

    def rotate_keys(self) -> int:
        """
        Ask the key source for the master key of today and take it into use in place of the older ones it knows;
        return how many keys were wrapped anew. Every process must know both before.

        Raises:
            AdapterError: `key_wrong`: the source does not know the key that stands any more.
        """
        self.executor.vault.renew(self._keys.master_key())
        return key_rotation.rotate(self._store, self.executor.vault)

    def state(self, aggregate: str, key: str) -> State | None:
        """Return how *key* of *aggregate* stands now; None where there is nothing."""
        found: State | None = self.executor.perform(Load(aggregate, key)).state
        return found

    def queue(self, reviewer: str, limit: int = 100) -> tuple[str, ...]:
        """Return the ids of the applications whose task waits for *reviewer*, the riskiest first."""
        return tuple(row.task for row in self._store.queue(reviewer, limit))

    def history(self, aggregate: str, key: str) -> tuple[Event, ...]:
        """Return what happened to *key* of *aggregate*, oldest first."""
        return self.executor.history(aggregate, key)

    def send_messages(
        self, *, alone: bool = False, on_progress: Callable[[int], None] = lambda _: None
    ) -> relay.Relayed:
        """
        Hand over every waiting message, each at most once; several processes may do so at once. Notices over
        the day's budget wait for the next day's.

        What a process that died had on its way is asked about after some twenty minutes, or now, where the
        caller knows that no other process hands this store's messages over: *alone*. *on_progress* is
        called with the number of messages of each batch.

        Raises:
            CallerError: the service has no SMS sender.
        """
        if self._relay is None:
            raise CallerError("this service has no SMS sender")
        relayed = self._relay.hand_over(alone=alone, on_progress=on_progress)
        self._notices_held = relayed.held
        return relayed

    def wait_for_messages(self, timeout_s: float) -> bool:
        """
        Wait until a message waits to be handed over, at most *timeout_s*; return whether one does. Notices that
        were found to be over the day's budget do not count.
        """
        return self._store.wait(timeout_s, notices=not self._notices_held)

    def unanswered_messages(self) -> tuple[unanswered.UnansweredMessage, ...]:
        """
        Return the messages nobody answered for, oldest first; those that are on their way just now are among
        them. A person who has found out what became of one closes it with `CloseMessage`.
        """
        return unanswered.shown(self._store, self.executor.vault.house)

    def take_reports(self, receipts: Sequence[Receipt]) -> int:
        """
        Take what a provider's delivery reports say: a message reported as sent was received, and waits no
        longer for an answer. Return how many did.
        """
        return unanswered.reported(self._store, receipts)

    def fire_timers(self) -> TimersFired:
        """
        Carry out what has fallen due: expire drafts, escalate reviews, end leases and graces.

        Several workers may do so at once; each deadline is carried out by one.
        """
        return TimerRunner(self.executor, self.policy, self._calendar).fire(self.clock())

    def resume(self) -> int:
        """
        Take up what a crash left between a commit and the call that follows it: ask the registry about what was
        handed in, and the carrier about what was ordered. Return how many waited; one that fails waits on.
        """
        return self._each("application", Submitted.status, self._take_up_match) + self._each(
            "comms_card", OrderedSim.status, self._take_up_order
        )

    def match_again(self) -> int:
        """
        Ask the registry again about what waits for a person only because it could not be asked; return how many
        it was asked about. A review that somebody has begun stands. At the first question the registry still
        does not answer, the rest is left for another time.
        """
        asked = 0
        for stream in self._store.streams("application/", PendingReview.status):
            with suppress(Exception):  # as above
                again = RetryMatch(subject=stream.partition("/")[2], by=SYSTEM, at=self.clock())
                answer = self.handle(again)
                asked += answer.ok
                if isinstance(answer, Accepted) and self._still_deferred(again):
                    break
        return asked

    def _still_deferred(self, again: RetryMatch) -> bool:
        """Return whether asking once more would be taken up: the registry is still away."""
        state = self.state("application", again.subject)
        return isinstance(decide(state, again, policy=self.policy), tuple)

    def _each(self, aggregate: str, status: str, take_up: Callable[[str], None]) -> int:
        waiting = self._store.streams(f"{aggregate}/", status)
        for stream in waiting:
            with suppress(Exception):  # a stream that fails, however it does, stands in no other's way
                take_up(stream.partition("/")[2])
        return len(waiting)

    def _take_up_match(self, key: str) -> None:
        state = self.state("application", key)
        if isinstance(state, Submitted):
            lookup = LookUpRegistry(key, state.revision)
            run(dispatch.settle_match(lookup, self._taken_up(key), self.policy), self.executor.perform)

    def _take_up_order(self, key: str) -> None:
        state = self.state("comms_card", key)
        if isinstance(state, OrderedSim):
            wanted = OrderSim(key, state.since)
            run(dispatch.settle_order(wanted, self._taken_up(key), self.policy), self.executor.perform)

    def _taken_up(self, key: str) -> Command:
        """Return the cause of what is taken up again: nobody's command any more, but the machine's."""
        return Command(subject=key, by=SYSTEM, at=self.clock())
