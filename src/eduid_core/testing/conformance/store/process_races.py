"""
Races: many processes, each with its own program, contest the same applications over a shared store.

Three kinds of contest alternate: two decisions about one task, two applications of a person of which only one
may be approved, and an edit against an approval. Every process takes part in every contest.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, NoReturn

import attrs

from eduid_core.findings import Refused
from eduid_core.plugins import Claim, Commit, Committed, Conflict, Store
from eduid_core.service import Service
from eduid_core.testing.conformance.store.history import HistoryEntry, checked, overlaps, stands
from eduid_core.testing.doubles import FixedKey, TrustingService, form_of
from eduid_core.testing.fakes import fake_resident_id
from eduid_core.workflow import Actor, Command, MondayToFriday, Policy, Role
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application.states import Basis, ReturnItem
from eduid_core.workflow.policy import ReviewPolicy
from eduid_core.workflow.review_task.commands import CompleteReview

__all__ = ["Naive", "Raced", "race"]

BEGAN: Final = dt.datetime(2026, 11, 2, 8, 0, tzinfo=dt.UTC)
_IMPORTER: Final = Actor(id="importer", role=Role.IMPORTER, assurance=2)
_HEAD: Final = Actor(id="head", role=Role.SCHOOL_ADMIN, assurance=2)
_POLICY: Final = Policy(review=ReviewPolicy(reviewers="attested", two_persons=()))
_MANY: Final = 50

Opens = Callable[[], Store]


@attrs.frozen
class Raced:
    """The result of a race: contests, commands, processes, duration, and unexplained facts."""

    contests: int
    applications: int
    commands: int
    contested: int
    """The number of contests with another process at work while they were won."""
    took_s: float
    wrong: list[str]


def _service(store: Store) -> Service:
    return TrustingService(
        store=store,
        keys=FixedKey(),
        policy=_POLICY,
        clock=lambda: BEGAN,
        calendar=MondayToFriday(),
        capabilities={"importer"},
    )


@attrs.frozen
class _Contest:
    """A contest: its name, and the command and application of each side."""

    name: str
    sides: tuple[tuple[str, str], ...]

    def command(self, process: int) -> tuple[str, str, Command]:
        """Return the application, the name of the command, and the command of *process*."""
        asked: Any
        key, asked = self.sides[process % 2]
        about: dict[str, Any] = {
            "subject": key,
            "at": BEGAN,
            "expected_rev": 1,
            "key": f"{process}:{self.name}",
        }
        if asked == "amend":
            changed = form_of(_number(self.name), guardian_name="陈小明")
            return key, asked, app.Amend(form=changed, by=_IMPORTER, **about)
        items = (ReturnItem("school", "SCHOOL_TO_CHECK"),) if asked == "return" else ()
        return key, asked, CompleteReview(outcome=asked, items=items, by=_HEAD, **about)


def _number(contest: str) -> str:
    """Return the number of the student in a contest; synthetic, and different for each contest."""
    return fake_resident_id(int(contest[1:]))


def _contests(applications: int) -> list[_Contest]:
    made: list[_Contest] = []
    count = 0
    while count < applications:
        number = len(made)
        kind, name, first = number % 3, f"C{number:04d}", f"A-{number:04d}"
        if kind == 0:
            sides = ((first, "approve"), (first, "return"))
        elif kind == 1:
            sides = ((first, "approve"), (f"B-{number:04d}", "approve"))
        else:
            sides = ((first, "amend"), (first, "approve"))
        made.append(_Contest(name, sides))
        count += len({key for key, _ in sides})
    return made


def _prepare(service: Service, contests: Sequence[_Contest]) -> list[str]:
    """Submit every application: the registry does not know it, so a person has to decide."""
    forms = {key: form_of(_number(c.name)) for c in contests for key, _ in c.sides}
    keys = sorted(forms)
    for start in range(0, len(keys), _MANY):
        some = keys[start : start + _MANY]
        about = [{"subject": key, "by": _IMPORTER, "at": BEGAN} for key in some]
        service.handle_many([app.Open(form=forms[a["subject"]], attestation="t", **a) for a in about])  # type: ignore[arg-type,index]
        submit = {"basis": Basis.SCHOOL_ATTESTED, "consent_text": "t"}
        service.handle_many([app.Submit(**submit, **a) for a in about])  # type: ignore[arg-type]
    return keys


def _contend(opens: Opens, contests: Sequence[_Contest], process: int) -> bytes:
    """Take part in every contest as early as possible; return the answers, one per line."""
    store, lines = opens(), []
    service = _service(store)
    for contest in contests:
        key, asked, command = contest.command(process)
        began = time.monotonic()
        answer = _answer(service, command)
        entry = HistoryEntry(
            process=process,
            contest=contest.name,
            application=key,
            asked=asked,
            began=began,
            ended=time.monotonic(),
            answer=answer,
        )
        lines.append(json.dumps(attrs.asdict(entry)).encode())
    store.close()
    return b"\n".join(lines)


def _answer(service: Service, command: Command) -> str:
    try:
        answer = service.handle(command)
    except Exception as error:  # noqa: BLE001 - a broken store may come to anything; the checker says so
        return type(error).__name__
    return answer.code if isinstance(answer, Refused) else "done"


def race(opens: Opens, *, processes: int = 16, applications: int = 400) -> Raced:
    """
    Let *processes* contest *applications* over the store that *opens* opens; return the result of the checker.

    Call it in a process without threads: its children are forked.
    """
    contests = _contests(applications)
    store = opens()
    keys = _prepare(_service(store), contests)
    store.close()
    began = time.perf_counter()
    entries = _run(opens, contests, processes)
    took_s = time.perf_counter() - began
    store = opens()
    held = stands(store, keys)
    wrong = checked(entries, held) + _claims(store, contests, held)
    store.close()
    if len(entries) != processes * len(contests):
        wrong.append("a process died")
    return Raced(len(contests), len(keys), len(entries), overlaps(entries), round(took_s, 2), wrong)


def _claims(store: Store, contests: Sequence[_Contest], held: Any) -> list[str]:
    """Compare the claim of each person with the approvals."""
    vault = _service(store).executor.vault
    digests = {c.name: vault.blind("person", _number(c.name)) for c in contests}
    holders = store.holders("person", list(digests.values()))
    wrong = []
    for contest in contests:
        approved = sorted({key for key, _ in contest.sides if held[key].status == "approved"})
        if list(holders.get(digests[contest.name], ())) != approved:
            wrong.append(f"{contest.name}: the person's claim is not its approval's")
    return wrong


def _run(opens: Opens, contests: Sequence[_Contest], processes: int) -> list[HistoryEntry]:
    """Fork, start all at once, and collect the reports."""
    waits, goes = os.pipe()
    pipes = []
    for process in range(processes):
        reads, writes = os.pipe()
        if not os.fork():
            os.close(goes)
            _child(waits, writes, partial(_contend, opens, contests, process))
        os.close(writes)
        pipes.append(reads)
    os.close(waits)
    os.close(goes)
    return [HistoryEntry(**json.loads(line)) for reads in pipes for line in _lines(reads)]


def _child(waits: int, writes: int, task: Callable[[], bytes]) -> NoReturn:
    """Wait until the parent closes its side of *waits*, run *task*, report and exit."""
    code = 1
    try:
        os.read(waits, 1)
        with os.fdopen(writes, "wb") as pipe:
            pipe.write(task())
        code = 0
    finally:
        os._exit(code)


def _lines(reads: int) -> list[bytes]:
    with os.fdopen(reads, "rb") as pipe:
        lines = pipe.read().splitlines()
    os.wait()
    return lines


class Naive:
    """A store that reads and then writes: concurrent changes are overwritten."""

    def __init__(self, inner: Any, *, pause_s: float = 0.001) -> None:
        """Wrap *inner*; wait *pause_s* between read and write."""
        self._inner, self._pause_s = inner, pause_s

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def commit(self, commits: Sequence[Commit], /) -> Sequence[Committed | Conflict]:
        """Check whether each commit may be written; then write it."""
        return [self._one(commit) for commit in commits]

    def _one(self, commit: Commit) -> Committed | Conflict:
        versions = self._versions(commit)
        for append in commit.appends:
            if versions[append.stream] != append.expected:
                return Conflict("version", append.stream)
        for take in commit.takes:
            if take.unique and self._held(take):
                return Conflict("claim", take.kind)
        time.sleep(self._pause_s)
        takes = tuple(attrs.evolve(take, unique=False) for take in commit.takes)
        while True:
            versions = self._versions(commit)
            appends = tuple(attrs.evolve(a, expected=versions[a.stream]) for a in commit.appends)
            written = attrs.evolve(commit, appends=appends, takes=takes, reads=())
            (outcome,) = self._inner.commit([written])
            if isinstance(outcome, Committed):
                return outcome

    def _versions(self, commit: Commit) -> dict[str, int]:
        return {s.name: s.version for s in self._inner.load([a.stream for a in commit.appends], whole=True)}

    def _held(self, take: Claim) -> bool:
        owners = self._inner.holders(take.kind, [take.digest]).get(take.digest, ())
        return bool(set(owners) - {take.owner})
