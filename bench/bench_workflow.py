"""One journey of an application through ours, `transitions` and `Automat`, with the same checks and record."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

import attrs
from automat import TypeMachineBuilder
from transitions import Machine

from eduid_core.matching import Application
from eduid_core.workflow import Actor, Policy, Role, decide, evolve
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application.states import Basis, MatchResult, ReturnItem
from stopwatch import best_of, row

NOW = dt.datetime(2026, 11, 1, 8, tzinfo=dt.UTC)
POLICY = Policy()
FORM = Application(application_id="A-1", name="陈小雨", id_number="320098201503150010", school="南京市海英小学",
                   grade="四年级", class_name="一班", entry_year="2023", guardian_phone="15400001234")  # fmt: skip
MENDED = attrs.evolve(FORM, school="南京市云杉小学")
IMPORTER, SYSTEM = Actor(id="i", role=Role.IMPORTER), Actor(id="s", role=Role.SYSTEM)
TEACHER = Actor(id="t", role=Role.TEACHER)
REVIEW, AGREED = MatchResult("review", ("VISITING_STUDENT",), tier=2), MatchResult("approved", ("CONSISTENT",))
JOURNEYS = 2000


def commands() -> list[object]:
    def about(by: Actor, rev: int | None) -> dict[str, object]:
        return {"subject": "A-1", "by": by, "at": NOW, "expected_rev": rev}

    return [
        app.Open(form=FORM, **about(IMPORTER, None)),
        app.Submit(basis=Basis.SCHOOL_ATTESTED, consent_text="v1", **about(IMPORTER, 0)),
        app.RecordMatch(rev=1, result=REVIEW, **about(SYSTEM, 1)),
        app.ReturnForCorrection(items=(ReturnItem("school", "SCHOOL_TO_CHECK"),), **about(TEACHER, 1)),
        app.Resubmit(form=MENDED, **about(IMPORTER, 1)),
        app.RecordMatch(rev=2, result=AGREED, **about(SYSTEM, 2)),
    ]


COMMANDS = commands()
STEPS = len(COMMANDS)


def ours() -> int:
    for _ in range(JOURNEYS):
        state, log = None, []
        for command in COMMANDS:
            for event in decide(state, command, policy=POLICY):
                state = evolve(state, event)
                log.append(event)
    assert state.status == "approved"
    assert len(log) == STEPS
    return JOURNEYS * STEPS


# --- transitions ---------------------------------------------------------------------------------------

ROLE_OF = {"open": "importer", "submit": "importer", "differ": "system", "give_back": "teacher",
           "resubmit": "importer", "agree": "system"}  # fmt: skip
ROLES = list(ROLE_OF.values())
REVISIONS = [0, 0, 1, 1, 1, 2]


class File:
    """The model: role, revision and a guard are checked, the event is recorded."""

    def __init__(self) -> None:
        self.revision, self.log = 0, []

    def allowed(self, name: str, role: str, revision: int, content: object) -> bool:
        return ROLE_OF[name] == role and revision == self.revision and content is not None

    def record(self, name: str, role: str, revision: int, content: object) -> None:
        if name in {"submit", "resubmit"}:
            self.revision += 1
        self.log.append((name, role, revision, NOW, content))


PATH = ["none", "draft", "submitted", "pending", "returned", "submitted", "approved"]
MACHINE = Machine(model=None, states=sorted(set(PATH)), initial="none", auto_transitions=False)
for trigger, source, target in zip(ROLE_OF, PATH, PATH[1:], strict=False):
    MACHINE.add_transition(trigger, source, target, conditions="allowed", after="record")


def with_transitions() -> int:
    for _ in range(JOURNEYS):
        file = File()
        MACHINE.add_model(file)
        for name, role, revision in zip(ROLE_OF, ROLES, REVISIONS, strict=True):
            assert file.trigger(name, name, role, revision, FORM)
        MACHINE.remove_model(file)
    assert file.state == "approved"
    return JOURNEYS * STEPS


# --- Automat -------------------------------------------------------------------------------------------


class Refused(Exception):
    pass


def _automat() -> object:
    class Application_(Protocol):
        def open(self, role: str, revision: int, content: object) -> None: ...
        def submit(self, role: str, revision: int, content: object) -> None: ...
        def differ(self, role: str, revision: int, content: object) -> None: ...
        def give_back(self, role: str, revision: int, content: object) -> None: ...
        def resubmit(self, role: str, revision: int, content: object) -> None: ...
        def agree(self, role: str, revision: int, content: object) -> None: ...

    builder = TypeMachineBuilder(Application_, File)
    states = {name: builder.state(name) for name in dict.fromkeys(PATH)}

    def checked(name: str):
        def output(_: object, file: File, role: str, revision: int, content: object) -> None:
            if not file.allowed(name, role, revision, content):
                raise Refused
            file.record(name, role, revision, content)

        output.__name__ = name
        return output

    for name, source, target in zip(ROLE_OF, PATH, PATH[1:], strict=False):
        states[source].upon(getattr(Application_, name)).to(states[target])(checked(name))
    return builder.build()


AUTOMAT = _automat()


def with_automat() -> int:
    for _ in range(JOURNEYS):
        core = File()
        machine = AUTOMAT(core)
        for name, role, revision in zip(ROLE_OF, ROLES, REVISIONS, strict=True):
            getattr(machine, name)(role, revision, FORM)
    assert len(core.log) == STEPS
    return JOURNEYS * STEPS


def rows() -> list[dict[str, object]]:
    mine, theirs, automat = best_of(ours, with_transitions, with_automat)
    return [
        row("decide+evolve, a transition, beside transitions", mine, theirs),
        row("decide+evolve, a transition, beside Automat", mine, automat),
    ]
