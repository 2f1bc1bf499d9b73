"""
Safety: forbidden events, checked at every commit, at every answer, and periodically over the whole world.

Every check is independent of the service: it reads the world's books and the truth the world began with.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from eduid_audit.simulator.view import ViewOfWorld
from eduid_core.findings import AdapterError
from eduid_core.plugins import IndexRow
from eduid_core.private import Private
from eduid_core.service.case_index import case_row
from eduid_core.service.commands import EnterCode, EnterNumberCode
from eduid_core.service.intents import Accepted, Answer, Write
from eduid_core.service.sessions.records import SESSION_MARKS
from eduid_core.workflow import CHINA, Command, MondayToFriday, card, comms_card, next_deadline
from eduid_core.workflow.account import events as account_events
from eduid_core.workflow.account import states as account
from eduid_core.workflow.application import events as happened
from eduid_core.workflow.application import states as app
from eduid_core.workflow.effects import WINDOWED
from eduid_core.workflow.forms import person_of
from eduid_core.workflow.review_task import events as task_events
from eduid_core.workflow.review_task import states as task
from eduid_core.workflow.reviewer_grant import states as grant

__all__ = ["SAFETY", "SafetyChecks"]

SAFETY = {
    "approved_wrongly": "a machine approves only a form that truly agrees with the registry",
    "decided_by_a_stranger": "a person decides only over a class they cover",
    "person_approved_twice": "one person has one approved application, unless the approvals share the claim",
    "card_issued_twice": "one approval has one card, and a number is one card's",
    "handed_over_twice": "a message is handed over again only if it was proved not received",
    "told_too_often": "a reviewer is told of waiting reviews at most once in a window of time",
    "code_accepted_twice": "a one-time code is accepted once, and only a code that was sent",
    "password_let_through": "a wrong password is never accepted",
    "budget_overspent": "no phone, origin or deployment gets more codes a day than the policy allows",
    "index_differs": "the rows by which applications are listed equal those made from their states",
    "claims_differ": "the stored claims equal the claims derived from the streams",
    "answer_taken_back": "an answer given under a key is repeated unchanged",
    "done_twice": "a command is executed once under its key, however often it is given",
    "version_written_twice": "each version of a stream is written by one commit",
    "application_lost": "every committed write is on the disk, readable by a newly started process",
    "message_lost": "a posted message stays in the outbox",
    "answer_lost": "a committed answer is kept under its key",
}
"""Name of a forbidden event -> the rule it would break."""

LIVE = (app.Submitted, app.PendingReview)
_CODE_EVENTS = (account_events.ChallengeIssued, account_events.ChallengeReissued)


class SafetyChecks:
    """The safety checks of a world."""

    def __init__(self, world: ViewOfWorld) -> None:
        """Watch *world*."""
        self.world = world
        self.broken: list[str] = []
        self.spent: dict[tuple[str, str, str], int] = {}
        self.used: set[tuple[str, str]] = set()
        self.nonces: dict[str, dict[str, str]] = {}
        self.cards: dict[str, str] = {}
        self.numbers: set[str] = set()

    def fails(self, name: str) -> None:
        """Record that *name* happened."""
        assert name in SAFETY, f"no law of safety is called {name}"
        if name not in self.broken:
            self.broken.append(name)

    # --- at every commit -------------------------------------------------------------------------------

    def landed(self, write: Write, command: Command | None) -> None:
        """Check a successful commit, made for *command*."""
        books = self.world.books
        for stream in write.streams:
            if stream.expected != len(books.events.get((stream.aggregate, stream.key), ())):
                self.fails("version_written_twice")
        if write.command is not None and write.answer is not None:
            key = (write.command.by.id, write.command.key)
            if key in books.answers:
                self.fails("done_twice")
            books.answers[key] = write.answer
        self._told(write, command)
        for (aggregate, subject), before, event, after in books.land(write):
            if aggregate == "application":
                self._application(subject, event, after)
            elif isinstance(event, task_events.ReviewCompleted):
                self._decided(subject, event)
            elif isinstance(event, card.CardIssued | card.CardReplaced):
                self._issued(subject, event)
            else:
                self._codes(subject, before, event, after, command)

    def _told(self, write: Write, command: Command | None) -> None:
        """Check that a message of a window names the window, by which a second one is the same message."""
        window = self.world.policy.sms.reviewer_window_s
        for message in write.messages:
            if command is None or message.event != WINDOWED:
                continue
            if message.revision != int(command.at.timestamp()) // window:
                self.fails("told_too_often")

    def _application(self, key: str, event: Any, after: Any) -> None:
        if not isinstance(event, happened.ApplicationAutoApproved | happened.ApplicationApproved):
            return
        truth = self.world.truths[after.form]
        if isinstance(event, happened.ApplicationAutoApproved) and not truth.agrees:
            self.fails("approved_wrongly")
        states = self.world.books.states
        for other in self.world.books.applications:
            state = states["application", other]
            shared = after.evidence.shares_claim or getattr(_evidence(state), "shares_claim", False)
            if other != key and not shared and self._approved_for(state) == truth.child:
                self.fails("person_approved_twice")

    def _approved_for(self, state: Any) -> str | None:
        """Return the student of a valid approval, as the world knows them."""
        if state is None or state.terminal:
            return None
        cycle = state.tally.cycle
        if cycle is None and not isinstance(state, app.Approved):
            return None
        return self.world.truths[cycle.form if cycle else state.form].child

    def _decided(self, key: str, event: task_events.ReviewCompleted) -> None:
        """Check that the reviewers hold a seat over the class that the form names, or the student's own."""
        books = self.world.books
        where = self.world.class_named(books.state("application", key).form)
        seats = {s.actor.id: s for s in self.world.staff if s.covers(where)}
        held = {
            w for w, s in seats.items() if isinstance(books.state("reviewer_grant", s.seat), grant.ActiveGrant)
        }
        if not {event.decided_by, event.seconded_by or event.decided_by} <= held:
            self.fails("decided_by_a_stranger")

    def _issued(self, key: str, event: card.CardIssued | card.CardReplaced) -> None:
        number = event.number.reveal("compare")
        again = key in self.cards and isinstance(event, card.CardIssued)
        if again or number in self.numbers:
            self.fails("card_issued_twice")
        self.cards[key] = number
        self.numbers.add(number)

    # --- codes -----------------------------------------------------------------------------------------

    def _codes(self, key: str, before: Any, event: Any, after: Any, command: Command | None) -> None:
        if isinstance(event, account_events.ChallengeIssued):
            phone, purpose = after.person.phone, event.purpose.value
            self.nonces.setdefault(key, {})[event.challenge.nonce] = self._code(
                event.challenge.nonce, purpose, phone, key
            )
        if isinstance(event, _CODE_EVENTS):
            self._spend(after.person.phone, event, command)
        elif isinstance(event, comms_card.NumberChosen):
            made = self._code(event.nonce, "comms", event.phone, key)
            self.nonces.setdefault(f"number:{key}", {})[event.nonce] = made
            self._spend(event.phone, event, command)
        elif isinstance(event, account_events.AccountActivated | account_events.PhoneProved):
            live = {c.nonce for c in before.codes.live(event.stamp.at)}
            self._accept(key, live, command, EnterCode)
        elif isinstance(event, comms_card.NumberLinked):
            self._accept(f"number:{key}", {before.nonce}, command, EnterNumberCode)

    def _code(self, nonce: str, purpose: str, phone: Private, flow: str) -> str:
        shown = phone.reveal("derive the code")
        return self.world.vault.code(nonce, purpose=purpose, phone=shown, flow=flow)

    def _accept(self, key: str, live: set[str], command: Any, kind: type[Command]) -> None:
        """Check that the given code is an unused one of the codes that are alive."""
        given = command.code.reveal("compare") if isinstance(command, kind) else ""  # type: ignore[attr-defined]
        sent = self.nonces.get(key, {})
        fitting = [n for n in sorted(live) if sent.get(n) == given and (key, n) not in self.used]
        if not fitting:
            self.fails("code_accepted_twice")
        self.used |= {(key, n) for n in fitting[:1]}

    def _spend(self, phone: Private, event: Any, command: Command | None) -> None:
        day, limits = str(event.stamp.at.astimezone(CHINA).date()), self.world.policy.sms
        budgets = [("phone", phone.reveal("count"), limits.codes_per_phone), ("all", "", limits.codes_in_all)]
        if command is not None and command.by.origin:
            budgets.append(("origin", command.by.origin, limits.codes_per_origin))
        for kind, whose, limit in budgets:
            self.spent[kind, whose, day] = self.spent.get((kind, whose, day), 0) + 1
            if self.spent[kind, whose, day] > limit:
                self.fails("budget_overspent")

    # --- at every answer -------------------------------------------------------------------------------

    def answered(self, given: Answer | None, answer: Answer) -> None:
        """Check *answer* against the earlier answer *given* under the same key."""
        if isinstance(given, Accepted) and answer != given:
            self.fails("answer_taken_back")

    # --- periodic checks -------------------------------------------------------------------------------

    def at_large(self) -> None:
        """
        Compare the books with the disk: claims, messages, answers, and the state that a new process
        reads.
        """
        memory = self.world.disk.memory
        if self.world.provider.twice or any(n > 1 for n in self.world.provider.received.values()):
            self.fails("handed_over_twice")
        marks = {((k, d), o) for k, d, o in memory.marks if k not in SESSION_MARKS}
        if set(self._claims()) != set(memory.claims.items()) | marks:
            self.fails("claims_differ")
        if dict(self._index()) != memory.index:
            self.fails("index_differs")
        if not self.world.books.posted <= memory.outbox.keys():
            self.fails("message_lost")
        if len(self.world.books.answers) > len(memory.answers):
            self.fails("answer_lost")
        for (aggregate, key), events in self.world.books.events.items():
            head = memory.streams.get(f"{aggregate}/{key}")
            if head is None or len(head.records) != len(events):
                self.fails("application_lost")

    def reread(self) -> None:
        """Let a newly started process read everything, and compare."""
        service = self.world.fresh_service()
        for (aggregate, key), state in self.world.books.states.items():
            try:
                if service.state(aggregate, key) != state:
                    self.fails("application_lost")
            except AdapterError:
                self.fails("application_lost")

    def _index(self) -> Iterator[tuple[str, IndexRow]]:
        """Yield every index row that should be stored according to the states."""
        for key in self.world.books.applications:
            state = self.world.books.state("application", key)
            deadline = next_deadline(state, self.world.policy, MondayToFriday())
            yield key, case_row(key, state, self.world.blind, deadline.at if deadline else None)

    def _claims(self) -> Iterator[tuple[tuple[str, str], str]]:
        """Yield every claim and mark that should be held according to the states."""
        for (aggregate, key), state in self.world.books.states.items():
            for kind, value, owner in _held(aggregate, key, state):
                yield (kind, self.world.blind(kind, value)), owner


