"""
Writing commits inside one transaction.

Each commit is first judged against what the transaction reads and what the commits before it change; those that
stand are then written together. The database's own constraints have the last word.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from eduid_core.plugins import Commit, Committed, Conflict, Document
from eduid_store_sql import tables as t

__all__ = ["Moved", "Writer"]


class Moved(Exception):
    """A version changed between the reading and the writing."""


class Writer:
    """Writes for one district over one open transaction."""

    def __init__(self, connection: sa.Connection, district: str) -> None:
        """Use *connection*, whose transaction the caller began and ends."""
        self._run, self._district = connection.execute, district
        self._versions: dict[str, int] = {}
        self._owners: dict[tuple[str, str], str | None] = {}
        self._keys: set[str] = set()

    def write(self, commits: Sequence[Commit]) -> list[Committed | Conflict]:
        """Write those of *commits* that stand and return each one's outcome."""
        self._read(commits)
        outcomes: list[Committed | Conflict] = []
        standing: list[Commit] = []
        for commit in commits:
            conflict = self._judge(commit)
            outcomes.append(conflict or Committed())
            if conflict is None:
                self._foresee(commit)
                standing.append(commit)
        self._append(standing)
        self._claim(standing)
        self._post(standing)
        self.put([d for c in standing for d in c.documents])
        return outcomes

    def conflict_of(self, commit: Commit) -> Conflict | None:
        """Return what stands in the way of *commit*, writing nothing."""
        self._read([commit])
        return self._judge(commit)

    # --- judging ---------------------------------------------------------------------------------------

    def _read(self, commits: Sequence[Commit]) -> None:
        s, c, a = t.streams.c, t.claims.c, t.answers.c
        for name in _chunks({x.stream for commit in commits for x in commit.appends}):
            query = sa.select(s.name, s.version).where(s.district == self._district, s.name.in_(name))
            self._versions.update((row.name, row.version) for row in self._run(query))
        wanted = {(x.kind, x.digest) for commit in commits for x in commit.takes if x.unique}
        for digests in _chunks({digest for _, digest in wanted}):
            query2 = sa.select(c.kind, c.digest, c.owner).where(
                c.district == self._district, c.digest.in_(digests)
            )
            self._owners.update(((row.kind, row.digest), row.owner) for row in self._run(query2))
        for keys in _chunks({commit.answer.key for commit in commits if commit.answer}):
            query3 = sa.select(a.key).where(a.district == self._district, a.key.in_(keys))
            self._keys.update(row.key for row in self._run(query3))

    def _judge(self, commit: Commit) -> Conflict | None:
        if commit.answer and commit.answer.key in self._keys:
            return Conflict("key")
        for append in commit.appends:
            if self._versions.get(append.stream, 0) != append.expected:
                return Conflict("version", append.stream)
        freed = {(f.kind, f.digest, f.owner) for f in commit.frees}
        for take in commit.takes:
            owner = self._owners.get((take.kind, take.digest)) if take.unique else None
            if owner not in {None, take.owner} and (take.kind, take.digest, owner) not in freed:
                return Conflict("claim", take.kind)
        return None

    def _foresee(self, commit: Commit) -> None:
        """Let the next commits of the group see what this one changes."""
        for append in commit.appends:
            self._versions[append.stream] = append.expected + len(append.records)
        for free in commit.frees:
            if self._owners.get((free.kind, free.digest)) == free.owner:
                self._owners[free.kind, free.digest] = None
        for take in commit.takes:
            if take.unique:
                self._owners[take.kind, take.digest] = take.owner
        if commit.answer:
            self._keys.add(commit.answer.key)

    # --- writing ---------------------------------------------------------------------------------------

    def _append(self, commits: Sequence[Commit]) -> None:
        """Write events and stream heads, a head's version compared and swapped."""
        d = self._district
        events, fresh, moved = [], [], []
        for append in (a for c in commits for a in c.appends):
            head: dict[str, Any] = {"district": d, "name": append.stream, "status": append.status}
            head["version"] = append.expected + len(append.records)
            if append.expected:
                moved.append(
                    {"d": d, "n": append.stream, "e": append.expected, "v": head["version"], "s": append.status}
                )
            else:
                fresh.append(head)
            for number, record in enumerate(append.records, start=append.expected + 1):
                row = {"district": d, "stream": append.stream, "version": number}
                events.append(row | {"type": record.type, "body": record.body})
        _insert(self._run, t.streams, fresh)
        for row in moved:
            if self._run(_SWAP, row).rowcount != 1:
                raise Moved
        _insert(self._run, t.events, events)

    def _claim(self, commits: Sequence[Commit]) -> None:
        """
        Leave every claim as the commits, in their order, leave it: of one (kind, digest, owner) the last word
        counts, and within a commit takes come after frees.
        """
        last: dict[tuple[bool, str, str, str], bool] = {}
        for commit in commits:
            last.update(((f.unique, f.kind, f.digest, f.owner), False) for f in commit.frees)
            last.update(((t_.unique, t_.kind, t_.digest, t_.owner), True) for t_ in commit.takes)
        for unique, table in ((True, t.claims), (False, t.marks)):
            rows = [(k, taken) for (u, *k), taken in last.items() if u is unique]
            if rows:
                self._run(_DELETE_CLAIM[table.name], [_claim_row(self._district, k, "w_") for k, _ in rows])
            _insert(self._run, table, [_claim_row(self._district, k) for k, taken in rows if taken])

    def _post(self, commits: Sequence[Commit]) -> None:
        """Put messages in the outbox, one for each identity for ever; keep the answers."""
        rows = {m.message_id: m for c in commits for m in c.outbox}
        o = t.outbox.c
        for ids in _chunks(rows):
            query = sa.select(o.message_id).where(o.district == self._district, o.message_id.in_(ids))
            for row in self._run(query).all():
                del rows[row.message_id]
        blank = {"district": self._district, "state": "waiting", "leases": 0, "leased_by": ""}
        _insert(
            self._run, t.outbox, [blank | {"message_id": m.message_id, "body": m.body} for m in rows.values()]
        )
        kept = [c.answer for c in commits if c.answer]
        _insert(
            self._run,
            t.answers,
            [{"district": self._district, "key": a.key, "digest": a.digest, "body": a.body} for a in kept],
        )

    def put(self, documents: Sequence[Document]) -> None:
        """Write documents; of two under one key the later stands, and an empty body removes."""
        last = {(d.kind, d.key): d for d in documents}
        gone = [{"d": self._district, "k": kind, "n": key} for kind, key in last]
        if gone:
            self._run(_DELETE_DOCUMENT, gone)
        rows = [
            {"district": self._district, "kind": d.kind, "key": d.key, "body": d.body}
            for d in last.values()
            if d.body
        ]
        _insert(self._run, t.documents, rows)


_SWAP = (
    t.streams.update()
    .where(
        t.streams.c.district == sa.bindparam("d"),
        t.streams.c.name == sa.bindparam("n"),
        t.streams.c.version == sa.bindparam("e"),
    )
    .values(version=sa.bindparam("v"), status=sa.bindparam("s"))
)

_DELETE_DOCUMENT = t.documents.delete().where(
    t.documents.c.district == sa.bindparam("d"),
    t.documents.c.kind == sa.bindparam("k"),
    t.documents.c.key == sa.bindparam("n"),
)


_CLAIM_COLUMNS = ("district", "kind", "digest", "owner")

_DELETE_CLAIM = {
    table.name: table.delete().where(*(table.c[name] == sa.bindparam(f"w_{name}") for name in _CLAIM_COLUMNS))
    for table in (t.claims, t.marks)
}


def _claim_row(district: str, key: Sequence[str], prefix: str = "") -> dict[str, str]:
    return {f"{prefix}{name}": value for name, value in zip(_CLAIM_COLUMNS, (district, *key), strict=True)}


def _insert(run: Any, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:  # noqa: ANN401 - execute
    if rows:
        run(table.insert(), rows)


def _chunks(values: Iterable[str], size: int = 500) -> Iterable[list[str]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]
