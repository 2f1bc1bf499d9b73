"""Laws of concurrency: in any order, exactly one wins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from eduid_core.plugins import Committed, Debit, Read, Store
from eduid_core.testing.conformance.store.expectations import equal, expect
from eduid_core.testing.conformance.store.making import (
    NOW,
    Law,
    Opens,
    append,
    commit,
    ids,
    posted,
    terms,
    took,
)

__all__ = ["LAWS"]

_RACERS, _CONTESTS = 4, 12
_T = TypeVar("_T")


def _race(opens: Opens, run: Callable[[Store, int], _T]) -> list[_T]:
    """Let each racer *run* with a store of its own, all starting together."""
    stores = [opens("s") for _ in range(_RACERS)]
    line = Barrier(_RACERS)

    def racer(number: int) -> _T:
        line.wait(30)
        return run(stores[number], number)

    with ThreadPoolExecutor(_RACERS) as pool:
        return list(pool.map(racer, range(_RACERS)))


def of_many_that_race_for_a_claim_one_wins(opens: Opens) -> None:
    """A person is claimed by a single commit, and the losers' commits leave no trace."""

    def run(store: Store, number: int) -> list[int]:
        won = []
        for n in range(_CONTESTS):
            claim = commit(append(f"s{n}/{number}", 0), takes=(took(f"d{n}", f"racer{number}"),))
            if store.commit([claim]) == [Committed()]:
                won.append(n)
        return won

    results = _race(opens, run)

    equal(sorted(n for won in results for n in won), list(range(_CONTESTS)))
    names = [f"s{n}/{number}" for number in range(_RACERS) for n in range(_CONTESTS)]
    stand = {s.name for s in opens("s").load(names) if s.version}
    equal(stand, {f"s{n}/{number}" for number, won in enumerate(results) for n in won})


def of_many_that_append_at_once_each_version_is_written_by_one(opens: Opens) -> None:
    """For each version of a stream exactly one writer wins; every acknowledged event is there, in order."""

    def run(store: Store, number: int) -> int:
        done = 0
        for _ in range(40):
            (found,) = store.load(["s"])
            group = [commit(append("s", found.version)), commit(append(f"own{number}", done))]
            first, second = store.commit(group)
            equal(second, Committed())
            done += 1
            if found.version >= _CONTESTS and first != Committed():
                break
        return done

    results = _race(opens, run)

    store = opens("s")
    equal([s.version for s in store.load([f"own{n}" for n in range(_RACERS)])], results)
    equal(len(store.load(["s"])[0].records), store.load(["s"])[0].version)


def of_two_that_rest_on_each_other_one_is_first(opens: Opens) -> None:
    """If two commits each rest on the stream that the other appends to, never both succeed on the same read."""
    pairs = [(f"left{n}", f"right{n}") for n in range(_CONTESTS)]
    opens("s").commit([commit(*(append(name, 0) for pair in pairs for name in pair))])

    def run(store: Store, number: int) -> list[str]:
        won = []
        for pair in pairs:
            own, other = pair if number % 2 else pair[::-1]
            rests = commit(append(own, 1), reads=(Read(other, 1),))
            if store.commit([rests]) == [Committed()]:
                won.append(pair[0])
        return won

    won = [name for mine in _race(opens, run) for name in mine]

    equal(len(won), len(set(won)))


def of_many_relays_each_message_is_leased_by_one(opens: Opens) -> None:
    """No message is taken twice, and none is left behind."""
    opens("s").commit([posted(*(f"m{n:03}" for n in range(60)))])

    def run(store: Store, number: int) -> list[str]:
        taken: list[str] = []
        while mine := store.lease(f"relay{number}", 7, terms()):
            taken += ids(mine)
        return taken

    taken = [m for mine in _race(opens, run) for m in mine]

    # A relay that lost all of its seven messages to others stops early: the rest is still waiting, once.
    left = ids(opens("s").lease("last", 99, terms()))
    equal(sorted(taken + left), [f"m{n:03}" for n in range(60)])


def of_many_workers_each_deadline_is_taken_by_one(opens: Opens) -> None:
    """Two workers are never given the same deadline."""
    names = [f"s{n:03}" for n in range(40)]
    opens("s").commit([commit(*(append(name, 0, due=NOW) for name in names))])
    until = NOW + dt.timedelta(hours=1)

    def run(store: Store, _: int) -> list[str]:
        return [due.stream for _ in range(8) for due in store.take_due(NOW, until, 5)]

    taken = [name for mine in _race(opens, run) for name in mine]

    equal(sorted(taken + [d.stream for d in opens("s").take_due(NOW, until, 99)]), names)


def of_many_that_spend_at_once_none_overdraws(opens: Opens) -> None:
    """However they interleave, exactly the limit is spent."""
    debit = Debit(kind="sms", digest="d", window="w", limit=10)

    def run(store: Store, _: int) -> int:
        return sum(store.commit([commit(debits=(debit,))]) == [Committed()] for _ in range(5))

    spent = sum(_race(opens, run))
    store = opens("s")
    while spent < debit.limit and store.commit([commit(debits=(debit,))]) == [Committed()]:
        spent += 1

    equal(spent, debit.limit)
    expect(
        store.commit([commit(debits=(debit,))]) != [Committed()],
        "store.commit([commit(debits=(debit,))]) != [Committed()]",
    )


LAWS: tuple[Law, ...] = (
    of_many_that_race_for_a_claim_one_wins,
    of_many_that_append_at_once_each_version_is_written_by_one,
    of_two_that_rest_on_each_other_one_is_first,
    of_many_relays_each_message_is_leased_by_one,
    of_many_workers_each_deadline_is_taken_by_one,
    of_many_that_spend_at_once_none_overdraws,
)
