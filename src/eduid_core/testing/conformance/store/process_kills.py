"""
Kill tests of a store: processes commit and are killed (`SIGKILL`); a commit survives whole or not at all.

`forked`, `killed_at` and `ended` are the mechanism: a child runs a task and reports over a pipe, a dot before
each point at which it may be killed. `kill_commits` uses it on a store: a child commits numbered commits one by
one and reports the answered ones; it is killed at a random dot; the next child goes on.

Call these functions in a process without threads and without an open store: the children are forked.
"""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, NoReturn

import attrs

from eduid_core.plugins import (
    Claim,
    Commit,
    Committed,
    Document,
    OutboxRow,
    Record,
    SavedAnswer,
    Store,
)
from eduid_core.testing.conformance.store.making import append, terms

DOT: Final = b"."
"""The report of a child before a point at which it may be killed."""
RESULT: Final = b"="
"""The head of a child's last report: a list of errors as JSON follows."""
_ANSWERED: Final = b"+"

Report = Callable[[bytes], None]
Task = Callable[[Report], None]
Opens = Callable[[], Store]


# --- the mechanism -----------------------------------------------------------------------------------------


@attrs.frozen
class KilledChild:
    """A child that was killed: its reports, and whether the kill came before its own end."""

    heard: bytes
    hit: bool


def forked(task: Task) -> tuple[int, int]:
    """Start *task* in a child; return its process id and the reading end of the pipe."""
    reads, writes = os.pipe()
    child = os.fork()
    if not child:
        os.close(reads)
        _run(task, writes)
    os.close(writes)
    return child, reads


def _run(task: Task, writes: int) -> NoReturn:
    """Run *task* and exit without the parent's exit handlers and buffers."""
    code = 1
    try:
        task(lambda message: (os.write(writes, message), None)[1])
        code = 0
    except Exception as error:  # noqa: BLE001 - reported by type; a trace might show a person
        os.write(writes, RESULT + json.dumps([f"child: {type(error).__name__}"]).encode())
    finally:
        os._exit(code)


def killed_at(task: Task, dot: int, delay_s: float) -> KilledChild:
    """Let a child run *task*, and kill it *delay_s* after its dot number *dot*."""
    child, reads = forked(task)
    heard = b""
    while heard.count(DOT) < dot and (more := os.read(reads, 65536)):
        heard += more
    time.sleep(delay_s)
    os.kill(child, signal.SIGKILL)
    _, how = os.waitpid(child, 0)
    return KilledChild(heard + _rest(reads), os.WIFSIGNALED(how))


def ended(task: Callable[[Report], Sequence[str]]) -> list[str]:
    """Let a child run *task* to its end, and return the errors that the task returns."""

    def whole(report: Report) -> None:
        report(RESULT + json.dumps(list(task(report))).encode())

    child, reads = forked(whole)
    heard = _rest(reads)
    os.waitpid(child, 0)
    _, _, result = heard.partition(RESULT)
    found: list[str] = json.loads(result) if result else ["child: died of itself"]
    return found


def _rest(reads: int) -> bytes:
    with os.fdopen(reads, "rb") as pipe:
        return pipe.read()


# --- its use on a store ------------------------------------------------------------------------------------


@attrs.define
class KilledCommits:
    """The result: the kills that hit a living process, the answered commits, and the errors."""

    kills: int = 0
    inside: int = 0
    """The kills that left a commit unanswered."""
    commits: int = 0
    wrong: list[str] = attrs.field(factory=list[str])


_ALL: Final = "kill/all"


def _commit(number: int) -> Commit:
    """Return commit *number*: it changes everything that a commit of the service changes."""
    key = f"{number:06}"
    return Commit(
        appends=(
            append(_ALL, number, Record("Numbered", key.encode())),
            append(f"kill/{key}", 0, Record("Opened", key.encode()), Record("Submitted", key.encode())),
        ),
        takes=(Claim("kill", key, key),),
        outbox=(OutboxRow(message_id=f"kill-{key}", body=key.encode()),),
        documents=(Document("kill", key, key.encode()),),
        answer=SavedAnswer(key=f"kill-{key}", digest=key, body=key.encode()),
    )


def _go_on(opens: Opens, first: int, last: int, report: Report) -> None:
    """
    Commit the numbers from *first* to before *last*, and report each that is answered.

    The first may have been stored by a process that died before it could report: a conflict is the answer then.
    """
    store = opens()
    for number in range(first, last):
        report(DOT)
        (outcome,) = store.commit([_commit(number)])
        if not isinstance(outcome, Committed) and number > first:
            report(RESULT + json.dumps([f"commit refused: {outcome.why}"]).encode())
            return
        report(_ANSWERED)
    store.close()


def _judged(opens: Opens, answered: int, _: Report) -> list[str]:
    """
    Compare the store with the number of *answered* commits; return the errors.

    It leases all messages, so that a doubled message shows up as leased twice.
    """
    store = opens()
    before = Counter(m.message_id for m in store.unanswered())
    while leased := store.lease("judge", 1000, terms()):
        before.update(m.message_id for m in leased)
    (log,) = store.load([_ALL], whole=True)
    wrong = []
    if [r.body for r in log.records] != [f"{n:06}".encode() for n in range(log.version)]:
        wrong.append("the common stream has lost or doubled a record")
    if not answered <= log.version <= answered + 1:
        wrong.append("an answered commit is lost" if log.version < answered else "a commit came from nowhere")
    for number in range(max(answered, log.version) + 2):
        wrong += _of_commit(store, number, there=number < log.version, posted=before)
    store.close()
    return list(dict.fromkeys(wrong))


def _of_commit(store: Store, number: int, *, there: bool, posted: Mapping[str, int]) -> list[str]:
    """Return the parts of commit *number* that are missing, doubled, or there without the commit."""
    key = f"{number:06}"
    (stream,) = store.load([f"kill/{key}"], whole=True)
    (answer,) = store.answers([f"kill-{key}"])
    found: dict[str, Any] = {
        "stream": len(stream.records),
        "outbox row": posted.get(f"kill-{key}", 0),
        "claim": store.holders("kill", [key]).get(key, ()),
        "document": len(store.documents("kill", [key])),
        "answer": answer is not None,
    }
    whole = {"stream": 2, "outbox row": 1, "claim": (key,), "document": 1, "answer": True}
    none = {"stream": 0, "outbox row": 0, "claim": (), "document": 0, "answer": False}
    expected = whole if there else none
    return [f"a commit is half there: its {part}" for part in expected if found[part] != expected[part]]


def kill_commits(opens: Opens, *, kills: int = 20, seed: int = 1, each: int = 12) -> KilledCommits:
    """
    Kill children that commit to the store that *opens* opens, until *kills* have hit; stop at the first error.

    Every child commits *each* commits unless it is killed before; the kills are drawn by *seed*.
    """
    source, total = random.Random(seed), KilledCommits()
    for _ in range(2 * kills):
        if total.kills >= kills or total.wrong:
            break
        task = partial(_go_on, opens, total.commits, total.commits + each)
        killed = killed_at(task, source.randrange(1, each), source.choice((0, 0.0005, 0.001, 0.003)))
        reported, _, said = killed.heard.partition(RESULT)
        total.commits += reported.count(_ANSWERED)
        total.kills += killed.hit
        total.inside += killed.hit and reported.endswith(DOT)
        total.wrong += json.loads(said) if said else []
        total.wrong += ended(partial(_judged, opens, total.commits))
    return total
