"""
The world of an episode: people, adapters, processes on a shared disk, messages on the network, and the books.

Handlers are generators, so the simulator performs each of their intents itself: between two intents of a
command any other step may happen, as between threads of a process or processes of a deployment.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import attrs

from eduid_audit.simulator.books import LandedRecords
from eduid_audit.simulator.disk import StoreClient, TearingStore
from eduid_audit.simulator.faults import CALM, FaultRates, FaultSchedule, SimulatedCrash
from eduid_audit.simulator.outside import SimulatedCarrier, SimulatedProvider, SimulatedRegistry
from eduid_audit.simulator.people import people
from eduid_audit.simulator.safety import SafetyChecks
from eduid_audit.simulator.trace import Trace
from eduid_audit.simulator.wishes import PASSWORD
from eduid_core.findings import Refused
from eduid_core.matching import Application
from eduid_core.plugins import MasterKey
from eduid_core.private import PrivateText
from eduid_core.service import LogIn, Service
from eduid_core.service.crypto.vault import Vault
from eduid_core.service.handlers import dispatch
from eduid_core.service.intents import Accepted, Answer, Write
from eduid_core.testing.doubles import TrustingService
from eduid_core.workflow import Command, MondayToFriday, Policy
from eduid_core.workflow.policy import LimitPolicy, ReviewPolicy, SmsPolicy
from eduid_core.workflow.review_task import states as task

__all__ = ["PendingRequest", "RunningCommand", "SimulatedProcess", "SimulatedWorld", "WorldParts"]

POLICY = Policy(
    sms=SmsPolicy(codes_per_phone=3, codes_per_origin=7, codes_in_all=16),
    review=ReviewPolicy(two_persons=("id=DIFFERENT", "name=DIFFERENT", "NOT_FOUND")),
    limits=LimitPolicy(answers_per_account=8, answers_per_student=16),
)
BEGINS = (dt.datetime(2026, 11, 2, 1, tzinfo=dt.UTC), dt.datetime(2027, 8, 20, 1, tzinfo=dt.UTC))
"""Ordinary weeks, and the days before a school year, when all students are verified again."""
FAMILIES = 10
NODES = 3
CALENDAR = MondayToFriday()


@attrs.frozen
class _Key:
    secret: bytes

    def master_key(self) -> MasterKey:
        return MasterKey(id="simulated", secret=self.secret)


class _Passwords:
    """Passwords at no cost: argon2 is slow by design, and has its own tests."""

    def hash(self, password: PrivateText) -> str:
        return f"plain:{password.reveal('simulate')}"

    def verify(self, password: PrivateText, hashed: str) -> bool:
        return hashed == self.hash(password)


@attrs.define(eq=False)
class PendingRequest:
    """A command sent by a person, under its key, until they have received an answer."""

    number: int
    command: Command
    answer: Answer | None = None
    """The first accepting answer, whether or not they received it."""
    tries: int = 0


@attrs.define(eq=False)
class RunningCommand:
    """A command in progress: its handler and its next intent."""

    request: PendingRequest
    command: Command
    node: SimulatedProcess
    handler: Any
    intent: Any = None


@attrs.define(eq=False)
class SimulatedProcess:
    """A process: a service on the disk, with a clock of its own."""

    number: int
    service: Service
    skew: dt.timedelta = dt.timedelta()


@attrs.frozen(kw_only=True)
class WorldParts:
    """The parts of the world; a defect replaces one of them."""

    disk: type[TearingStore] = TearingStore
    provider: type[SimulatedProvider] = SimulatedProvider
    service: type[Service] = TrustingService
    handle: Any = dispatch.handle
    replaced: tuple[tuple[Any, Any, Any], ...] = ()
    """
    Functions of the service that are replaced while an episode is played: the module or table that holds one,
    its name or key there, the replacement.
    """

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Replace the functions within this context."""
        tables = [(h if isinstance(h, dict) else vars(h), name, other) for h, name, other in self.replaced]
        kept = [(table, name, table[name]) for table, name, _ in tables]
        for table, name, other in tables:
            table[name] = other
        try:
            yield
        finally:
            for table, name, real in kept:
                table[name] = real


