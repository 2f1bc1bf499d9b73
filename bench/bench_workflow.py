"""
One journey of an application through ours and three state-machine libraries, and the fold of its events.

All do the same: role, revision and the step's own guard are checked, and the very same event value is made and
recorded. Ours also makes the new state, a frozen record of its status.
"""

from __future__ import annotations

import datetime as dt
import time
from typing import Protocol

import attrs
from automat import TypeMachineBuilder
from eventsourcing.domain import Aggregate, event
from statemachine import State as PeerState
from statemachine import StateMachine
from transitions import Machine

from eduid_core.matching import Application, Found, RegistryRow
from eduid_core.messages.workflow import RETURN_REASONS
from eduid_core.workflow import Actor, Policy, Role, decide, evolve, fold, simulate
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application import events as e
from eduid_core.workflow.application.states import Basis, Evidence, MatchResult, ReturnItem
from eduid_core.workflow.forms import differs
from stopwatch import best_of, row

NOW = dt.datetime(2026, 11, 1, 8, tzinfo=dt.UTC)
POLICY = Policy()
FORM = Application(application_id="A-1", name="陈小雨", id_number="320098201503150010", school="南京市海英小学",
                   grade="四年级", class_name="一班", entry_year="2023", guardian_phone="15400001234")  # fmt: skip
MENDED = attrs.evolve(FORM, school="南京市云杉小学")
IMPORTER, SYSTEM = Actor(id="i", role=Role.IMPORTER), Actor(id="s", role=Role.SYSTEM)
TEACHER = Actor(id="t", role=Role.TEACHER, assurance=2)
REVIEW, AGREED = MatchResult("review", ("VISITING_STUDENT",), tier=2), MatchResult("approved", ("CONSISTENT",))
ITEMS = (ReturnItem("school", "SCHOOL_TO_CHECK"),)
JOURNEYS = 1500


def _about(by: Actor, rev: int | None) -> dict[str, object]:
    return {"subject": "A-1", "by": by, "at": NOW, "expected_rev": rev}


COMMANDS = [
    app.Open(form=FORM, **_about(IMPORTER, None)),
    app.Submit(basis=Basis.SCHOOL_ATTESTED, consent_text="v1", **_about(IMPORTER, 0)),
    app.RecordMatch(rev=1, result=REVIEW, **_about(SYSTEM, 1)),
    app.ReturnForCorrection(items=ITEMS, **_about(TEACHER, 1)),
    app.Resubmit(form=MENDED, **_about(IMPORTER, 1)),
    app.RecordMatch(rev=2, result=AGREED, **_about(SYSTEM, 2)),
]
STEPS = len(COMMANDS)


def ours() -> int:
    for _ in range(JOURNEYS):
        state, log = None, []
        for command in COMMANDS:
            for happened in decide(state, command, policy=POLICY):
                state = evolve(state, happened)
                log.append(happened)
    assert state.status == "approved"
    assert len(log) == STEPS
    return JOURNEYS * STEPS


# --- the peers' model: the same checks, the same events -------------------------------------------------


def _evidence(file: File, command: app.RecordMatch) -> Evidence:
    return Evidence("registry@1", command.by.id, file.revision, command.result)


TRIGGERS = ["open", "submit", "differ", "give_back", "resubmit", "agree"]
PATH = ["none", "draft", "submitted", "pending", "returned", "submitted", "approved"]
ROLES = dict(zip(TRIGGERS, (c.by.role for c in COMMANDS), strict=True))
GUARDS = {
    "open": lambda _, __: True,
    "submit": lambda _, c: c.basis is Basis.SCHOOL_ATTESTED and POLICY.file_consent == "school_attested",
    "differ": lambda f, c: c.rev == f.revision,
    "give_back": lambda _, c: bool(c.items) and all(i.code in RETURN_REASONS for i in c.items),
    "resubmit": lambda f, c: differs(f.form, c.form),
    "agree": lambda f, c: c.rev == f.revision,
}
EVENTS = {
    "open": lambda _, c: e.ApplicationOpened(
        c.stamp, c.subject, c.account_id, POLICY.version, c.form, c.attestation
    ),
    "submit": lambda f, c: e.ApplicationSubmitted(c.stamp, f.revision + 1, c.basis, c.consent_text),
    "differ": lambda f, c: e.ReviewRequested(c.stamp, f.revision, c.result, c.teacher),
    "give_back": lambda _, c: e.ApplicationReturned(c.stamp, c.items, True),
    "resubmit": lambda f, c: e.ApplicationResubmitted(c.stamp, f.revision + 1, c.form, c.contested),
    "agree": lambda f, c: e.ApplicationAutoApproved(c.stamp, _evidence(f, c)),
}


class File:
    """What the peers' machines act on."""

    def __init__(self) -> None:
        self.revision, self.form, self.log = 0, None, []

    def allowed(self, name: str, command: object) -> bool:
        expected = command.expected_rev
        right = command.by.role is ROLES[name] and (expected is None or expected == self.revision)
        return right and GUARDS[name](self, command)

    def record(self, name: str, command: object) -> None:
        happened = EVENTS[name](self, command)
        self.log.append(happened)
        self.revision = getattr(happened, "revision", self.revision)
        self.form = getattr(happened, "form", self.form)


MACHINE = Machine(model=None, states=sorted(set(PATH)), initial="none", auto_transitions=False)
for trigger, source, target in zip(TRIGGERS, PATH, PATH[1:], strict=False):
    MACHINE.add_transition(trigger, source, target, conditions="allowed", after="record")


