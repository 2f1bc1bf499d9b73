"""The unit of work: load streams once, give commands to aggregates, collect all changes for one commit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator, Mapping
from typing import Any, ClassVar, Final, TypeVar

import attrs

from eduid_core.china import CHINA
from eduid_core.findings import Refused
from eduid_core.plugins import Committed, Document, Read
from eduid_core.private import IdNumber, Private, PrivateText
from eduid_core.service.erasure import Erased
from eduid_core.service.intents import (
    Accepted,
    Answer,
    DrawBytes,
    FindAnswer,
    Load,
    Loaded,
    Spending,
    StreamWrite,
    Write,
)
from eduid_core.service.sessions.intents import IsHeldBack
from eduid_core.workflow import Command, Event, Policy, State, decide, evolve, react
from eduid_core.workflow.card import Issue, Replace, card_number
from eduid_core.workflow.effects import (
    WINDOWED,
    ClaimKey,
    Effect,
    EndSeats,
    GiveTask,
    GiveTasks,
    IssueCard,
    IssueCommand,
    LookUpRegistry,
    OrderSim,
    QueueTask,
    ReleaseKey,
    SendMessage,
    SpendCode,
)
from eduid_core.workflow.lifecycle import TABLE_OF_COMMAND
from eduid_core.workflow.reactions.applications import SYSTEM

__all__ = ["CLAIM_REFUSALS", "GUESSES", "TRIES", "ReadSet", "UnitOfWork", "write"]


_T = TypeVar("_T")


class ReadSet:
    """The streams that a decision read, each with the version of its first read."""

    def __init__(self) -> None:
        """Start with no streams."""
        self._versions: dict[str, int] = {}

    def recording(self, steps: Generator[Any, Any, _T]) -> Generator[Any, Any, _T]:
        """Run *steps* unchanged, and record each stream they load."""
        step, arg = steps.send, None
        while True:
            try:
                intent = step(arg)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            try:
                arg, step = (yield intent), steps.send
            except Exception as error:  # noqa: BLE001 - every error is passed on to *steps*
                arg, step = error, steps.throw
                continue
            if type(intent) is Load:
                self._versions.setdefault(f"{intent.aggregate}/{intent.key}", arg.version)

    def reads(self) -> tuple[Read, ...]:
        """Return the streams read and their versions."""
        return tuple(Read(name, version) for name, version in self._versions.items())


Step = Generator[Any, Any, Refused | None]
AfterCommit = LookUpRegistry | OrderSim | GiveTask | GiveTasks | EndSeats
FOLLOWS: Final = "follows"
"""The kind of the documents that note what is to follow a commit, until it is done."""
OPEN: Final = b"open"


def noted(effect: GiveTasks | EndSeats) -> str:
    """Return the key of the note of *effect*."""
    if isinstance(effect, GiveTasks):
        return f"tasks/{effect.school_code}/{effect.class_name}/{effect.holder}"
    return f"seats/{effect.account_id}"


def of_note(key: str) -> GiveTasks | EndSeats:
    """Return the effect noted under *key*."""
    kind, _, rest = key.partition("/")
    school, _, more = rest.partition("/")
    class_name, _, holder = more.rpartition("/")  # a class may be written with a stroke, an id is not
    return GiveTasks(school, class_name, holder) if kind == "tasks" else EndSeats(rest)


GUESSES: Final = "guesses_of_phone"
TRIES_OF_ACCOUNT: Final = "tries_of_account"
ASKINGS_OF_ACCOUNT: Final = "askings_of_account"
GUESSES_PER_PHONE: Final = 20
"""Attempts per day (in China) at codes sent to one phone: against a million codes, 1 in 50,000 succeeds."""
_HELD_BACK: Final = {"codes_of_phone": 3, GUESSES: 5}
"""
The last units of a phone's day, which serve only origins at which its owner has logged in before: a stranger
cannot use up what the owner needs.
"""
_APPEALABLE: Final = frozenset({"rejected", "rejected_by_school"})
"""Messages that name the days within which an appeal is heard."""
_GIVEN: Final = (IssueCommand, IssueCard)
"""Effects that give a command; the others are collected."""


class _Stream:
    """A stream as it was loaded, with its new events and state."""

    def __init__(self, found: Loaded) -> None:
        self.expected, self.state = found.version, found.state
        self.is_new = found.state is None and not found.version
        self.events: list[Event] = []


class UnitOfWork:
    """Collects the changes of a command and of every command that follows from it."""

    def __init__(self, policy: Policy) -> None:
        """Start with no changes; commands are decided under *policy*."""
        self.policy = policy
        self.asked: list[AfterCommit] = []
        """Work that follows the commit: the registry or the carrier is asked, reviews get other owners."""
        self.documents: list[Document] = []
        self.read_set = ReadSet()
        """Streams that the decision depends on and that were read outside this unit of work."""
        self._program = ""
        self._streams: dict[tuple[str, str], _Stream] = {}
        self._claims: dict[tuple[str, Private, str], ClaimKey | ReleaseKey] = {}
        self._messages: list[SendMessage] = []
        self._drops: tuple[str, ...] = ()
        self._queue: dict[str, QueueTask] = {}
        self._spendings: list[Spending] = []
        self._aside: set[tuple[str, str]] = set()

    def state(self, aggregate: str, key: str) -> Generator[Any, Any, State | None]:
        """Return the state with the changes so far; the first call loads it."""
        return (yield from self._stream(aggregate, key)).state

    def _stream(self, aggregate: str, key: str) -> Generator[Any, Any, _Stream]:
        place = (aggregate, key)
        if place not in self._streams:
            self._streams[place] = _Stream((yield Load(aggregate, key)))
        return self._streams[place]

    def give(self, command: Command) -> Step:
        """
        Give *command* to its aggregate and apply the effects of its events.

        Return the refusal if the command, or a command that must follow, is refused; then no change may be
        written.
        """
        self._program = self._program or command.by.program
        aggregate = TABLE_OF_COMMAND[type(command)].aggregate
        stream = yield from self._stream(aggregate, command.subject)
        if isinstance(stream.state, Erased):
            return Refused("invalid_transition", {"status": stream.state.status, "allowed": ()})
        decided = decide(stream.state, command, policy=self.policy)
        if isinstance(decided, Refused):
            return decided
        for event in decided:
            before, stream.state = stream.state, evolve(stream.state, event)
            stream.events.append(event)
            for effect in react(before, event, stream.state):
                if isinstance(effect, _GIVEN):
                    refused = yield from self._follow(effect, event)
                    if refused is not None:
                        return refused
                else:
                    self._GATHERED[effect.__class__](self, effect, command)
        return None

    def give_aside(self, command: Command) -> Step:
        """Give *command*, whose events are no part of the answer: it must not tell that its subject exists."""
        refused = yield from self.give(command)
        self._aside.add((TABLE_OF_COMMAND[type(command)].aggregate, command.subject))
        return refused

    def _follow(self, effect: IssueCommand | IssueCard, event: Event) -> Step:
        """Give the command of *effect*, in the same commit."""
        if isinstance(effect, IssueCommand):
            refused = yield from self.give(effect.command)
            return None if effect.optional else refused
        body = int.from_bytes((yield DrawBytes(16)), "big") % 10**12
        number = IdNumber(card_number(f"{body:012d}"))
        about: dict[str, Any] = {"subject": effect.application_id, "by": SYSTEM, "at": event.stamp.at}
        if not effect.replaces:
            return (yield from self.give(Issue(number=number, **about)))
        yield from self.give(Replace(number=number, **about))  # a revoked card stays revoked
        return None

    # --- collected effects -----------------------------------------------------------------------------

    def _ask(self, effect: AfterCommit, _: Command) -> None:
        self.asked.append(effect)

    def _ask_noted(self, effect: GiveTasks | EndSeats, command: Command) -> None:
        """Note in the commit what is to follow: an interrupted process does not forget it."""
        self._ask(effect, command)
        self.documents.append(Document(FOLLOWS, noted(effect), OPEN))

    def send(self, effect: SendMessage, command: Command | None = None) -> None:
        """
        Post a message in the same commit. The term of an appeal and the window are the policy's; who asks for a
        link is named by the command alone.
        """
        asker = getattr(command, "asker", None)
        if asker is not None:
            effect = attrs.evolve(effect, params=(*effect.params, ("asker", asker)))
        if effect.template in _APPEALABLE:
            effect = attrs.evolve(effect, params=(*effect.params, ("days", self.policy.timers.appeal_days)))
        if effect.event == WINDOWED:
            effect = attrs.evolve(effect, revision=effect.revision // self.policy.sms.reviewer_window_s)
        self._messages.append(effect)

    def drop_messages(self, earlier: tuple[str, ...], *, instead: SendMessage | None) -> None:
        """Drop the messages of this commit and those *earlier* ones that still wait; post *instead*, if any."""
        self._drops, self._messages = earlier, [instead] if instead is not None else []

    def _put(self, effect: QueueTask, _: Command) -> None:
        self._queue[effect.application_id] = effect  # the last effect counts, here and for claims

    def _take(self, effect: ClaimKey, _: Command) -> None:
        self._claims[effect.kind, effect.value, effect.owner] = effect

    def _free(self, effect: ReleaseKey, _: Command) -> None:
        """Free a claim; a claim of an application opened by this unit of work is only dropped."""
        stream = self._streams.get(("application", effect.owner))
        claim = (effect.kind, effect.value, effect.owner)
        if stream is not None and stream.is_new:
            self._claims.pop(claim, None)
        else:
            self._claims[claim] = effect

    def _spend(self, effect: SpendCode, command: Command) -> None:
        """Debit the budgets of a code: of its phone, of the origin of the request, of the deployment."""
        limits, window = self.policy.sms, str(effect.at.astimezone(CHINA).date())
        budgets: list[tuple[str, Private, int]] = [
            ("codes_of_phone", effect.phone, limits.codes_per_phone),
            ("codes_in_all", PrivateText(""), limits.codes_in_all),
        ]
        if command.by.origin:
            budgets.append(("codes_of_origin", PrivateText(command.by.origin), limits.codes_per_origin))
        self.spend(*(Spending(kind=k, whose=w, window=window, limit=n) for k, w, n in budgets))

    def spend(self, *spendings: Spending) -> None:
        """Debit budgets in the same commit."""
        self._spendings += spendings

    def spend_guess(self, phone: Private, at: dt.datetime) -> None:
        """Debit the day's attempts at codes sent to *phone*, counted over all flows."""
        window = str(at.astimezone(CHINA).date())
        self.spend(Spending(kind=GUESSES, whose=phone, window=window, limit=GUESSES_PER_PHONE))

    def hold_back(self, origin: str) -> Generator[Any, Any, None]:
        """Lower the limits of the phones' budgets for an *origin* that is strange to their owners."""
        for at, spent in enumerate(self._spendings):
            kept = _HELD_BACK.get(spent.kind)
            if kept and (yield IsHeldBack(spent.whose, origin)):  # type: ignore[arg-type]  # it is a phone
                self._spendings[at] = attrs.evolve(spent, limit=max(spent.limit - kept, 0))

    _GATHERED: ClassVar[Mapping[type[Effect], Callable[[Any, Any, Command], None]]] = {
        LookUpRegistry: _ask,
        OrderSim: _ask,
        GiveTask: _ask,
        GiveTasks: _ask_noted,
        EndSeats: _ask_noted,
        SpendCode: _spend,
        QueueTask: _put,
        ClaimKey: _take,
        ReleaseKey: _free,
        SendMessage: send,
    }

    @property
    def changes(self) -> bool:
        """Return whether there are events to write."""
        return any(stream.events for stream in self._streams.values())

    def accepted(self, command: Command) -> Accepted:
        """Return the answer to *command*, the first command of this unit of work."""
        stream = self._streams[TABLE_OF_COMMAND[type(command)].aggregate, command.subject]
        return Accepted(
            subject=command.subject,
            status=stream.state.status if stream.state else "",
            revision=command.revision_in(stream.state) if stream.state else 0,
            events=tuple(
                e.name for place, s in self._streams.items() if place not in self._aside for e in s.events
            ),
        )

    def write(self, *, command: Command | None = None, answer: Accepted | None = None) -> Write:
        """Return the one commit of all changes; *answer* is kept for *command* if the command has a key."""
        keyed = command is not None and bool(command.key)
        looked_at = tuple(Read(f"{a}/{k}", s.expected) for (a, k), s in self._streams.items() if not s.events)
        return Write(
            reads=(*self.read_set.reads(), *looked_at),
            streams=tuple(
                StreamWrite(aggregate=a, key=k, expected=s.expected, events=tuple(s.events), state=s.state)
                for (a, k), s in self._streams.items()
                if s.events
            ),
            takes=tuple(c for c in self._claims.values() if isinstance(c, ClaimKey)),
            frees=tuple(c for c in self._claims.values() if isinstance(c, ReleaseKey)),
            messages=tuple(self._messages),
            queue=tuple(self._queue.values()),
            spendings=tuple(self._spendings),
            documents=tuple(self.documents),
            drops=self._drops,
            command=command if keyed else None,
            answer=answer if keyed else None,
            program=self._program,
        )


