"""Broken stores: each breaks a law, which proves that the law can fail and does not hold by chance."""

from __future__ import annotations

import datetime as dt
import time
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from threading import RLock
from typing import Literal

import attrs

from eduid_core.plugins import (
    Append,
    Claim,
    Commit,
    Committed,
    Conflict,
    Debit,
    Document,
    Due,
    IndexQuery,
    IndexRow,
    LeasedMessage,
    LeaseTerms,
    QueueRow,
    Record,
    Settlement,
    Stream,
)
from eduid_core.testing.conformance.store.memory import Head, Memory, MemoryStore

__all__ = ["TWINS"]

TWINS: dict[str, type[MemoryStore]] = {}
"""Name of a law -> a store that breaks it."""


class _Breaks(MemoryStore):
    """A store that breaks a law."""

    def __init_subclass__(cls, law: str = "", laws: tuple[str, ...] = ()) -> None:
        TWINS.update(dict.fromkeys((*laws, *([law] if law else ())), cls))


class _Backwards(_Breaks, law="what_was_committed_is_read_back_in_order"):
    def append(self, head: Head, append: Append) -> None:
        super().append(head, attrs.evolve(append, records=append.records[::-1]))


class _Torn(_Breaks, law="a_commit_refused_leaves_nothing_behind"):
    def commit_one(self, commit: Commit) -> Committed | Conflict:
        self.write(self.memory, commit.documents)
        return super().commit_one(commit)


class _LooksAway(_Breaks, law="a_commit_stands_on_what_it_read"):
    def conflict(self, memory: Memory, commit: Commit) -> Conflict | None:
        return super().conflict(memory, attrs.evolve(commit, reads=()))


class _AllOrNone(_Breaks, law="in_a_group_each_commit_has_its_own_fate"):
    def commit(self, commits: Sequence[Commit], /) -> Sequence[Committed | Conflict]:
        conflicts = [o for o in super().commit(commits) if isinstance(o, Conflict)]
        return [conflicts[0] if conflicts else Committed()] * len(commits)


class _Greedy(_Breaks, law="a_claim_has_one_owner_and_a_mark_many"):
    def conflict(self, memory: Memory, commit: Commit) -> Conflict | None:
        return super().conflict(memory, attrs.evolve(commit, takes=()))


class _FreesForAll(_Breaks, law="a_claim_is_free_when_its_owner_frees_it"):
    def free(self, memory: Memory, claim: Claim) -> None:
        memory.claims.pop((claim.kind, claim.digest), None)


class _ForgetsAnswers(_Breaks, law="an_answer_stands_once"):
    def conflict(self, memory: Memory, commit: Commit) -> Conflict | None:
        return super().conflict(memory, attrs.evolve(commit, answer=None))


class _SpendsOnceMore(_Breaks, law="a_budget_is_never_overdrawn"):
    def conflict(self, memory: Memory, commit: Commit) -> Conflict | None:
        lax = tuple(attrs.evolve(d, limit=d.limit + 1) for d in commit.debits)
        return super().conflict(memory, attrs.evolve(commit, debits=lax))


class _QueueForEver(_Breaks, law="a_task_waits_for_one_reviewer_by_rank"):
    def apply(self, memory: Memory, commit: Commit) -> None:
        super().apply(memory, attrs.evolve(commit, queue=tuple(q for q in commit.queue if q.reviewer)))


class _Volatile(_Breaks, law="what_was_committed_outlives_the_program"):
    def close(self) -> None:
        self.memory.streams.clear()


class _Common(_Breaks, law="stores_of_two_names_share_nothing"):
    shared = Memory()

    def __init__(self, _: Memory | None = None) -> None:
        super().__init__(self.shared)


class _KeepsNothing(_Breaks, law="documents_are_replaced_and_removed"):
    def write(self, memory: Memory, documents: Sequence[Document]) -> None:
        memory.documents.update({(d.kind, d.key): d.body for d in documents})


class _AnyCase(_Breaks, law="streams_are_found_by_status"):
    def streams(self, prefix: str, status: str | None, /) -> Sequence[str]:
        heads = self.memory.streams.items()
        return sorted(n for n, h in heads if n.lower().startswith(prefix.lower()) and h.status == status)


class _Folding(_Breaks, law="names_are_compared_exactly"):
    def stream(self, name: str, *, whole: bool) -> Stream:
        def folded(text: str) -> str:
            return unicodedata.normalize("NFKC", text).casefold()

        same = [n for n in self.memory.streams if folded(n) == folded(name)]
        return attrs.evolve(super().stream(same[0] if same else name, whole=whole), name=name)


