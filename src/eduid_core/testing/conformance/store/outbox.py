"""Laws of the outbox: the life of an outgoing message."""

from __future__ import annotations

import datetime as dt
import time
from typing import Literal

import attrs

from eduid_core.plugins import Commit, Conflict, Debit, Document, LeasedMessage
from eduid_core.testing.conformance.store.expectations import equal, expect
from eduid_core.testing.conformance.store.making import (
    NOW,
    Law,
    Opens,
    fates,
    ids,
    posted,
    settle,
    settled,
    terms,
)

__all__ = ["LAWS"]


def a_message_is_posted_once_for_ever(opens: Opens) -> None:
    """The second message with an identity counts as the first, even if that was sent long ago."""
    store = opens("s")
    store.commit([posted("m"), posted("m")])
    leased = store.lease("out", 9, terms())
    equal(ids(leased), ["m"])
    settle(store, settled(leased[0], "sent"))

    store.commit([posted("m")])

    equal((store.lease("out", 9, terms()), store.unanswered()), ([], []))


def a_lease_is_taken_by_one(opens: Opens) -> None:
    """A message taken by a relay is not given to another, and the relay that took it is known."""
    store, other = opens("s"), opens("s")
    store.commit([posted("m0", "m1", "m2", "m3", "m4")])

    mine, theirs = store.lease("a", 3, terms()), other.lease("b", 9, terms())

    equal((ids(mine), ids(theirs)), (["m0", "m1", "m2"], ["m3", "m4"]))
    equal(ids(other.unanswered("a")), ["m0", "m1", "m2"])
    equal(ids(store.unanswered()), ["m0", "m1", "m2", "m3", "m4"])


def a_lease_ends_as_it_is_settled(opens: Opens) -> None:
    """Sent ends a message, failed lists it, waiting puts it behind those never tried; else it is unanswered."""
    store = opens("s")
    store.commit([posted("m0", "m1", "m2", "m3")])
    leased = store.lease("a", 9, terms())
    store.commit([posted("m4")])

    states: tuple[Literal["sent", "waiting", "failed"], ...] = ("sent", "waiting", "failed")
    settle(store, *(settled(m, state) for m, state in zip(leased, states, strict=False)))

    equal(ids(store.unanswered()), ["m3"])
    equal(ids(store.failed(9)), ["m2"])
    equal(ids(store.lease("a", 9, terms())), ["m4", "m1"])


def a_lease_says_when_it_began(opens: Opens) -> None:
    """The first and the present lease have their times, and the code of the last receipt is kept."""
    store = opens("s")
    store.commit([posted("m")])
    (first,) = store.lease("a", 1, terms())
    equal((first.first_at, first.leased_at, first.code), (NOW, NOW, ""))
    settle(store, settled(first, "waiting", code="BUSY"))

    (second,) = store.lease("a", 1, terms(minutes=5))

    equal((second.first_at, second.leased_at), (NOW, NOW + dt.timedelta(minutes=5)))
    equal((second.fence, second.code), (first.fence + 1, "BUSY"))
    equal(store.unanswered(), [second])


def a_message_waits_until_its_time(opens: Opens) -> None:
    """One that may be tried again later is not leased before, and nobody is woken for it."""
    store = opens("s")
    store.commit([posted("m")])
    (first,) = store.lease("a", 1, terms())
    settle(store, settled(first, "waiting", minutes=5))

    equal((store.lease("a", 9, terms(minutes=4.9)), store.wait(0, terms(minutes=4.9))), ([], False))
    equal(store.wait(0, terms(minutes=5)), True)
    equal(ids(store.lease("a", 9, terms(minutes=5))), ["m"])


def a_failed_message_is_listed_until_a_person_ends_it(opens: Opens) -> None:
    """It is neither leased nor unanswered; it can be closed, or made to wait again."""
    store = opens("s")
    store.commit([posted("m", "n")])
    leased = store.lease("a", 9, terms())
    settle(store, *(settled(m, "failed", code="BLACKLISTED") for m in leased))

    failed = store.failed(9)
    equal([(m.message_id, m.body, m.code) for m in failed], [(i, b"sealed", "BLACKLISTED") for i in "mn"])
    equal((ids(store.failed(1)), store.unanswered(), store.lease("a", 9, terms())), (["m"], [], []))

    closed, retried = failed
    equal(
        fates([settle(store, settled(closed, "sent")), settle(store, settled(retried, "waiting"))]),
        ["done"] * 2,
    )
    equal((store.failed(9), ids(store.lease("a", 9, terms()))), ([], ["n"]))


def in_quiet_hours_codes_alone_are_leased(opens: Opens) -> None:
    """With `codes_only` no notice is leased, new or tried before."""
    store = opens("s")
    store.commit([posted("n0", "n1")])
    (tried,) = store.lease("a", 1, terms())
    settle(store, settled(tried, "waiting"))

    equal((store.lease("a", 9, terms(codes_only=True)), store.wait(0, terms(codes_only=True))), ([], False))
    store.commit([posted("c", kind="code")])
    equal(store.wait(0, terms(codes_only=True)), True)
    equal(ids(store.lease("a", 9, terms(codes_only=True))), ["c"])
    equal(ids(store.lease("a", 9, terms())), ["n1", "n0"])


