"""Laws of reading: the data that can be found again, and the exactness of names."""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs

from eduid_core.plugins import Document, IndexQuery, IndexRow, Record
from eduid_core.testing.conformance.store.expectations import equal
from eduid_core.testing.conformance.store.making import EVENT, Law, Opens, append, commit

__all__ = ["LAWS"]

_LOOKALIKES = ("a", "A", "ａ", "á", "ss", "ß", "峰", "峯", "𠮷", "吉", "㐂", "〇", "·", "z")


def documents_are_replaced_and_removed(opens: Opens) -> None:
    """Of two documents with one key the later is kept; an empty body removes; all come in key order."""
    store = opens("s")
    store.put([Document("k", "b", b"1"), Document("k", "a", b"2"), Document("j", "a", b"3")])
    store.put([Document("k", "b", b"0"), Document("k", "b", b"4"), Document("j", "a", b"")])

    equal(list(store.documents("k").items()), [("a", b"2"), ("b", b"4")])
    equal(store.documents("k", ["b", "none"]), {"b": b"4"})
    equal((store.documents("j"), store.documents("k", [])), ({}, {}))


def streams_are_found_by_status(opens: Opens) -> None:
    """Streams are found by prefix and status, sorted; a wildcard of SQL is an ordinary character."""
    store = opens("s")
    names = ("application/b", "application/a", "application%", "Application/c", "application0")
    store.commit([commit(*(append(name, 0) for name in names))])
    store.commit([commit(append("application/b", 1, status="approved"), append("card/a", 0))])

    equal(store.streams("application/", "draft"), ["application/a"])
    equal(store.streams("application/", "approved"), ["application/b"])
    equal(store.streams("application_", "draft"), [])
    equal(store.streams("application/", None), ["application/a", "application/b"])
    equal(len(store.streams("", None)), len(names) + 1)


_MONDAY = dt.datetime(2026, 11, 2, 1, tzinfo=dt.UTC)


def the_index_is_read_as_it_was_last_written(opens: Opens) -> None:
    """A row is replaced whole; rows come by key, after a key, as many as asked for, equal to every filter."""
    store = opens("s")
    rows = [
        IndexRow(key="b", status="draft", school="s1", class_="c1", guardian="g", name="n", due=_MONDAY),
        IndexRow(key="a", status="approved", school="s1", class_="c2"),
        IndexRow(key="C", status="draft", school="s2", is_new=True),
    ]
    store.commit([commit(index=(row,)) for row in rows])
    store.commit([commit(index=(IndexRow(key="a", status="revoked", school="s1"),))])

    def found(**query: Any) -> list[str]:
        return [row.key for row in store.find_rows(IndexQuery(**query))]

    equal(found(), ["C", "a", "b"])
    equal(found(after="C", limit=1), ["a"])
    equal((found(school="s1"), found(school="s1", status="draft"), found(class_="c2")), (["a", "b"], ["b"], []))
    equal((found(guardian="g"), found(name="n"), found(name="N")), (["b"], ["b"], []))
    equal((found(due_before=_MONDAY), found(due_before=_MONDAY + dt.timedelta(seconds=1))), ([], ["b"]))
    equal(store.find_rows(IndexQuery(after="a", limit=9))[0], attrs.evolve(rows[0], is_new=False))


def the_index_counts_what_it_finds(opens: Opens) -> None:
    """Counts are by one value, whatever the limit of a page; a failed commit leaves the index as it was."""
    store = opens("s")
    rows = [
        IndexRow(key=f"k{n}", status="draft" if n % 3 else "approved", school=f"s{n % 2}") for n in range(12)
    ]
    store.commit([commit(append("x", 0), index=tuple(rows))])
    store.commit([commit(append("x", 0), index=(IndexRow(key="k0", status="erased"),))])

    equal(store.count_rows(IndexQuery(limit=1), "status"), {"approved": 4, "draft": 8})
    equal(store.count_rows(IndexQuery(status="approved"), "school"), {"s0": 2, "s1": 2})
    equal(store.count_rows(IndexQuery(school="none"), "class_"), {})