class _FiveHundred(_Breaks, law="long_lists_are_read_and_written_whole"):
    def load(self, streams: Sequence[str], /, *, whole: bool = False) -> Sequence[Stream]:
        found = super().load(streams[:500], whole=whole)
        return [*found, *(Stream(name=name) for name in streams[500:])]


class _SmallBlob(_Breaks, law="a_large_body_is_kept_whole"):
    def append(self, head: Head, append: Append) -> None:
        cut = tuple(attrs.evolve(r, body=r.body[: 2**16 - 1]) for r in append.records)
        super().append(head, attrs.evolve(append, records=cut))


class _SnapshotOnly(_Breaks, law="a_snapshot_shortens_the_load_and_loses_nothing"):
    def stream(self, name: str, *, whole: bool) -> Stream:  # noqa: ARG002 - that is what is broken
        return super().stream(name, whole=False)


class _FromTheSnapshotOn(_Breaks, law="records_are_read_page_by_page"):
    def records(self, stream: str, after: int, limit: int, /) -> Sequence[Record]:
        base = self.memory.streams[stream].base if stream in self.memory.streams else 0
        return super().records(stream, max(after, base), limit)


class _PostsAgain(_Breaks, law="a_message_is_posted_once_for_ever"):
    def end(self, memory: Memory, settlement: Settlement) -> None:
        super().end(memory, settlement)
        if settlement.state == "sent":
            del memory.outbox[settlement.message_id]


class _LendsToAll(_Breaks, law="a_lease_is_taken_by_one"):
    def lease(self, sender_id: str, limit: int, terms: LeaseTerms, /) -> Sequence[LeasedMessage]:
        leased = super().lease(sender_id, limit, terms)
        for message in leased:
            self.memory.outbox[message.message_id].state = "waiting"
        return leased


class _TriesTheUnknown(_Breaks, law="a_lease_ends_as_it_is_settled"):
    def unanswered(self, sender_id: str | None = None, /) -> Sequence[LeasedMessage]:
        left = super().unanswered(sender_id)
        for message in left:
            self.memory.outbox[message.message_id].state = "waiting"
        return left


class _Timeless(_Breaks, law="a_lease_says_when_it_began"):
    def lease(self, sender_id: str, limit: int, terms: LeaseTerms, /) -> Sequence[LeasedMessage]:
        leased = super().lease(sender_id, limit, terms)
        return [attrs.evolve(m, first_at=m.leased_at) for m in leased]


class _TriesAtOnce(_Breaks, law="a_message_waits_until_its_time"):
    def end(self, memory: Memory, settlement: Settlement) -> None:
        super().end(memory, attrs.evolve(settlement, due=None))


class _FailsUnseen(_Breaks, law="a_failed_message_is_listed_until_a_person_ends_it"):
    def failed(self, limit: int, /) -> Sequence[LeasedMessage]:
        return super().failed(limit)[1:]


class _Noisy(_Breaks, law="in_quiet_hours_codes_alone_are_leased"):
    def lease(self, sender_id: str, limit: int, terms: LeaseTerms, /) -> Sequence[LeasedMessage]:
        return super().lease(sender_id, limit, attrs.evolve(terms, codes_only=False))


def _at_any_lease(memory: Memory, commit: Commit) -> tuple[Settlement, ...]:
    """Return the settlements of *commit*, each under the fence that its message has now."""
    outbox = memory.outbox
    return tuple(
        attrs.evolve(r, fence=outbox[r.message_id].leases) for r in commit.settled if r.message_id in outbox
    )


class _Unfenced(_Breaks, law="the_end_of_an_old_lease_changes_nothing"):
    def conflict(self, memory: Memory, commit: Commit) -> Conflict | None:
        return super().conflict(memory, attrs.evolve(commit, settled=_at_any_lease(memory, commit)))


class _DropsWhatWaits(_Breaks, law="what_is_dropped_is_told_to_nobody"):
    def drop(self, memory: Memory, identities: Sequence[str]) -> None:
        super().drop(memory, [i for i in identities if i in memory.outbox and not memory.outbox[i].leases])


class _DropsLast(_Breaks, law="of_a_group_each_commit_drops_what_was_posted_before_it"):
    def commit(self, commits: Sequence[Commit], /) -> Sequence[Committed | Conflict]:
        outcomes = super().commit([attrs.evolve(c, drops=()) for c in commits])
        super().commit([Commit(drops=tuple(i for c in commits for i in c.drops))])
        return outcomes