def with_transitions() -> int:
    for _ in range(JOURNEYS):
        file = File()
        MACHINE.add_model(file)
        for name, command in zip(TRIGGERS, COMMANDS, strict=True):
            assert file.trigger(name, name, command)
        MACHINE.remove_model(file)
    assert file.state == "approved"
    return JOURNEYS * STEPS


class Refused(Exception):
    pass


class Inputs(Protocol):
    def open(self, command: object) -> None: ...
    def submit(self, command: object) -> None: ...
    def differ(self, command: object) -> None: ...
    def give_back(self, command: object) -> None: ...
    def resubmit(self, command: object) -> None: ...
    def agree(self, command: object) -> None: ...


def _automat() -> object:
    builder = TypeMachineBuilder(Inputs, File)
    states = {name: builder.state(name) for name in dict.fromkeys(PATH)}

    def checked(name: str):
        def output(_: object, file: File, command: object) -> None:
            if not file.allowed(name, command):
                raise Refused
            file.record(name, command)

        output.__name__ = name
        return output

    for name, source, target in zip(TRIGGERS, PATH, PATH[1:], strict=False):
        states[source].upon(getattr(Inputs, name)).to(states[target])(checked(name))
    return builder.build()


AUTOMAT = _automat()


def with_automat() -> int:
    for _ in range(JOURNEYS):
        file = File()
        machine = AUTOMAT(file)
        for name, command in zip(TRIGGERS, COMMANDS, strict=True):
            getattr(machine, name)(command)
    assert len(file.log) == STEPS
    return JOURNEYS * STEPS


class Journey(StateMachine):
    none = PeerState(initial=True)
    draft = PeerState()
    submitted = PeerState()
    pending = PeerState()
    returned = PeerState()
    approved = PeerState(final=True)

    open = none.to(draft, cond="allowed", on="record")
    submit = draft.to(submitted, cond="allowed", on="record")
    differ = submitted.to(pending, cond="allowed", on="record")
    give_back = pending.to(returned, cond="allowed", on="record")
    resubmit = returned.to(submitted, cond="allowed", on="record")
    agree = submitted.to(approved, cond="allowed", on="record")


def with_statemachine() -> int:
    for _ in range(JOURNEYS // 30):
        file = File()
        machine = Journey(file)
        for name, command in zip(TRIGGERS, COMMANDS, strict=True):
            machine.send(name, name, command)
    assert len(file.log) == STEPS
    return JOURNEYS // 30 * STEPS


# --- folding -------------------------------------------------------------------------------------------


def _log() -> list[object]:
    state, log = None, []
    for command in COMMANDS:
        for happened in decide(state, command, policy=POLICY):
            state = evolve(state, happened)
            log.append(happened)
    return log


class PeerApplication(Aggregate):
    """The same six events folded into one mutable aggregate."""

    @event("Opened")
    def __init__(self, form: object) -> None:
        self.form, self.revision, self.status = form, 0, "draft"

    @event("Submitted")
    def submit(self, revision: int, basis: str, consent: str) -> None:
        self.revision, self.basis, self.consent, self.status = revision, basis, consent, "submitted"

    @event("ReviewRequested")
    def differ(self, revision: int, match: object) -> None:
        self.revision, self.match, self.status = revision, match, "pending"

    @event("Returned")
    def give_back(self, items: object) -> None:
        self.items, self.status = items, "returned"

    @event("Resubmitted")
    def resubmit(self, revision: int, form: object) -> None:
        self.revision, self.form, self.status = revision, form, "submitted"

    @event("AutoApproved")
    def agree(self, evidence: object) -> None:
        self.evidence, self.status = evidence, "approved"


def _peer_log() -> list[object]:
    peer = PeerApplication(FORM)
    peer.submit(1, "school_attested", "v1")
    peer.differ(1, REVIEW)
    peer.give_back(ITEMS)
    peer.resubmit(2, MENDED)
    peer.agree(AGREED)
    return list(peer.collect_events())


LOG, PEER_LOG = _log(), _peer_log()


def folding() -> int:
    for _ in range(JOURNEYS):
        state = fold(LOG)
    assert state.status == "approved"
    return JOURNEYS * len(LOG)


def peer_folding() -> int:
    for _ in range(JOURNEYS):
        peer = None
        for happened in PEER_LOG:
            peer = happened.mutate(peer)
    assert peer.status == "approved"
    return JOURNEYS * len(PEER_LOG)


# --- what-if -------------------------------------------------------------------------------------------


def _what_if(count: int) -> float:
    """Return the seconds of a what-if over *count* applications."""
    held = RegistryRow(student_number="G320098201503150010", name="陈小雨", id_type="居民身份证",
                       id_number="320098201503150010", school_code="2132098001", school="南京市海英小学",
                       grade="四年级", class_name="1班", entry_month="202309", status="在读")  # fmt: skip
    found = Found(rows=(held,), as_of=NOW.date())
    other = Policy(matching=attrs.evolve(POLICY.matching, synthetic="review"))
    began = time.perf_counter()
    result = simulate(((FORM, found) for _ in range(count)), POLICY, other)
    assert sum(result.before.values()) == count
    return time.perf_counter() - began


def rows() -> list[dict[str, object]]:
    mine, theirs, automat, peer = best_of(ours, with_transitions, with_automat, with_statemachine)
    folded, peer_folded = best_of(folding, peer_folding)
    seconds = _what_if(20_000)
    print(f"{'':4}what-if over 100,000 applications: {seconds * 5:.1f} s (measured on 20,000)")
    return [
        row("decide+evolve, a transition, beside transitions", mine, theirs),
        row("decide+evolve, a transition, beside Automat", mine, automat),
        row("decide+evolve, a transition, beside python-statemachine", mine, peer),
        row("fold, an event, beside eventsourcing", folded, peer_folded),
    ]
