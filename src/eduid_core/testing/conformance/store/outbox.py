"""Laws of the outbox: the life of an outgoing message."""

from __future__ import annotations

import time

import attrs

from eduid_core.plugins import Commit, Conflict, Debit, Document, LeasedMessage, Received
from eduid_core.testing.conformance.store.expectations import equal, expect
from eduid_core.testing.conformance.store.making import Law, Opens, fates, ids, posted, settle, settled

__all__ = ["LAWS"]


def a_message_is_posted_once_for_ever(opens: Opens) -> None:
    """The second message with an identity counts as the first, even if that was sent long ago."""
    store = opens("s")
    store.commit([posted("m"), posted("m")])
    leased = store.lease("out", 9)
    equal(ids(leased), ["m"])
    settle(store, leased[0], Received.SENT)

    store.commit([posted("m")])

    equal((store.lease("out", 9), store.unanswered()), ([], []))


def a_lease_is_taken_by_one(opens: Opens) -> None:
    """A message taken by a relay is not given to another, and the relay that took it is known."""
    store, other = opens("s"), opens("s")
    store.commit([posted("m0", "m1", "m2", "m3", "m4")])

    mine, theirs = store.lease("a", 3), other.lease("b", 9)

    equal((ids(mine), ids(theirs)), (["m0", "m1", "m2"], ["m3", "m4"]))
    equal(ids(other.unanswered("a")), ["m0", "m1", "m2"])
    equal(ids(store.unanswered()), ["m0", "m1", "m2", "m3", "m4"])


def a_lease_ends_as_its_receipt_says(opens: Opens) -> None:
    """Sent ends the message, refused puts it behind those never tried, unknown leaves it unanswered."""
    store = opens("s")
    store.commit([posted("m0", "m1", "m2")])
    leased = store.lease("a", 9)
    store.commit([posted("m3")])

    store.commit([Commit(settled=tuple(settled(m, r) for m, r in zip(leased, Received, strict=True)))])

    equal(ids(store.unanswered()), ["m2"])
    equal(ids(store.lease("a", 9)), ["m3", "m1"])


def codes_go_before_notices(opens: Opens) -> None:
    """Codes are leased first, because people wait for them at their phone; a notice may come a little later."""
    store = opens("s")
    store.commit([posted("n0", "n1"), posted("c0", kind="code"), posted("n2"), posted("c1", kind="code")])

    equal(ids(store.lease("a", 3)), ["c0", "c1", "n0"])
    equal(ids(store.lease("a", 9)), ["n1", "n2"])


def notices_over_their_budget_wait(opens: Opens) -> None:
    """Codes have no budget here, nor has a returned notice; the next day has its own budget."""
    store, today = opens("s"), Debit(kind="notices", digest="d", window="1", limit=3)
    store.commit([posted("n0", "n1", "n2", "n3", "n4"), posted("c0", kind="code")])

    first = store.lease("a", 3, notices=today)
    equal(ids(first), ["c0", "n0", "n1"])
    store.commit([Commit(settled=tuple(settled(m, Received.REFUSED) for m in first))])
    equal(ids(store.lease("a", 9, notices=today)), ["c0", "n2", "n0", "n1"])
    equal((store.lease("a", 9, notices=today), store.wait(0.05, notices=False)), ([], False))
    equal(store.wait(0.05), True)

    equal(ids(store.lease("a", 9, notices=attrs.evolve(today, window="2"))), ["n3", "n4"])


def a_receipt_for_an_old_lease_changes_nothing(opens: Opens) -> None:
    """A relay that wakes up late cannot end or give back a lease that another relay has taken since."""
    store = opens("s")
    store.commit([posted("m")])
    (first,) = store.lease("a", 1)
    settle(store, first, Received.REFUSED)
    (second,) = store.lease("b", 1)
    expect(second.fence > first.fence, "second.fence > first.fence")

    for received in (Received.SENT, Received.REFUSED):
        equal(settle(store, first, received), Conflict("message", "m"))
        equal(store.unanswered(), [second])

    settle(store, second, Received.SENT)
    equal(store.unanswered(), [])


def a_commit_settles_a_message_with_all_it_says_or_not_at_all(opens: Opens) -> None:
    """A person settles a message in the commit of the record, and only for the lease they looked at."""
    store = opens("s")
    store.commit([posted("m", "n")])
    first, other = store.lease("a", 2)
    settle(store, first, Received.REFUSED)
    (second,) = store.lease("a", 1)

    def said(*leases: LeasedMessage) -> Commit:
        receipts = tuple(settled(lease, Received.SENT) for lease in leases)
        return Commit(settled=receipts, documents=(Document("said", leases[0].message_id, b"by whom"),))

    (late,) = store.commit([said(first, other)])
    equal(late, Conflict("message", "m"))
    equal((ids(store.unanswered()), store.documents("said")), (["m", "n"], {}))

    equal(fates(store.commit([said(second), said(second), said(other)])), ["done", "message", "done"])
    equal((store.unanswered(), list(store.documents("said"))), ([], ["m", "n"]))


def what_is_dropped_is_told_to_nobody(opens: Opens) -> None:
    """A dropped message, waiting or leased, is not leased again, not queried, and never posted again."""
    store = opens("s")
    store.commit([posted("leased")])
    (lease,) = store.lease("a", 1)
    store.commit([posted("waits", "stays")])

    store.commit([Commit(drops=("leased", "waits", "nobody's"))])
    equal(settle(store, lease, Received.REFUSED), Conflict("message", "leased"))
    store.commit([posted("waits", "leased")])

    equal(ids(store.lease("a", 9)), ["stays"])
    equal(ids(store.unanswered()), ["stays"])


def of_a_group_each_commit_drops_what_was_posted_before_it(opens: Opens) -> None:
    """One posted only afterwards is sent; one that was there, or is of the same commit, is told to nobody."""
    store = opens("s")
    store.commit([posted("stood")])

    group = [Commit(drops=("later", "stood")), posted("later", "first", "stood"), Commit(drops=("first",))]
    equal(fates(store.commit([*group, posted("first")])), ["done"] * 4)

    equal(ids(store.lease("a", 9)), ["later"])


def waiting_ends_when_a_message_waits(opens: Opens) -> None:
    """`wait` returns at once if a message waits, and gives up after its timeout otherwise."""
    store = opens("s")
    equal(store.wait(0.05), False)
    opens("s").commit([posted("m")])
    began = time.monotonic()

    equal(store.wait(20), True)
    expect(time.monotonic() - began < 10, "time.monotonic() - began < 10")
    store.lease("a", 1)
    equal(store.wait(0.05), False)


LAWS: tuple[Law, ...] = (
    a_message_is_posted_once_for_ever,
    a_lease_is_taken_by_one,
    a_lease_ends_as_its_receipt_says,
    codes_go_before_notices,
    notices_over_their_budget_wait,
    a_receipt_for_an_old_lease_changes_nothing,
    a_commit_settles_a_message_with_all_it_says_or_not_at_all,
    what_is_dropped_is_told_to_nobody,
    of_a_group_each_commit_drops_what_was_posted_before_it,
    waiting_ends_when_a_message_waits,
)