def codes_go_before_notices(opens: Opens) -> None:
    """Codes are leased first, because people wait for them at their phone; a notice may come a little later."""
    store = opens("s")
    store.commit([posted("n0", "n1"), posted("c0", kind="code"), posted("n2"), posted("c1", kind="code")])

    equal(ids(store.lease("a", 3, terms())), ["c0", "c1", "n0"])
    equal(ids(store.lease("a", 9, terms())), ["n1", "n2"])


def notices_over_their_budget_wait(opens: Opens) -> None:
    """Codes have no budget here, nor has a returned notice; the next day has its own budget."""
    store, today = opens("s"), Debit(kind="notices", digest="d", window="1", limit=3)
    store.commit([posted("n0", "n1", "n2", "n3", "n4"), posted("c0", kind="code")])

    first = store.lease("a", 3, terms(notices=today))
    equal(ids(first), ["c0", "n0", "n1"])
    settle(store, *(settled(m, "waiting") for m in first))
    equal(ids(store.lease("a", 9, terms(notices=today))), ["c0", "n2", "n0", "n1"])
    equal((store.lease("a", 9, terms(notices=today)), store.wait(0.05, terms(notices=today))), ([], False))
    equal(store.wait(0.05, terms()), True)

    equal(ids(store.lease("a", 9, terms(notices=attrs.evolve(today, window="2")))), ["n3", "n4"])


def the_end_of_an_old_lease_changes_nothing(opens: Opens) -> None:
    """A relay that wakes up late cannot end or give back a lease that another relay has taken since."""
    store = opens("s")
    store.commit([posted("m")])
    (first,) = store.lease("a", 1, terms())
    settle(store, settled(first, "waiting"))
    (second,) = store.lease("b", 1, terms())
    expect(second.fence > first.fence, "second.fence > first.fence")

    for state in ("sent", "waiting", "failed"):
        equal(settle(store, settled(first, state)), Conflict("message", "m"))
        equal(store.unanswered(), [second])

    settle(store, settled(second, "sent"))
    equal(store.unanswered(), [])


def a_commit_settles_a_message_with_all_it_says_or_not_at_all(opens: Opens) -> None:
    """A person settles a message in the commit of the record, and only for the lease they looked at."""
    store = opens("s")
    store.commit([posted("m", "n")])
    first, other = store.lease("a", 2, terms())
    settle(store, settled(first, "waiting"))
    (second,) = store.lease("a", 1, terms())

    def said(*leases: LeasedMessage) -> Commit:
        ends = tuple(settled(lease, "sent") for lease in leases)
        return Commit(settled=ends, documents=(Document("said", leases[0].message_id, b"by whom"),))

    (late,) = store.commit([said(first, other)])
    equal(late, Conflict("message", "m"))
    equal((ids(store.unanswered()), store.documents("said")), (["m", "n"], {}))

    equal(fates(store.commit([said(second), said(second), said(other)])), ["done", "message", "done"])
    equal((store.unanswered(), list(store.documents("said"))), ([], ["m", "n"]))


def what_is_dropped_is_told_to_nobody(opens: Opens) -> None:
    """A dropped message, waiting or leased, is not leased again, not queried, and never posted again."""
    store = opens("s")
    store.commit([posted("leased")])
    (lease,) = store.lease("a", 1, terms())
    store.commit([posted("waits", "stays")])

    store.commit([Commit(drops=("leased", "waits", "nobody's"))])
    equal(settle(store, settled(lease, "waiting")), Conflict("message", "leased"))
    store.commit([posted("waits", "leased")])

    equal(ids(store.lease("a", 9, terms())), ["stays"])
    equal(ids(store.unanswered()), ["stays"])


def of_a_group_each_commit_drops_what_was_posted_before_it(opens: Opens) -> None:
    """One posted only afterwards is sent; one that was there, or is of the same commit, is told to nobody."""
    store = opens("s")
    store.commit([posted("stood")])

    group = [Commit(drops=("later", "stood")), posted("later", "first", "stood"), Commit(drops=("first",))]
    equal(fates(store.commit([*group, posted("first")])), ["done"] * 4)

    equal(ids(store.lease("a", 9, terms())), ["later"])


def waiting_ends_when_a_message_waits(opens: Opens) -> None:
    """`wait` returns at once if a message waits, and gives up after its timeout otherwise."""
    store = opens("s")
    equal(store.wait(0.05, terms()), False)
    opens("s").commit([posted("m")])
    began = time.monotonic()

    equal(store.wait(20, terms()), True)
    expect(time.monotonic() - began < 10, "time.monotonic() - began < 10")
    store.lease("a", 1, terms())
    equal(store.wait(0.05, terms()), False)


LAWS: tuple[Law, ...] = (
    a_message_is_posted_once_for_ever,
    a_lease_is_taken_by_one,
    a_lease_ends_as_it_is_settled,
    a_lease_says_when_it_began,
    a_message_waits_until_its_time,
    a_failed_message_is_listed_until_a_person_ends_it,
    in_quiet_hours_codes_alone_are_leased,
    codes_go_before_notices,
    notices_over_their_budget_wait,
    the_end_of_an_old_lease_changes_nothing,
    a_commit_settles_a_message_with_all_it_says_or_not_at_all,
    what_is_dropped_is_told_to_nobody,
    of_a_group_each_commit_drops_what_was_posted_before_it,
    waiting_ends_when_a_message_waits,
)
