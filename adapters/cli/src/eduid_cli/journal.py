"""
The journal of a folder of results: its `sms.jsonl`, and the id by which the database knows it.

A line of the journal proves that a message was handed over; its absence proves the contrary only in the very
journal that the message was leased for. So the id stands beside the journal (`sms.jsonl.id`) and in the
database, with the size that was last seen, and a command stops where they disagree: a journal that is missing
or cut short, one of another folder, or a database older than its journal.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import attrs

from eduid_cli.errors import UsageStop
from eduid_core.plugins import Document
from eduid_core.service import Relayed, Service
from eduid_sms_console import FileSender, message_ids

__all__ = ["Journal", "JournalFile", "hand_over", "open_journal"]

NAME: Final = "sms.jsonl"
_KIND: Final = "journal"
_OUTLET: Final = "file:"
_KEPT_EVERY: Final = 20
"""Batches of messages after which the database learns the size of the journal again."""
_KNOWN: Final = frozenset({"leased", "sent"})


@attrs.frozen(kw_only=True)
class JournalFile:
    """What a folder of results holds before a command begins: read before anything is created in it."""

    path: Path
    exists: bool
    id: str
    database: str
    """The id beside the journal, and the database that made it; empty if there is none."""

    @classmethod
    def found_in(cls, out: Path) -> JournalFile:
        """Read the id beside the journal of *out*."""
        try:
            told = json.loads(_beside(out).read_text("utf-8"))
            named = str(told["journal"]), str(told["database"])
        except (OSError, ValueError, KeyError, TypeError):
            named = "", ""
        path = out / NAME
        return cls(path=path, exists=path.exists(), id=named[0], database=named[1])

    def ids(self) -> list[str]:
        """Return the identities of the messages in it."""
        return message_ids(self.path) if self.exists else []


def _beside(out: Path) -> Path:
    return out / f"{NAME}.id"


@attrs.frozen(kw_only=True)
class Journal:
    """The journal of this command; `lost` are those that a person gave up for it."""

    service: Service
    path: Path
    id: str
    database: str
    is_new: bool
    already: frozenset[str] = frozenset()
    lost: tuple[tuple[str, dict[str, Any]], ...] = ()

    def prepare(self) -> None:
        """Write the id beside a journal that has none, before a run is stored that names it."""
        if not _beside(self.path.parent).exists():
            self._write_id()

    def begin(self) -> None:
        """Let the folder and the database know the journal; what another database left there is set aside."""
        if self.is_new:
            _set_aside(self.path)
        self._write_id()
        _put(self.service, self.lost)
        self.keep()

    def _write_id(self) -> None:
        text = json.dumps({"journal": self.id, "database": self.database}) + "\n"
        _beside(self.path.parent).write_text(text, "utf-8")

    def sender(self) -> FileSender:
        """Return the sender that writes to this journal."""
        return FileSender(self.path, journal=self.id, already=self.already)

    def keep(self) -> None:
        """Let the database know the present size of the journal."""
        size = self.path.stat().st_size if self.path.exists() else 0
        told = json.dumps({"size": size}).encode()
        if self.service.executor.store.documents(_KIND, [self.id]).get(self.id) != told:
            _put(self.service, [(self.id, {"size": size})])


def hand_over(
    service: Service, journal: Journal, on_progress: Callable[[int], None] = lambda _: None
) -> Relayed:
    """Hand every waiting message over to the journal; the database learns its size early, and at the end."""
    batches = 0

    def batch(count: int) -> None:
        nonlocal batches
        if batches % _KEPT_EVERY == 0:
            journal.keep()
        batches += 1
        on_progress(count)

    relayed = service.send_messages(alone=True, on_progress=batch)
    journal.keep()
    service.ledger().integrate()
    return relayed


def _put(service: Service, journals: Iterable[tuple[str, dict[str, Any]]]) -> None:
    documents = [Document(_KIND, name, json.dumps(body).encode()) for name, body in journals]
    if documents:
        service.executor.ledger.put(documents, at=service.clock().isoformat(), what=_KIND)


@attrs.frozen
class _Database:
    """What the database knows of journals."""

    service: Service
    name: str
    known: dict[str, dict[str, Any]]
    unanswered: frozenset[str]
    """The journals, not given up, for which messages without an answer were leased."""

    @classmethod
    def of(cls, service: Service) -> _Database:
        store = service.executor.store
        known = {name: json.loads(body) for name, body in store.documents(_KIND).items()}
        leased = {
            m.leased_by.removeprefix(_OUTLET) for m in store.unanswered() if m.leased_by.startswith(_OUTLET)
        }
        lost = {name for name, told in known.items() if told.get("lost")}
        return cls(service, service.pseudonym(_KIND, "database")[:16], known, frozenset(leased - lost))

    def unknown_among(self, ids: Iterable[str]) -> list[str]:
        """Return the messages of *ids* that the database never leased."""
        rows = self.service.executor.store.inventory(("message",))
        states = {row.names[0]: row.names[1] for row in rows}
        return [i for i in ids if states.get(i) not in _KNOWN]

    def size_of(self, journal: str) -> int:
        return int(self.known.get(journal, {}).get("size", 0))


def open_journal(found: JournalFile, service: Service, *, resumed: str = "", abandon: bool = False) -> Journal:
    """
    Return the journal of the folder, before anything is written; a folder without one, or with that of another
    database, is to get a new one.

    *resumed* is the journal of the run that is resumed. *abandon*: a person gives up a journal that is lost,
    and a database that was lost after its journal was written.

    Raises:
        UsageStop: a journal is missing, cut short or of another folder; or the database is older than this one.
    """
    database = _Database.of(service)
    here, is_older = _here(found, database)
    if is_older and not abandon:
        raise _older(found)
    awaited = {*database.unanswered, *filter(None, (resumed,))} - {here}
    if awaited and not abandon:
        raise _missing(database, awaited)
    return Journal(
        service=service,
        path=found.path,
        id=here or secrets.token_hex(8),
        database=database.name,
        is_new=not here,
        already=frozenset(found.ids()) if is_older else frozenset(),
        lost=tuple((name, database.known.get(name, {}) | {"lost": True}) for name in sorted(awaited)),
    )


def _here(found: JournalFile, database: _Database) -> tuple[str, bool]:
    """
    Return the id of the journal in the folder, empty if it holds none of this database; and whether the
    database is older than it.
    """
    if found.id and found.database == database.name:
        if not found.exists or found.path.stat().st_size < database.size_of(found.id):
            return "", False
        ids = found.ids()
        return found.id, bool(ids) and (found.id not in database.known or bool(database.unknown_among(ids)))
    ids = [] if found.id else found.ids()
    if not ids:
        return "", False
    unknown = database.unknown_among(ids)  # written by a version that gave journals no id
    name = FileSender(found.path).sender_id.removeprefix(_OUTLET)
    return ("", False) if len(unknown) == len(ids) else (name, bool(unknown))


def _set_aside(path: Path) -> None:
    """Rename a journal of another database, or what is left of one: a journal belongs to one database."""
    if path.is_file() and path.stat().st_size:
        number = 1
        while (aside := path.with_name(f"sms.earlier-{number}.jsonl")).exists():
            number += 1
        path.rename(aside)
        path.touch()


def _missing(database: _Database, awaited: set[str]) -> UsageStop:
    leases = database.service.executor.store.unanswered()
    count = sum(m.leased_by.removeprefix(_OUTLET) in awaited for m in leases)
    return UsageStop(
        f"上次运行的短信记录 sms.jsonl 不在这个 --out 中（{count} 条短信尚无结果）。请使用原来的 --out，"
        "或把原目录放回；记录确已丢失时加 --abandon，这些短信不再发送",
        f"the sms.jsonl of the earlier run is not in this --out ({count} messages wait for its answer): "
        "give the same --out, or put the folder back; if it is lost, certify --abandon goes on, and they are "
        "not sent again",
    )


def _older(found: JournalFile) -> UsageStop:
    return UsageStop(
        f"数据库比 {found.path} 旧：其中有数据库不知道的短信，可能恢复了旧备份。请恢复最新的数据库；"
        "确已丢失时加 --abandon，sms.jsonl 中的短信视为已发送",
        f"the database is older than {found.path}, which holds messages that it does not know: restore "
        "the newest database; if it is lost, certify --abandon goes on, and the messages in sms.jsonl count "
        "as sent",
    )
