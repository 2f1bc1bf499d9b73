"""Laws of commits: the possible changes, all of them or none."""

from __future__ import annotations

from eduid_core.plugins import (
    Append,
    Commit,
    Committed,
    Conflict,
    Debit,
    Document,
    OutboxRow,
    QueueRow,
    Read,
    Record,
    SavedAnswer,
    Store,
)
from eduid_core.testing.conformance.store.expectations import equal
from eduid_core.testing.conformance.store.making import (
    NOW,
    Law,
    Opens,
    append,
    commit,
    fates,
    mark,
    terms,
    took,
)

__all__ = ["LAWS"]


def what_was_committed_is_read_back_in_order(opens: Opens) -> None:
    """Records are read back unchanged, in the order of their versions."""
    store = opens("s")
    first, second = Record("A", bytes(range(256))), Record("B", "乙𠮷".encode())

    equal(
        store.commit([commit(append("s", 0, first)), commit(append("s", 1, second, first))]), [Committed()] * 2
    )

    found, nothing = store.load(["s", "nobody"])
    equal((found.version, found.records), (3, (first, second, first)))
    equal((nothing.version, nothing.records), (0, ()))


def a_commit_refused_leaves_nothing_behind(opens: Opens) -> None:
    """A lost update leaves no event, claim, mark, debit, message, document, answer or task of its commit."""
    store = opens("s")
    store.commit([commit(append("s", 0))])

    equal(store.commit([_everything(append("other", 0), append("s", 0))]), [Conflict("version", "s")])
    equal(_seen(store), ([1, 0], {}, {}, {}, [None], [], []))
    equal(store.commit([_everything(append("other", 0))]), [Committed()])
    equal(_seen(store)[0], [1, 1])


def a_commit_stands_on_what_it_read(opens: Opens) -> None:
    """A decision based on another stream is not committed once that stream has changed, or has begun."""
    store = opens("s")
    store.commit([commit(append("grant", 0)), commit(append("task", 0))])
    seen, absent = Read("grant", 1), Read("account", 0)

    equal(fates(store.commit([commit(append("task", 1), reads=(seen, absent))])), ["done"])
    equal(
        fates(store.commit([commit(append("grant", 1)), commit(append("task", 2), reads=(seen,))])),
        [
            "done",
            "version",
        ],
    )
    equal(store.commit([commit(append("task", 2), reads=(seen,))]), [Conflict("version", "grant")])
    equal(store.commit([commit(append("grant", 2), reads=(seen,))]), [Conflict("version", "grant")])
    moved = Read("grant", 2)
    both = [commit(append(name, 0), reads=(saw,)) for name, saw in (("y", moved), ("z", moved), ("x", seen))]
    equal(fates(store.commit(both)), ["done", "done", "version"])
    store.commit([commit(append("account", 0))])
    equal(store.commit([commit(append("x", 0), reads=(absent,))]), [Conflict("version", "account")])
    equal([s.version for s in store.load(["grant", "task", "account", "x", "y", "z"])], [2, 2, 1, 0, 1, 1])


def _everything(*appends: Append) -> Commit:
    return commit(
        *appends,
        takes=(took("d", "me"), mark("d", "me")),
        outbox=(OutboxRow(message_id="m", body=b"x"),),
        documents=(Document("k", "n", b"x"),),
        debits=(Debit(kind="sms", digest="d", window="w", limit=1),),
        queue=(QueueRow(task="t", reviewer="r"),),
        answer=SavedAnswer(key="k", digest="d", body=b"x"),
    )


def _seen(store: Store) -> tuple[object, ...]:
    """Return the visible state after `_everything`; its message is leased by this look."""
    return (
        [s.version for s in store.load(["s", "other"])],
        store.holders("person", ["d"]),
        store.holders("live", ["d"]),
        store.documents("k"),
        list(store.answers(["k"])),
        list(store.queue("r", 9)),
        list(store.lease("x", 9, terms())),
    )


def in_a_group_each_commit_has_its_own_fate(opens: Opens) -> None:
    """A refused commit does not affect the others, and a later commit sees the changes of the earlier ones."""
    store = opens("s")
    group = [
        commit(append("a", 0), takes=(took("d", "a"),)),
        commit(append("b", 0), takes=(took("d", "b"),)),
        commit(append("c", 0)),
        commit(append("c", 0)),
        commit(append("c", 1), frees=(took("d", "a"),)),
        commit(append("e", 0), takes=(took("d", "e"),)),
    ]

    equal(fates(store.commit(group)), ["done", "claim", "done", "version", "done", "done"])
    equal([s.version for s in store.load(["a", "b", "c", "e"])], [1, 0, 2, 1])
    equal(store.holders("person", ["d"]), {"d": ("e",)})