class SimulatedWorld:
    """The world of an episode."""

    def __init__(self, seed: str, rates: FaultRates, parts: WorldParts) -> None:
        """Create the people, the disk and the processes; grant the staff their positions without faults."""
        self.chance, self.trace, self.policy, self.parts = Random(seed), Trace(), POLICY, parts
        self.now = self.chance.choice(BEGINS)
        self.weather = FaultSchedule(self.chance, CALM)
        self.families, self.staff, self.truths, self.rows = people(self.chance, families=FAMILIES)
        self.disk, self.provider = parts.disk(), parts.provider(self.weather)
        self.registry = SimulatedRegistry(self.rows, self.staff, self.weather)
        self.carrier = SimulatedCarrier(self.weather)
        self.books, self.safety = LandedRecords(), SafetyChecks(self)
        self._secret = self.chance.randbytes(32)
        self.working: Command | None = None
        self.nodes: list[SimulatedProcess] = []
        self.nodes += [SimulatedProcess(n, self._service()) for n in range(NODES)]
        self.calls: list[RunningCommand] = []
        self.requests: list[PendingRequest] = []
        self.asked = 0
        self.commands: dict[str, int] = {}
        self.given: dict[str, int] = {}
        self.weather.rates = rates

    # --- processes -------------------------------------------------------------------------------------

    def _service(self) -> Service:
        with self.calm():
            service = self.fresh_service()
        real = service.executor.perform

        def watched(intent: Any) -> Any:
            landed = self.disk.landed
            try:
                return real(intent)
            finally:
                if self.disk.landed != landed and isinstance(intent, Write):
                    self.safety.landed(intent, self.working)

        service.executor.perform = watched  # type: ignore[method-assign]
        return service

    def _ticks(self) -> float:
        """Return a time that runs forward even if a process's clock is wrong."""
        return self.now.timestamp()

    def fresh_service(self) -> Service:
        """Return a newly started process on the disk."""
        service = self.parts.service(
            store=StoreClient(self.disk, self.weather),
            keys=_Key(self._secret),
            sms=self.provider,
            registry=self.registry,
            carrier=self.carrier,
            clock=lambda: self.now,
            ticks=self._ticks,
            policy=self.policy,
            entropy=self.chance.randbytes,
            calendar=CALENDAR,
            adapter_deadline_s=None,
            capabilities={"operator"},
        )
        service.executor.passwords = _Passwords()  # type: ignore[assignment]  # the same two methods
        return service

    @contextmanager
    def calm(self) -> Iterator[None]:
        """Suspend all faults within this context."""
        rates, self.weather.rates = self.weather.rates, CALM
        try:
            yield
        finally:
            self.weather.rates = rates

    @property
    def vault(self) -> Vault:
        """Return the vault, the same for every process."""
        return self.nodes[0].service.executor.vault

    def blind(self, kind: str, value: str) -> str:
        """Return the digest that identifies a claim."""
        return self.vault.blind(kind, value)

    def crash(self, node: SimulatedProcess) -> None:
        """Let a process die: its work is lost, and a new process starts."""
        self.trace.note("crash", node.number)
        for call in [c for c in self.calls if c.node is node]:
            self.calls.remove(call)
            call.handler.close()
        node.service = self._service()

    # # --- facts -----------------------------------------------------------------------------------------

    def class_named(self, form: Application) -> tuple[str, str]:
        """Return the class that *form* names, else that of its student in the registry, else the school."""
        return self.registry.class_of(form, self.rows.get(form.id_number.reveal("look up")))

    def asked_about(self) -> frozenset[str]:
        """Return the subjects of the requests that have no answer yet."""
        return frozenset(request.command.subject for request in self.requests)

    @staticmethod
    def is_open(state: Any) -> bool:
        """Return whether a review task waits for a decision."""
        return isinstance(state, task.Unassigned | task.Assigned | task.InReview | task.AwaitingSecond)

    # --- commands --------------------------------------------------------------------------------------

    def deliver(self, request: PendingRequest, node: SimulatedProcess) -> None:
        """Deliver *request* to *node*, which begins to work on it."""
        at = max(self.now + node.skew, BEGINS[0])
        command = attrs.evolve(request.command, at=at)
        request.tries += 1
        call = RunningCommand(request, command, node, self._handled(command, node.service))
        self.calls.append(call)
        self._advance(call, call.handler.send, None)

    def perform(self, call: RunningCommand) -> None:
        """Perform the next intent of a call and pass the result to its handler."""
        self.working = call.command
        try:
            answer = call.node.service.executor.perform(call.intent)
        except SimulatedCrash:
            self.crash(call.node)
        except Exception as error:  # noqa: BLE001 - as the drivers do: the handler is told
            self.trace.note(type(error).__name__)
            self._advance(call, call.handler.throw, error)
        else:
            self.trace.note(type(answer).__name__)
            self._advance(call, call.handler.send, answer)
        finally:
            self.working = None

    def _handled(self, command: Command, service: Service) -> Generator[Any, Any, Any]:
        """Return the handler of *command*, with the ticket that its giver holds."""
        given = yield from service.established(command)
        return (yield from self.parts.handle(given, policy=self.policy))

    def _advance(self, call: RunningCommand, step: Any, value: Any) -> None:
        try:
            call.intent = step(value)
        except StopIteration as end:
            self.calls.remove(call)
            self._answered(call.request, end.value)
        except Exception as error:  # noqa: BLE001 - whoever asked hears that it failed, and asks again
            self.calls.remove(call)
            self.trace.note("failed", type(error).__name__)

    def _answered(self, request: PendingRequest, answer: Answer) -> None:
        said = answer.status if isinstance(answer, Accepted) else answer.code
        self.trace.note("answer", request.number, said)
        self.given[said if isinstance(answer, Refused) else "accepted"] = (
            self.given.get(said if isinstance(answer, Refused) else "accepted", 0) + 1
        )
        self.safety.answered(request.answer, answer)
        if isinstance(answer, Accepted):
            self._judge_login(request.command)
            request.answer = answer
        if not self.weather.strikes("answer_lost") and request in self.requests:
            self.requests.remove(request)

    def _judge_login(self, command: Command) -> None:
        if isinstance(command, LogIn) and command.password != PrivateText(PASSWORD):
            self.safety.fails("password_let_through")