TRIES = 5
TRIES_OF_DRAFT: Final = 200
"""Tries of a save, which is merged with what came first: as many pages may save one form at once."""

CLAIM_REFUSALS = {
    "username": "username_taken",
    "person": "person_taken",
    "homeroom": "homeroom_taken",
    "grant": "grant_exists",
    "comms_number": "number_in_use",
}


BUDGET_REFUSALS: Final = {
    GUESSES: "challenge_locked",
    TRIES_OF_ACCOUNT: "try_limit_exceeded",
    ASKINGS_OF_ACCOUNT: "try_limit_exceeded",
}
"""Kind of a spent budget -> refusal; the others are budgets of codes."""


Completion = Callable[[UnitOfWork], Generator[Any, Any, Command | Refused]]


def write(
    command: Command, policy: Policy, *, asked: Command | None = None, completed: Completion | None = None
) -> Generator[Any, Any, tuple[Answer, UnitOfWork | None]]:
    """
    Give *command* and commit; on a version conflict, start again from the beginning.

    The answer is kept under the key of *asked*, the command as the person gave it. *completed* returns the
    command with the results of comparisons against the loaded state; it is called again for every attempt,
    since a comparison against an earlier state is not valid.
    """
    asked = asked or command
    for _ in range(TRIES_OF_DRAFT if command.merges else TRIES):
        work = UnitOfWork(policy)
        given = (yield from completed(work)) if completed is not None else command
        refused = given if isinstance(given, Refused) else (yield from work.give(given))
        if refused is not None:
            return refused, None
        yield from work.hold_back(asked.by.origin)
        answer = work.accepted(given)  # type: ignore[arg-type]  # a refusal has returned
        outcome = yield work.write(command=asked, answer=answer)
        if isinstance(outcome, Committed):
            return answer, work
        if outcome.why == "claim":
            return Refused(CLAIM_REFUSALS.get(outcome.what, "conflict")), None
        if outcome.why == "budget":
            return Refused(BUDGET_REFUSALS.get(outcome.what, "challenge_limit_exceeded")), None
        if outcome.why == "text":
            return Refused("text_unusable"), None
        if outcome.why == "key":
            return ((yield FindAnswer(asked)) or Refused("conflict")), None
    return Refused("conflict"), None