def _evidence(state: Any) -> Any:
    """Return the evidence of an application's approval, its own or that under a cycle."""
    cycle = getattr(getattr(state, "tally", None), "cycle", None)
    return cycle.evidence if cycle is not None else getattr(state, "evidence", None)


def _held(aggregate: str, key: str, s: Any) -> Iterator[tuple[str, str, str]]:
    if s is None:
        return
    if aggregate == "account" and isinstance(s, account.ActiveAccount | account.LockedAccount):
        yield "username", s.person.username.reveal("claim"), key
    elif aggregate == "application":
        yield from _of_application(key, s)
    elif aggregate == "card":
        for number in (s.card.number, *s.card.former):
            yield "card_number", number.reveal("claim"), key
    elif aggregate == "comms_card" and isinstance(s, comms_card.LinkedNumber):
        yield "comms_number", s.phone.reveal("claim"), key
    elif aggregate == "reviewer_grant" and not s.terminal:
        yield from _of_grant(key, s)
    elif aggregate == "review_task" and not isinstance(s, task.Completed | task.Cancelled):
        school, class_name = s.brief.class_ref
        for place in {(school, class_name), (school, "")} if school else set[tuple[str, str]]():
            yield "task_at", task.place(*place), key


def _of_application(key: str, s: Any) -> Iterator[tuple[str, str, str]]:
    file = getattr(s, "file", None)  # an erased application has none
    if file is not None and file.account_id:
        yield "applicant", file.account_id, key
    if s.terminal:
        return
    waits = isinstance(s, LIVE) or (isinstance(s, app.Returned) and by_person(s))
    person = person_of(s.handed_in if isinstance(s, app.Returned) else s.form)
    if waits and person is not None:
        yield "live_person", person.reveal("claim"), key
    cycle = s.tally.cycle
    if isinstance(s, app.Approved) or cycle is not None:
        person = person_of(cycle.form if cycle else s.form)
        if person is not None:
            yield "person", person.reveal("claim"), key


def by_person(s: app.Returned) -> bool:
    """Return whether a person returned the form; a return by the system leaves the index."""
    return s.match is None


def _of_grant(key: str, s: Any) -> Iterator[tuple[str, str, str]]:
    claim = s.claim
    where = grant.place(claim.position, claim.school_code, claim.class_name)
    yield "grant", f"{claim.teacher_id}\x1f{where}", key
    if isinstance(s, grant.ActiveGrant):
        yield "grant_at", where, key
        yield "grantee", grant.grantee(claim.teacher_id, claim.school_code), key
        yield "seat", claim.teacher_id, key
        if s.delegate:
            yield "delegate", s.delegate, key
        if claim.position is grant.Position.HOMEROOM:
            yield "homeroom", where, key