class _SettlesAnyLease(_Breaks, law="a_commit_settles_a_message_with_all_it_says_or_not_at_all"):
    def conflict(self, memory: Memory, commit: Commit) -> Conflict | None:
        return super().conflict(memory, attrs.evolve(commit, settled=()))


class _FirstComeFirstServed(_Breaks, law="codes_go_before_notices"):
    def lease(self, sender_id: str, limit: int, terms: LeaseTerms, /) -> Sequence[LeasedMessage]:
        for message in self.memory.outbox.values():
            message.kind = "notice"
        return super().lease(sender_id, limit, terms)


class _Spendthrift(_Breaks, law="notices_over_their_budget_wait"):
    def left(self, notices: Debit) -> int:
        return notices.limit


class _Deaf(_Breaks, law="waiting_ends_when_a_message_waits"):
    def wait(self, timeout_s: float, terms: LeaseTerms, /) -> bool:  # noqa: ARG002 - that is what is broken
        time.sleep(min(timeout_s, 0.05))
        return False


class _OverdueOnly(_Breaks, law="what_is_due_is_found_in_order"):
    def take_due(self, at: dt.datetime, until: dt.datetime, limit: int, /) -> Sequence[Due]:
        return super().take_due(at - dt.timedelta.resolution, until, limit)


class _TakesForGood(_Breaks, law="what_one_worker_took_comes_back_when_it_dies"):
    def take_due(self, at: dt.datetime, until: dt.datetime, limit: int, /) -> Sequence[Due]:
        return super().take_due(at, until.replace(year=9999), limit)


class _OldDeadlines(_Breaks, law="an_append_sets_the_deadline_anew"):
    def append(self, head: Head, append: Append) -> None:
        super().append(head, attrs.evolve(append, due=append.due or head.due))


class _AnyVersion(_Breaks, law="a_deadline_is_moved_at_its_version_only"):
    def reschedule(self, dues: Sequence[Due], /) -> None:
        for due in dues:
            if due.stream in self.memory.streams:
                self.memory.streams[due.stream].due = due.at


class _Backlog(_Breaks, law="any_history_agrees_with_the_model"):
    def documents(self, kind: str, keys: Sequence[str] | None = None, /) -> Mapping[str, bytes]:
        return dict(reversed(list(super().documents(kind, keys).items())))

    def queue(self, reviewer: str, limit: int, /) -> Sequence[QueueRow]:
        return super().queue(reviewer, limit)[::-1]


class _Unlocked(
    _Breaks,
    laws=(
        "of_many_that_race_for_a_claim_one_wins",
        "of_many_that_append_at_once_each_version_is_written_by_one",
        "of_two_that_rest_on_each_other_one_is_first",
        "of_many_that_spend_at_once_none_overdraws",
        "of_many_relays_each_message_is_leased_by_one",
        "of_many_workers_each_deadline_is_taken_by_one",
    ),
):
    """Reads, pauses, and writes: concurrent writes are lost."""

    def __init__(self, memory: Memory | None = None) -> None:
        super().__init__(memory)
        self.lock = RLock()

    def apply(self, memory: Memory, commit: Commit) -> None:
        time.sleep(0.002)
        super().apply(memory, commit)

    def lease(self, sender_id: str, limit: int, terms: LeaseTerms, /) -> Sequence[LeasedMessage]:
        waiting = [(i, m) for i, m in self.memory.outbox.items() if m.state == "waiting"][:limit]
        time.sleep(0.002)
        for _, message in waiting:
            message.state = "leased"
        lease = partial(LeasedMessage, leased_by=sender_id, first_at=terms.at, leased_at=terms.at)
        return [lease(message_id=i, body=m.body) for i, m in waiting]

    def take_due(self, at: dt.datetime, until: dt.datetime, limit: int, /) -> Sequence[Due]:
        due = sorted((h.due, n) for n, h in self.memory.streams.items() if h.due is not None and h.due <= at)
        time.sleep(0.002)
        for _, name in due[:limit]:
            self.memory.streams[name].due = until
        return [Due(name, 1, when) for when, name in due[:limit]]


class _FirstPage(_Breaks, law="the_index_is_read_as_it_was_last_written"):
    def find_rows(self, query: IndexQuery, /) -> Sequence[IndexRow]:
        return super().find_rows(attrs.evolve(query, after=""))


class _CountsPages(_Breaks, law="the_index_counts_what_it_finds"):
    def count_rows(self, query: IndexQuery, by: Literal["status", "school", "class_"], /) -> Mapping[str, int]:
        return Counter(getattr(row, by) for row in self.find_rows(query))
