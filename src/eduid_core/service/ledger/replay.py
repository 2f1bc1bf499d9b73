"""
The rows that a database should hold: the entries of its ledger, replayed.

Entries are applied in the order of the log, except that the entries of one stream are applied in the order of
its versions: two processes may write at almost the same time, and their entries may reach the log the other way
round.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import attrs

__all__ = ["Expected", "Span", "replayed"]

Span = tuple[int, int, str]
"""The records from one version of a stream to another, and their digest."""


@attrs.define
class Expected:
    """The covered rows: what the entries leave behind."""

    spans: dict[str, list[Span]] = attrs.field(factory=dict)
    statuses: dict[str, str] = attrs.field(factory=dict)
    """The last status of each stream; entries of earlier versions name none."""
    claims: set[tuple[str, str, str, bool]] = attrs.field(factory=set)
    documents: dict[tuple[str, str], str] = attrs.field(factory=dict)
    answers: dict[str, str] = attrs.field(factory=dict)
    messages: dict[str, set[str]] = attrs.field(factory=dict)
    """The digests of each message: a message posted twice is stored once."""
    sent: set[str] = attrs.field(factory=set)
    failed: set[str] = attrs.field(factory=set)

    def apply(self, told: dict[str, Any]) -> None:
        """Apply an entry."""
        for name, version, types, digest, *status in told.get("streams", ()):
            self.spans.setdefault(name, []).append((version - len(types), version, digest))
            if status:
                self.statuses[name] = status[0]
        for kind, digest, owner, unique in told.get("frees", ()):
            self.claims.discard((kind, digest, owner, unique))
        self.claims.update((k, d, o, u) for k, d, o, u in told.get("takes", ()))
        for kind, key, digest in told.get("documents", ()):
            self.documents.pop((kind, key), None)
            if digest:
                self.documents[kind, key] = digest
        for message, digest in told.get("posts", ()):
            self.messages.setdefault(message, set()).add(digest)
        self.failed.difference_update(told.get("waits", ()))
        self.failed.update(told.get("failed", ()))
        self.sent.update(told.get("settled", ()))
        self.sent.update(told.get("drops", ()))
        self.answers.update((key, digest) for key, digest in told.get("answers", ()))
        if told.get("answer"):
            key, digest = told["answer"]
            self.answers[key] = digest


def replayed(entries: Iterable[bytes]) -> Expected:
    """Return what *entries*, in the order of the log, leave behind."""
    expected = Expected()
    for told in _in_order(entries):
        expected.apply(told)
    return expected


def _in_order(entries: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """Yield the entries so that each stream grows from version to version; those that fit nowhere come last."""
    versions: dict[str, int] = {}
    waiting: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for body in entries:
        ready = [json.loads(body)]
        while ready:
            told = ready.pop()
            grown = [
                (name, version - len(types), version) for name, version, types, *_ in told.get("streams", ())
            ]
            unmet = [(name, start) for name, start, _ in grown if versions.get(name, 0) != start]
            if unmet:
                waiting.setdefault(unmet[0], []).append(told)
                continue
            yield told
            for name, _, version in grown:
                versions[name] = version
                ready += reversed(waiting.pop((name, version), []))
    for left in waiting.values():
        yield from left