def names_are_compared_exactly(opens: Opens) -> None:
    """Case, width, accents and rare characters distinguish names; sorting is by code point."""
    store = opens("s")
    store.commit([commit(*(append(f"x/{name}", 0, Record("T", name.encode())) for name in _LOOKALIKES))])
    store.put([Document("k", name, name.encode()) for name in _LOOKALIKES])

    found = store.load([f"x/{name}" for name in _LOOKALIKES])
    equal([s.records[0].body.decode() for s in found], list(_LOOKALIKES))
    equal(list(store.documents("k")), sorted(_LOOKALIKES))
    equal(store.streams("x/", "draft"), sorted(f"x/{name}" for name in _LOOKALIKES))


def long_lists_are_read_and_written_whole(opens: Opens) -> None:
    """Any number of names in a call is found, in the given order."""
    store = opens("s")
    names = [f"s{n}" for n in range(1203)]
    store.commit([commit(*(append(name, 0, EVENT, EVENT) for name in names))])

    for count in (0, 1, 7, 8, 9, 500, 501, 1203):
        equal([s.version for s in store.load(names[:count])], [2] * count)
    equal([s.name for s in store.load(["s7", "s3", "s7"])], ["s7", "s3", "s7"])


def a_large_body_is_kept_whole(opens: Opens) -> None:
    """A body of a megabyte is read back byte for byte."""
    store, body = opens("s"), bytes(range(256)) * 4096
    store.commit([commit(append("s", 0, Record("T", body)), documents=(Document("k", "n", body),))])

    equal(store.load(["s"])[0].records[0].body, body)
    equal(store.documents("k")["n"], body)


def a_snapshot_shortens_the_load_and_loses_nothing(opens: Opens) -> None:
    """After a snapshot only later records are loaded; the stream is kept; a later snapshot replaces it."""
    store = opens("s")
    records = [Record("T", str(n).encode()) for n in range(6)]
    store.commit([commit(append("s", 0, *records[:3], snapshot=b"three"), append("other", 0))])
    store.commit([commit(append("s", 3, records[3]))])

    found, other = store.load(["s", "other"])
    equal((found.version, found.base, found.snapshot, found.records), (4, 3, b"three", (records[3],)))
    equal((other.base, other.snapshot), (0, b""))
    equal(store.load(["s"], whole=True)[0].records, tuple(records[:4]))

    store.commit([commit(append("s", 4, *records[4:], snapshot=b"six"))])
    (found,) = store.load(["s"])
    equal((found.version, found.base, found.snapshot, found.records), (6, 6, b"six", ()))
    (found,) = store.load(["s"], whole=True)
    equal((found.version, found.base, found.snapshot, found.records), (6, 0, b"", tuple(records)))


def records_are_read_page_by_page(opens: Opens) -> None:
    """From any version on, in order, as many as asked for, those before a snapshot too."""
    store = opens("s")
    records = [Record("T", str(n).encode()) for n in range(5)]
    store.commit([commit(append("s", 0, *records[:3], snapshot=b"three"), append("other", 0))])
    store.commit([commit(append("s", 3, *records[3:]))])

    equal([list(store.records("s", after, 2)) for after in (0, 2, 4)], [records[:2], records[2:4], records[4:]])
    equal((list(store.records("s", 5, 9)), list(store.records("none", 0, 9))), ([], []))


LAWS: tuple[Law, ...] = (
    documents_are_replaced_and_removed,
    streams_are_found_by_status,
    the_index_is_read_as_it_was_last_written,
    the_index_counts_what_it_finds,
    names_are_compared_exactly,
    long_lists_are_read_and_written_whole,
    a_large_body_is_kept_whole,
    a_snapshot_shortens_the_load_and_loses_nothing,
    records_are_read_page_by_page,
)
