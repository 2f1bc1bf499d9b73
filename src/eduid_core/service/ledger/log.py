"""
The ledger: every commit leaves an entry in the clear, without personal data, and no entry can be taken back.

An entry is written by the commit that it describes: actor, role, time, the new version of each stream, the
digest of the stored records. Later the entry moves into the log, a Merkle tree with signed checkpoints for a
witness. A store rewritten afterwards contradicts a checkpoint, or its entries contradict its streams.

Sources: RFC 6962; 未成年人网络保护条例 36 (a record of every look at a minor's data).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any, Final

import attrs

from eduid_core.findings import AdapterError
from eduid_core.plugins import Append, Commit, Committed, Document, Record, Store, Stream
from eduid_core.service.codec.serialize import dumps
from eduid_core.service.crypto.vault import Vault
from eduid_core.service.ledger import merkle
from eduid_core.service.ledger.checkpoint import Checkpoint, signed_note, verifier_of

__all__ = ["KIND", "Ledger", "entry", "entry_of"]

KIND: Final = "ledger"
"""The kind of the documents that wait to be moved into the log."""
LOG: Final = "ledger/log"
_CHECKPOINT: Final = "ledger_checkpoint"
_BATCH: Final = 1000
_PEAKS: Final = "peaks of {}"
"""The place of the sealed peaks of the tree, by the number of entries under them."""
_OPEN: Final = b"["
"""The first byte of peaks stored before peaks were sealed."""


def entry(key: str, **told: Any) -> Document:  # noqa: ANN401 - any JSON value
    """Return an entry with the fields *told* as a document under *key*, which must be unique."""
    return Document(KIND, key, dumps(told))


def entry_of(appends: Sequence[Append], *, at: str, by: str, role: str, **more: str) -> Document:
    """Return the entry of a commit that appends; *more* names the program that acted for an account."""
    grown = [
        [a.stream, a.expected + len(a.records), [r.type for r in a.records], _digest(a.records)]
        for a in appends
    ]
    first = appends[0]
    return entry(f"{first.stream}#{first.expected + 1}", at=at, by=by, role=role, streams=grown, **more)


def _digest(records: Sequence[Record]) -> str:
    """Return the digest of records as stored, sealed bodies included."""
    total = sha256()
    for record in records:
        total.update(len(record.body).to_bytes(4, "big") + record.type.encode() + b"\0" + record.body)
    return total.hexdigest()


@attrs.frozen
class Ledger:
    """The ledger of a store; *origin* names it in checkpoints."""

    store: Store
    vault: Vault
    origin: str

    # --- growing ---------------------------------------------------------------------------------------

    def integrate(self) -> int:
        """
        Move waiting entries into the log, in order of time; return their number. Several processes may run it
        at once.
        """
        waiting = sorted(self.store.documents(KIND).items(), key=lambda kept: (_time(kept[1]), kept[0]))
        done = 0
        for start in range(0, len(waiting), _BATCH):
            batch = waiting[start : start + _BATCH]
            if not self._take_over(batch):
                break  # another process is doing it
            done += len(batch)
        return done

    def _take_over(self, batch: Sequence[tuple[str, bytes]]) -> bool:
        peaks, version = self._grown()
        for _, body in batch:
            peaks = peaks.add(merkle.leaf_hash(body))
        log = Append(
            stream=LOG,
            expected=version,
            records=tuple(Record("Entry", body) for _, body in batch),
            status="open",
            snapshot=self.vault.house.seal(_packed(peaks), record=LOG, field=_PEAKS.format(peaks.size)),
        )
        taken = tuple(Document(KIND, key, b"") for key, _ in batch)
        (outcome,) = self.store.commit([Commit(appends=(log,), documents=taken)])
        return isinstance(outcome, Committed)

    def _grown(self) -> tuple[merkle.Peaks, int]:
        """Return the peaks of the log and its size."""
        (log,) = self.store.load([LOG])
        peaks = self._kept_peaks(log)
        if peaks is None:
            (log,) = self.store.load([LOG], whole=True)
        peaks = peaks or merkle.Peaks()
        for record in log.records:
            peaks = peaks.add(merkle.leaf_hash(record.body))
        return peaks, log.version

    def _kept_peaks(self, log: Stream) -> merkle.Peaks | None:
        """Return the peaks stored sealed; None for an empty log, or if the peaks were stored unsealed."""
        if log.snapshot.startswith(_OPEN) or not log.base:
            return None
        try:
            return _unpacked(self.vault.house.open(log.snapshot, record=LOG, field=_PEAKS.format(log.base)))
        except AdapterError:
            raise AdapterError("ledger_changed", "ledger") from None

    # --- telling ---------------------------------------------------------------------------------------

    def checkpoint(self) -> str:
        """
        Sign a note on the current log, keep it and return it: hand it to a witness.

        Raises:
            AdapterError: `ledger_changed`: the entries differ from those moved into the log, or do not continue
                the last signed checkpoint; no checkpoint is signed.
        """
        peaks, size = self._grown()
        leaves, root = self._leaves()[:size], peaks.root()
        kept = self.store.documents(_CHECKPOINT)
        last: dict[str, Any] = json.loads(kept[max(kept)]) if kept else {"size": 0, "root": merkle.EMPTY.hex()}
        before = merkle.root(leaves[: last["size"]]).hex()
        if last["size"] > size or before != last["root"] or merkle.root(leaves) != root:
            raise AdapterError("ledger_changed", "ledger")
        body = json.dumps({"size": size, "root": root.hex()}).encode()
        self.store.put([Document(_CHECKPOINT, f"{size:016}", body)])
        return signed_note(Checkpoint(self.origin, size, root), self.vault.signer())

    def verifier(self) -> str:
        """Return the public line that verifies the checkpoints (`read_note`): it holds no secret."""
        return verifier_of(self.origin, self.vault.signer().public_key())

    def entries(self) -> tuple[bytes, ...]:
        """Return every entry of the log, oldest first."""
        (log,) = self.store.load([LOG], whole=True)
        return tuple(record.body for record in log.records)

    def _leaves(self) -> list[bytes]:
        return [merkle.leaf_hash(body) for body in self.entries()]

    def inclusion(self, index: int) -> tuple[bytes, ...]:
        """Return the audit path of the entry at *index*. Raises IndexError: there is no such entry."""
        return merkle.inclusion(index, self._leaves())

    def consistency(self, size: int) -> tuple[bytes, ...]:
        """Return the proof that the log grew from its first *size* entries. Raises IndexError."""
        return merkle.consistency(size, self._leaves())

    # --- comparing with the store ----------------------------------------------------------------------

    def contradictions(self) -> Iterator[str]:
        """Yield the streams that contradict the ledger: shortened, changed, grown or begun without an entry."""
        recorded: dict[str, list[tuple[int, int, str]]] = {}
        for body in (*self.entries(), *self.store.documents(KIND).values()):
            for name, version, types, digest in json.loads(body).get("streams", ()):
                recorded.setdefault(name, []).append((version - len(types), version, digest))
        unseen = (name for name in self.store.streams("", None) if name != LOG)
        names = sorted({*recorded, *unseen})
        for start in range(0, len(names), _BATCH):
            for stream in self.store.load(names[start : start + _BATCH], whole=True):
                if not _says(stream, sorted(recorded.get(stream.name, ()))):
                    yield stream.name


def _says(stream: Stream, spans: Sequence[tuple[int, int, str]]) -> bool:
    """Return whether the records of *stream* match, span by span, those of its entries."""
    at = 0
    for start, stop, digest in spans:
        if start != at or _digest(stream.records[start:stop]) != digest:
            return False
        at = stop
    return at == stream.version


def _time(body: bytes) -> str:
    return str(json.loads(body)["at"])


def _packed(peaks: merkle.Peaks) -> bytes:
    return json.dumps([peaks.size, [h.hex() for h in peaks.hashes]]).encode()


def _unpacked(body: bytes) -> merkle.Peaks:
    size, hashes = json.loads(body)
    return merkle.Peaks(size, tuple(bytes.fromhex(h) for h in hashes))
