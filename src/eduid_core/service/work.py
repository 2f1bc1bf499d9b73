"""One unit of work: streams loaded once, commands given to them, all that follows gathered for one commit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator, Mapping
from typing import Any, ClassVar, Final

import attrs

from eduid_core.findings import Refused
from eduid_core.plugins import Document, Read
from eduid_core.private import IdNumber, Phone, Private, PrivateText
from eduid_core.service.erasure import Erased
from eduid_core.service.intents import Accepted, Draw, Load, Loaded, Spending, Write, Written
from eduid_core.service.noted import Noted
from eduid_core.workflow import Command, Event, Policy, State, decide, evolve, react
from eduid_core.workflow.card import Issue, card_number
from eduid_core.workflow.effects import (
    Effect,
    Follow,
    Free,
    IssueCard,
    Lookup,
    OrderSim,
    Queue,
    SpendCode,
    Take,
    Tell,
)
from eduid_core.workflow.forms import CHINA
from eduid_core.workflow.lifecycle import TABLE_OF_COMMAND
from eduid_core.workflow.react import SYSTEM

__all__ = ["GUESSES", "Work"]

Step = Generator[Any, Any, Refused | None]
GUESSES: Final = "guesses_of_phone"
GUESSES_PER_PHONE: Final = 20
"""Guesses a day (China's) at codes sent to one phone: of a million codes they find one in 50,000."""
_APPEALABLE: Final = frozenset({"rejected", "rejected_by_school"})
"""Messages that tell within how many days an appeal is heard."""
_GIVEN: Final = (Follow, IssueCard)
"""Effects that give a command; the others are gathered."""


class _Stream:
    """A stream as it was found and as it will be."""

    def __init__(self, found: Loaded) -> None:
        self.expected, self.state = found.version, found.state
        self.is_new = found.state is None and not found.version
        self.events: list[Event] = []


class Work:
    """Gathers what a command and all that follows from it will change."""

    def __init__(self, policy: Policy) -> None:
        """Decide under *policy*."""
        self.policy = policy
        self.asked: list[Lookup | OrderSim] = []
        """What others are asked once this is committed."""
        self.documents: list[Document] = []
        self.noted = Noted()
        """What was looked at outside of this work, and the decision rests on."""
        self._streams: dict[tuple[str, str], _Stream] = {}
        self._claims: dict[tuple[str, Private, str], Take | Free] = {}
        self._tells: list[Tell] = []
        self._queue: dict[str, Queue] = {}
        self._spendings: list[Spending] = []

    def state(self, aggregate: str, key: str) -> Generator[Any, Any, State | None]:
        """Return the state as this work leaves it, loading it the first time."""
        return (yield from self._stream(aggregate, key)).state

    def _stream(self, aggregate: str, key: str) -> Generator[Any, Any, _Stream]:
        place = (aggregate, key)
        if place not in self._streams:
            self._streams[place] = _Stream((yield Load(aggregate, key)))
        return self._streams[place]

    def give(self, command: Command) -> Step:
        """
        Give *command* to its aggregate and follow what comes of it.

        Return the refusal, if the command or anything that must follow is refused; then nothing of this work
        may be written.
        """
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

    def _follow(self, effect: Follow | IssueCard, event: Event) -> Step:
        """Give the command that *effect* asks for, in the same commit."""
        if isinstance(effect, Follow):
            refused = yield from self.give(effect.command)
            return None if effect.optional else refused
        body = int.from_bytes((yield Draw(16)), "big") % 10**12
        number = IdNumber(card_number(f"{body:012d}"))
        issue = Issue(subject=effect.application_id, by=SYSTEM, at=event.stamp.at, number=number)
        return (yield from self.give(issue))

    # --- what is gathered ------------------------------------------------------------------------------

    def _ask(self, effect: Lookup | OrderSim, _: Command) -> None:
        self.asked.append(effect)

    def tell(self, effect: Tell, _: Command | None = None) -> None:
        """Post what somebody is told, in the same commit; the term of an appeal is the policy's."""
        if effect.template in _APPEALABLE:
            effect = attrs.evolve(effect, params=(*effect.params, ("days", self.policy.timers.appeal_days)))
        self._tells.append(effect)

    def _put(self, effect: Queue, _: Command) -> None:
        self._queue[effect.application_id] = effect  # the last word counts, here and of claims

    def _take(self, effect: Take, _: Command) -> None:
        self._claims[effect.kind, effect.value, effect.owner] = effect

    def _free(self, effect: Free, _: Command) -> None:
        """Of an application that this work opens nothing stands that could be freed."""
        stream = self._streams.get(("application", effect.owner))
        claim = (effect.kind, effect.value, effect.owner)
        if stream is not None and stream.is_new:
            self._claims.pop(claim, None)
        else:
            self._claims[claim] = effect

    def _spend(self, effect: SpendCode, command: Command) -> None:
        """Debit the budgets of a code: of its phone, of where it was asked for from, of the house."""
        limits, window = self.policy.sms, str(effect.at.astimezone(CHINA).date())
        budgets: list[tuple[str, Private, int]] = [
            ("codes_of_phone", effect.phone, limits.codes_per_phone),
            ("codes_in_all", PrivateText(""), limits.codes_in_all),
        ]
        if command.by.origin:
            budgets.append(("codes_of_origin", PrivateText(command.by.origin), limits.codes_per_origin))
        self._spendings += (Spending(kind=k, whose=w, window=window, limit=n) for k, w, n in budgets)

    def spend_guess(self, phone: Phone, at: dt.datetime) -> None:
        """Debit the guesses of a day at codes sent to *phone*, whatever flows they are made in."""
        window = str(at.astimezone(CHINA).date())
        self._spendings.append(Spending(kind=GUESSES, whose=phone, window=window, limit=GUESSES_PER_PHONE))

    _GATHERED: ClassVar[Mapping[type[Effect], Callable[[Any, Any, Command], None]]] = {
        Lookup: _ask,
        OrderSim: _ask,
        SpendCode: _spend,
        Queue: _put,
        Take: _take,
        Free: _free,
        Tell: tell,
    }

    @property
    def changes(self) -> bool:
        """Return whether anything happened that is to be written."""
        return any(stream.events for stream in self._streams.values())

    def accepted(self, command: Command) -> Accepted:
        """Return the answer to *command*, the one this work began with."""
        stream = self._streams[TABLE_OF_COMMAND[type(command)].aggregate, command.subject]
        return Accepted(
            subject=command.subject,
            status=stream.state.status if stream.state else "",
            revision=stream.state.revision if stream.state else 0,
            events=tuple(e.name for s in self._streams.values() for e in s.events),
        )

    def write(self, *, command: Command | None = None, answer: Accepted | None = None) -> Write:
        """Return the one commit of all this; *command* and *answer* are kept where the command has a key."""
        keyed = command is not None and bool(command.key)
        looked_at = tuple(Read(f"{a}/{k}", s.expected) for (a, k), s in self._streams.items() if not s.events)
        return Write(
            reads=(*self.noted.reads(), *looked_at),
            streams=tuple(
                Written(aggregate=a, key=k, expected=s.expected, events=tuple(s.events), state=s.state)
                for (a, k), s in self._streams.items()
                if s.events
            ),
            takes=tuple(c for c in self._claims.values() if isinstance(c, Take)),
            frees=tuple(c for c in self._claims.values() if isinstance(c, Free)),
            tells=tuple(self._tells),
            queue=tuple(self._queue.values()),
            spendings=tuple(self._spendings),
            documents=tuple(self.documents),
            command=command if keyed else None,
            answer=answer if keyed else None,
        )
