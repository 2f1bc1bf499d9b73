"""The model law: any history of calls has the answers of the model."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from eduid_core.plugins import (
    Append,
    Claim,
    Commit,
    Debit,
    Document,
    Due,
    LeasedMessage,
    LeaseTerms,
    OutboxRow,
    QueueRow,
    Read,
    Record,
    SavedAnswer,
    Settlement,
    Store,
)
from eduid_core.testing.conformance.store.expectations import equal
from eduid_core.testing.conformance.store.making import NOW, Opens
from eduid_core.testing.conformance.store.memory import MemoryStore

__all__ = ["any_history_agrees_with_the_model", "histories"]

_few = st.sampled_from("ab")
_moments = st.integers(0, 5).map(lambda n: NOW + dt.timedelta(minutes=n))
_bodies = st.sampled_from([b"1", b"2"])
_records = st.lists(st.builds(Record, _few, _bodies), min_size=1, max_size=3).map(tuple)
_appends = st.builds(
    Append,
    stream=_few,
    expected=st.integers(0, 4),
    records=_records,
    status=_few,
    due=st.none() | _moments,
    snapshot=st.sampled_from([b"", b"", b"snap"]),
)
_kinds = st.sampled_from(["code", "notice"])
_budgets = st.builds(Debit, kind=st.just("n"), digest=_few, window=_few, limit=st.integers(1, 2))
_terms = st.builds(LeaseTerms, at=_moments, notices=st.none() | _budgets, codes_only=st.booleans())
_claims = st.builds(Claim, _few, _few, _few, unique=st.booleans())


def _upto(strategy: st.SearchStrategy[Any], most: int = 2, unique_by: Any = None) -> st.SearchStrategy[Any]:
    return st.lists(strategy, max_size=most, unique_by=unique_by).map(tuple)


_commits = st.builds(
    Commit,
    appends=_upto(_appends, unique_by=lambda a: a.stream),
    reads=_upto(st.builds(Read, _few, st.integers(0, 4)), 1),
    takes=_upto(_claims, unique_by=lambda c: (c.kind, c.digest)),
    frees=_upto(_claims),
    outbox=_upto(st.builds(OutboxRow, message_id=_few, body=_bodies, kind=_kinds)),
    documents=_upto(st.builds(Document, _few, _few, st.just(b"") | _bodies)),
    debits=_upto(
        st.builds(Debit, kind=_few, digest=_few, window=_few, limit=st.just(3), amount=st.integers(1, 3)), 1
    ),
    settled=_upto(
        st.builds(
            Settlement,
            message_id=_few,
            fence=st.integers(1, 2),
            state=st.sampled_from(["sent", "waiting", "failed"]),
            due=st.none() | _moments,
            code=_few,
        ),
        1,
    ),
    drops=_upto(_few, 1),
    queue=_upto(st.builds(QueueRow, task=_few, reviewer=st.just("") | _few, rank=st.integers(0, 2))),
    answer=st.none() | st.builds(SavedAnswer, key=_few, digest=_few, body=_bodies),
)
_documents = st.lists(
    st.builds(Document, _few, _few, st.sampled_from([b"", b"1", b"2", b"2"])), min_size=1, max_size=4
)
_calls = st.one_of(
    *[st.tuples(st.just("commit"), st.lists(_commits, min_size=1, max_size=4))] * 3,
    *[st.tuples(st.just("put"), _documents)] * 2,
    *[st.tuples(st.just("lease"), _few, st.integers(1, 3), _terms)] * 2,
    st.tuples(st.just("settle"), st.sampled_from(["sent", "waiting", "failed"]), st.none() | _moments),
    st.tuples(
        st.just("take_due"), _moments, _moments.map(lambda m: m + dt.timedelta(hours=1)), st.integers(1, 3)
    ),
    st.tuples(
        st.just("reschedule"),
        st.lists(st.builds(Due, _few, st.integers(1, 4), st.none() | _moments), max_size=2),
    ),
)


def histories(*, most: int = 12) -> st.SearchStrategy[list[tuple[Any, ...]]]:
    """Generate lists of up to *most* calls of a store, close enough together to conflict."""
    return st.lists(_calls, min_size=most // 3, max_size=most)


def _carry_out(store: Store, call: tuple[Any, ...], leases: list[LeasedMessage]) -> Any:
    name, *args = call
    if name == "settle":
        state, due = args
        ends = [Settlement(message_id=m.message_id, fence=m.fence, state=state, due=due) for m in leases[-2:]]
        return list(store.commit([Commit(settled=(end,)) for end in ends]))
    answer = getattr(store, name)(*args)
    if name == "lease":
        leases.extend(answer)
    return list(answer) if answer is not None else None


def _all_of(store: Store) -> Mapping[str, Any]:
    few = ["a", "b"]
    return {
        "whole": list(store.load(few, whole=True)),
        "load": list(store.load(few)),
        "records": [list(store.records(name, after, 2)) for name in few for after in range(3)],
        "answers": list(store.answers(few)),
        "holders": [dict(store.holders(kind, few)) for kind in few],
        "documents": [list(store.documents(kind).items()) for kind in few],
        "streams": [list(store.streams(name, status)) for name in ("", *few) for status in (*few, None)],
        "queue": [list(store.queue(reviewer, 9)) for reviewer in few],
        "unanswered": list(store.unanswered()),
        "failed": list(store.failed(9)),
        "due": list(store.take_due(NOW + dt.timedelta(days=1), NOW + dt.timedelta(days=2), 9)),
    }


PHASES = (Phase.generate, Phase.shrink)
_NUMBERS = itertools.count()


def any_history_agrees_with_the_model(opens: Opens) -> None:
    """For any sequence of calls the store gives the answers of the model and ends in its state."""

    @settings(
        max_examples=100,
        phases=PHASES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(history=histories())
    def agrees(history: list[tuple[Any, ...]]) -> None:
        store, model = opens(f"h{next(_NUMBERS)}"), MemoryStore()
        leases: tuple[list[LeasedMessage], list[LeasedMessage]] = ([], [])
        for call in history:
            equal(_carry_out(store, call, leases[0]), _carry_out(model, call, leases[1]), after=history)
        equal(_all_of(store), _all_of(model), after=history)
        store.close()

    agrees()
