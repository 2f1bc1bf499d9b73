"""The laws of a store as a part of the audit: over the model store and SQLite, each broken by its twin."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, nullcontext
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from eduid_audit.kill_twins import KILL_TWINS
from eduid_audit.model.faults import FAULTS, seeded
from eduid_audit.profiles import AuditProfile
from eduid_audit.results import (
    AuditPart,
    AuditTask,
    DefectResult,
    RuleFailure,
    SeededDefect,
    TaskResult,
    place_of,
)
from eduid_audit.store_twins import TWINS
from eduid_core.plugins import Store
from eduid_core.testing.conformance.store import LAWS, Law, Memory, MemoryStore, Opens
from eduid_core.testing.conformance.store.process_kills import kill_commits
from eduid_store_sql import SqlStore

__all__ = ["STORE", "twin_result"]

KILLED: Final = "a_killed_process_leaves_every_commit_whole"
_LAWS: Final[Mapping[str, Law]] = {law.__name__: law for law in LAWS}
RULES: Final[Mapping[str, str]] = {
    **{name: (inspect.getdoc(law) or "").splitlines()[0] for name, law in _LAWS.items()},
    KILLED: "After a kill, every answered commit is there whole, and at most one unanswered, whole too.",
}
_LONGEST: Final = 4000
"""Characters of the text of a failed law."""
_ENGINES: Final = ("MemoryStore", "SQLite")


def in_memory(kind: type[MemoryStore]) -> Opens:
    """Return the function that opens stores of *kind* by name."""
    memories: dict[str, Memory] = {}
    return lambda name: kind(memories.setdefault(name, Memory()))


def _on_sqlite(stack: ExitStack) -> Opens:
    """Return the function that opens stores on a SQLite file of their own, until *stack* is closed."""
    folder = Path(stack.enter_context(TemporaryDirectory()))

    def open_store(name: str) -> SqlStore:
        store = SqlStore(f"sqlite:///{folder / 'laws.db'}", district=name)
        stack.callback(store.close)
        return store

    return open_store


def twin_result(name: str) -> DefectResult:
    """Put a broken store in and return the law that it breaks, if the law notices."""
    if name in KILL_TWINS:
        caught = bool(_killed(200, KILL_TWINS[name]).failures)
        return DefectResult(name=name, expected=(KILLED,), caught_by=(KILLED,) if caught else ())
    caught_by: tuple[str, ...] = ()
    try:
        _LAWS[name](in_memory(TWINS[name]))
    except AssertionError:
        caught_by = (name,)
    return DefectResult(name=name, expected=(name,), caught_by=caught_by)


def _law(name: str, engine: str, left_in: str) -> TaskResult:
    with ExitStack() as stack:
        kind = TWINS[name] if name == left_in else MemoryStore
        opens = _on_sqlite(stack) if engine == "SQLite" else in_memory(kind)
        try:
            _LAWS[name](opens)
        except AssertionError as error:  # its text compares values that the law made, of no person
            return _broken(name, f"{engine}: {str(error)[:_LONGEST]}")
        except Exception as error:  # noqa: BLE001 - a store that breaks a law may raise anything
            return _broken(name, f"{engine}: {place_of(error)}")
    return TaskResult(ran={"laws": 1})


def _broken(name: str, where: str) -> TaskResult:
    return TaskResult(ran={"laws": 1}, failures=(RuleFailure(name, where),))


def _killed(kills: int, breaks: Callable[[Store], Store]) -> TaskResult:
    """Kill processes that commit to a SQLite file; stop at the first error."""
    with TemporaryDirectory() as folder:
        killed = kill_commits(lambda: breaks(SqlStore(f"sqlite:///{folder}/kills.db")), kills=kills)
    failures = tuple(dict.fromkeys(RuleFailure(KILLED, f"SQLite: {what}") for what in killed.wrong))
    return TaskResult(ran={"kills": killed.kills, "commits": killed.commits}, failures=failures)


def _kills(kills: int, left_in: str) -> TaskResult:
    with seeded(left_in) if left_in in FAULTS else nullcontext():
        return _killed(kills, KILL_TWINS.get(left_in, lambda store: store))


def _tasks(profile: AuditProfile, left_in: str) -> Iterator[AuditTask]:
    laws = [name for name in _LAWS if name == left_in] or list(_LAWS)[: profile.laws]
    count = 200 if left_in in KILL_TWINS else profile.kills
    kills = AuditTask(name="kills", run=partial(_kills, count, left_in))
    if left_in in KILL_TWINS:
        yield kills
    for engine in _ENGINES:
        for name in laws:
            yield AuditTask(name=f"{engine} {name}", run=partial(_law, name, engine, left_in))
    if profile.kills and left_in not in KILL_TWINS:
        yield kills


def _twin(name: str) -> TaskResult:
    return TaskResult(defects=(twin_result(name),))


def _sabotage(profile: AuditProfile) -> Iterator[AuditTask]:
    for name in (*tuple(TWINS)[: profile.defects], *tuple(KILL_TWINS)[: profile.defects]):
        yield AuditTask(name=name, run=partial(_twin, name))


STORE: Final = AuditPart(
    name="store",
    rules=RULES,
    defects=tuple(
        SeededDefect(name=name, part="store", caught_by=(KILLED if name in KILL_TWINS else name,))
        for name in (*TWINS, *KILL_TWINS)
    ),
    tasks=_tasks,
    sabotage=_sabotage,
)
