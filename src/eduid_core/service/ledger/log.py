"""
The ledger: every commit leaves an entry in the clear, without personal data, and no entry can be taken back.

An entry is written by the commit that it describes (`entries`). Later it moves into the log, a Merkle tree
whose checkpoint is signed by the same commit that grows it; a witness keeps checkpoints elsewhere. A store
rewritten afterwards contradicts a checkpoint, or its rows contradict its entries.

Sources: RFC 6962; 未成年人网络保护条例 36 (a record of every look at a minor's data).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Final

import attrs

from eduid_core.findings import AdapterError, CallerError
from eduid_core.plugins import Append, Commit, Committed, Document, Record, Store, StoredRow, Stream
from eduid_core.service.crypto.vault import Vault
from eduid_core.service.ledger import merkle
from eduid_core.service.ledger.adoption import predating
from eduid_core.service.ledger.checkpoint import Checkpoint, read_note, signed_note, verifier_of
from eduid_core.service.ledger.comparison import Contradiction, compared
from eduid_core.service.ledger.entries import CHECKPOINT, CURRENT, KIND, is_authentic, number_of
from eduid_core.service.ledger.replay import replayed

__all__ = ["LOG", "ORIGIN", "Ledger"]

LOG: Final = "ledger/log"
"""The stream of the entries moved into the log."""
ORIGIN: Final = "eduid/ledger"
"""The origin of the checkpoint that is kept beside the log."""
_ENTRY, _STATUS = "Entry", "open"
_BATCH: Final = 2000
_PEAKS: Final = "peaks of {}"
"""The place of the sealed peaks of the tree, by the number of entries under them."""
_OPEN: Final = b"["
"""The first byte of peaks stored before peaks were sealed."""


@attrs.frozen
class Ledger:
    """The ledger of a store; *origin* names it in checkpoints."""

    store: Store
    vault: Vault
    origin: str = ORIGIN

    # --- growing ---------------------------------------------------------------------------------------

    def integrate(self) -> int:
        """
        Move waiting entries into the log, in the order of their writing, and sign the new checkpoint with them;
        return their number. Several processes may run it at once.

        Raises:
            AdapterError: `ledger_changed`: a waiting entry was not written by this service, or the log is not
                the one that was signed last.
        """
        waiting = sorted(self.store.documents(KIND).items(), key=_order)
        done = 0
        for start in range(0, len(waiting), _BATCH):
            batch = waiting[start : start + _BATCH]
            if not self._take_over(batch):
                break  # another process is doing it
            done += len(batch)
        return done

    def _take_over(self, batch: Sequence[tuple[str, bytes]]) -> bool:
        log = self._log()
        peaks, version, signed = self._grown(log)
        self._check_continued(peaks, signed=signed)
        if signed and not all(is_authentic(self.vault, key, body) for key, body in batch):
            raise AdapterError("ledger_changed", "ledger")
        for _, body in batch:
            peaks = peaks.add(merkle.leaf_hash(body))
        grown = Append(
            stream=LOG,
            expected=version,
            records=tuple(Record(_ENTRY, body) for _, body in batch),
            status=_STATUS,
            snapshot=self.vault.house.seal(_packed(peaks), record=LOG, field=_PEAKS.format(peaks.size)),
        )
        taken = tuple(Document(KIND, key, b"", secret=False) for key, _ in batch)
        note = signed_note(Checkpoint(ORIGIN, peaks.size, peaks.root()), self.vault.signer())
        kept = Document(CHECKPOINT, CURRENT, note.encode())
        (outcome,) = self.store.commit([Commit(appends=(grown,), documents=(*taken, kept))])
        return isinstance(outcome, Committed)

    def _log(self) -> Stream:
        (log,) = self.store.load([LOG])
        return log

    def _grown(self, log: Stream) -> tuple[merkle.Peaks, int, bool]:
        """Return the peaks of the log, its size, and whether a checkpoint was signed with them."""
        peaks, signed = self._kept_peaks(log)
        if peaks is None:
            (log,) = self.store.load([LOG], whole=True)
        peaks = peaks or merkle.Peaks()
        for record in log.records:
            peaks = peaks.add(merkle.leaf_hash(record.body))
        return peaks, log.version, signed

    def _kept_peaks(self, log: Stream) -> tuple[merkle.Peaks | None, bool]:
        """Return the peaks stored sealed; None for an empty log, or if the peaks were stored unsealed."""
        if log.snapshot.startswith(_OPEN) or not log.base:
            return None, False
        try:
            return _unpacked(self.vault.house.open(log.snapshot, record=LOG, field=_PEAKS.format(log.base)))
        except AdapterError:
            raise AdapterError("ledger_changed", "ledger") from None

    def _check_continued(self, peaks: merkle.Peaks, *, signed: bool) -> None:
        """Compare the log with the checkpoint signed last. Raises AdapterError `ledger_changed`."""
        last = self._kept_checkpoint()
        if (last is not None) != signed or (last and last != Checkpoint(ORIGIN, peaks.size, peaks.root())):
            raise AdapterError("ledger_changed", "ledger")

    def _kept_checkpoint(self) -> Checkpoint | None:
        """Return the checkpoint kept beside the log. Raises AdapterError `ledger_changed`: it was altered."""
        note = self.store.documents(CHECKPOINT, [CURRENT]).get(CURRENT)
        if note is None:
            return None
        try:
            kept = read_note(note.decode(), verifier_of(ORIGIN, self.vault.signer().public_key()))
        except (CallerError, UnicodeDecodeError):
            raise AdapterError("ledger_changed", "ledger") from None
        if signed_note(kept, self.vault.signer()).encode() != note:
            raise AdapterError("ledger_changed", "ledger")
        return kept

    # --- telling ---------------------------------------------------------------------------------------

    def checkpoint(self) -> str:
        """
        Sign a note on the current log in the name of the origin and return it: hand it to a witness.

        Raises:
            AdapterError: `ledger_changed`: the entries differ from those moved into the log, or do not continue
                the last signed checkpoint; no checkpoint is signed.
        """
        peaks, size, signed = self._grown(self._log())
        self._check_continued(peaks, signed=signed)
        (log,) = self.store.load([LOG], whole=True)
        leaves, root = [merkle.leaf_hash(record.body) for record in log.records], peaks.root()
        if any(r.type != _ENTRY for r in log.records) or len(leaves) != size or merkle.root(leaves) != root:
            raise AdapterError("ledger_changed", "ledger")
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

    def continues(self, earlier: Checkpoint) -> bool:
        """Return whether the current log begins with the entries of *earlier*, which a witness kept."""
        leaves = self._leaves()
        return earlier.size <= len(leaves) and merkle.root(leaves[: earlier.size]) == earlier.root

    # --- comparing with the store ----------------------------------------------------------------------

    def contradictions(self) -> Iterator[Contradiction]:
        """Yield every covered row that contradicts the ledger: added, removed or changed without an entry."""
        try:
            self.checkpoint()
            entries = self.entries()
        except AdapterError:
            yield Contradiction("events", LOG, "changed")
            return
        _, _, signed = self._grown(self._log())
        trusted: list[tuple[str, bytes]] = []
        for key, body in self.store.documents(KIND).items():
            if is_authentic(self.vault, key, body) or not signed:
                trusted.append((key, body))
            else:
                yield Contradiction("documents", f"{KIND}/{key}", "changed")
        yield from self._strange_checkpoints(entries)
        waiting = (body for _, body in sorted(trusted, key=_order))
        yield from compared(self.store, replayed([*entries, *waiting]), log=(LOG, _STATUS))

    def predating(self) -> list[StoredRow]:
        """
        Return the rows that no entry names: those of a store that was begun before the ledger named such rows.

        Raises:
            AdapterError: `ledger_changed`, `stream_incomplete`.
        """
        self.integrate()
        self.checkpoint()
        return predating(self.store, replayed(self.entries()), LOG)

    def _strange_checkpoints(self, entries: Sequence[bytes]) -> Iterator[Contradiction]:
        """Yield kept checkpoints that are neither the current one nor, of an earlier version, of this log."""
        for key, body in self.store.documents(CHECKPOINT).items():
            if key != CURRENT and not _is_of_earlier_version(body, entries):
                yield Contradiction("documents", f"{CHECKPOINT}/{key}", "added")


def _is_of_earlier_version(body: bytes, entries: Sequence[bytes]) -> bool:
    try:
        told = json.loads(body)
        size, root = int(told["size"]), str(told["root"])
    except (ValueError, TypeError, KeyError):
        return False
    return size <= len(entries) and merkle.root([merkle.leaf_hash(e) for e in entries[:size]]).hex() == root


def _order(kept: tuple[str, bytes]) -> tuple[int, str]:
    """Return the sort key of a waiting entry: by the number it was written under, or by its time."""
    key, body = kept
    return number_of(body), key


def _packed(peaks: merkle.Peaks) -> bytes:
    return json.dumps({"size": peaks.size, "hashes": [h.hex() for h in peaks.hashes]}).encode()


def _unpacked(body: bytes) -> tuple[merkle.Peaks, bool]:
    """Return the peaks, and whether a checkpoint is kept with them: a list, of earlier versions, has none."""
    told = json.loads(body)
    size, hashes = (told["size"], told["hashes"]) if isinstance(told, dict) else told
    return merkle.Peaks(size, tuple(bytes.fromhex(h) for h in hashes)), isinstance(told, dict)