def a_claim_has_one_owner_and_a_mark_many(opens: Opens) -> None:
    """A claim held by another owner is a conflict; taking one's own claim again is not; marks are shared."""
    store = opens("s")

    equal(fates(store.commit([commit(takes=(took("d", "me"), mark("d", "me"), mark("d", "you")))])), ["done"])
    equal(fates(store.commit([commit(takes=(took("d", "me"), mark("d", "me")))])), ["done"])
    equal(store.commit([commit(append("s", 0), takes=(took("d", "you"),))]), [Conflict("claim", "person")])
    equal(store.load(["s"])[0].version, 0)
    equal(store.holders("live", ["d", "e"]), {"d": ("me", "you")})
    equal(store.holders("person", ["d"]), {"d": ("me",)})


def a_claim_is_free_when_its_owner_frees_it(opens: Opens) -> None:
    """A freed claim can be taken by another owner, in the same commit or later; only the owner can free it."""
    store = opens("s")
    store.commit([commit(takes=(took("d", "me"), mark("d", "me")))])

    store.commit([commit(frees=(took("d", "you"), mark("d", "you")))])
    equal(store.holders("person", ["d"]), {"d": ("me",)})
    equal(fates(store.commit([commit(frees=(took("d", "me"),), takes=(took("d", "you"),))])), ["done"])
    equal(store.holders("person", ["d"]), {"d": ("you",)})
    store.commit([commit(frees=(mark("d", "me"),))])
    equal(store.holders("live", ["d"]), {})


def an_answer_stands_once(opens: Opens) -> None:
    """A key answers once ever; the second commit under it has no effect."""
    store = opens("s")
    first, second = (SavedAnswer(key="k", digest=d, body=d.encode()) for d in "de")

    equal(fates(store.commit([commit(answer=first), commit(append("s", 0), answer=second)])), ["done", "key"])
    equal(store.commit([commit(append("s", 0), answer=second)]), [Conflict("key")])
    equal(store.answers(["k", "none"]), [first, None])
    equal(store.load(["s"])[0].version, 0)


def a_budget_is_never_overdrawn(opens: Opens) -> None:
    """A debit over the limit of a window is refused; each window and each spender has its own limit."""
    store = opens("s")

    def spend(amount: int, digest: str = "d", window: str = "mon") -> Commit:
        debit = Debit(kind="sms", digest=digest, window=window, limit=5, amount=amount)
        return commit(debits=(debit,))

    equal(fates(store.commit([spend(3), spend(3), spend(2), spend(1)])), ["done", "budget", "done", "budget"])
    equal(store.commit([spend(1)]), [Conflict("budget", "sms")])
    equal(fates(store.commit([spend(5, "e")])) + fates(store.commit([spend(5, window="tue")])), ["done"] * 2)
    equal(store.commit([spend(6, "f")]), [Conflict("budget", "sms")])
    equal(fates(store.commit([spend(5, "f")])), ["done"])


def a_task_waits_for_one_reviewer_by_rank(opens: Opens) -> None:
    """The last change decides for which reviewer a task waits; without a reviewer it leaves the queue."""
    store = opens("s")
    rows = [QueueRow(task=f"t{n}", reviewer="r", rank=rank) for n, rank in enumerate((5, 1, 1, 7))]
    store.commit([commit(queue=tuple(rows))])
    moved = QueueRow(task="t1", reviewer="q", rank=3)

    store.commit([commit(queue=(QueueRow(task="t3"), moved))])

    equal(store.queue("r", 9), [rows[2], rows[0]])
    equal(store.queue("r", 1), [rows[2]])
    equal(store.queue("q", 9), [moved])


def what_was_committed_outlives_the_program(opens: Opens) -> None:
    """Closed and opened again, a store holds the same data; closing twice is no error."""
    store = opens("s")
    store.commit([_everything(append("s", 0, due=NOW))])
    store.close()
    store.close()

    again = opens("s")
    equal(_seen(again)[0], [1, 0])
    equal(again.holders("person", ["d"]), {"d": ("me",)})


def stores_of_two_names_share_nothing(opens: Opens) -> None:
    """Rows of a tenant or district are separate from those of any other, with any name."""
    for name in ("one", "two"):
        equal(fates(opens(name).commit([_everything(append("s", 0, due=NOW))])), ["done"])
    for name in ("one", "two"):
        equal(_seen(opens(name))[0], [1, 0])
        equal(len(opens(name).take_due(NOW, NOW.replace(year=2027), 9)), 1)


LAWS: tuple[Law, ...] = (
    what_was_committed_is_read_back_in_order,
    a_commit_refused_leaves_nothing_behind,
    a_commit_stands_on_what_it_read,
    in_a_group_each_commit_has_its_own_fate,
    a_claim_has_one_owner_and_a_mark_many,
    a_claim_is_free_when_its_owner_frees_it,
    an_answer_stands_once,
    a_budget_is_never_overdrawn,
    a_task_waits_for_one_reviewer_by_rank,
    what_was_committed_outlives_the_program,
    stores_of_two_names_share_nothing,
)
