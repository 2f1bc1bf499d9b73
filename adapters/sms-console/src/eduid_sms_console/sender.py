"""The two senders: `ConsoleSender` and `FileSender`."""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import sys
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from eduid_core import messages as catalogue
from eduid_core.plugins import HandedOver, Receipt, ReceiptStatus, SmsBatch, SmsMessage
from eduid_core.private import Private

__all__ = ["ConsoleSender", "FileSender", "message_ids", "shown"]


def shown(message: SmsMessage) -> dict[str, Any]:
    """Return the visible part of *message*: the number masked, only kind and length of parameters."""
    return {
        "message_id": message.message_id,
        "template": message.template,
        "to_masked": message.to.screen(),
        "params_masked": {name: _mask(value) for name, value in message.params},
    }


def _mask(value: Private | str | int) -> str:
    return value.mask() if isinstance(value, Private) else f"<{type(value).__name__}:{len(str(value))}>"


_json: Final = json.JSONEncoder(ensure_ascii=False).encode


class ConsoleSender:
    """
    Prints each message masked. It stores no message, so it cannot answer a query.

    *write* takes one line; standard output unless given.
    """

    sender_id = "console"
    reaches_people = False
    query_after_s = 0.0

    def __init__(self, write: Callable[[str], object] | None = None) -> None:
        """Print through *write*."""
        self._write = write or (lambda line: sys.stdout.write(line + "\n"))

    def send(self, batch: SmsBatch, /) -> Sequence[Receipt]:
        """Print the messages of *batch*."""
        for message in batch.messages:
            params = {name: v.mask() if isinstance(v, Private) else v for name, v in message.params}
            text = catalogue.text(message.template, "zh", params)
            self._write(f"SMS -> {message.to.screen()}  【教育卡】{text}")
        return [Receipt(message_id=m.message_id, status=ReceiptStatus.ACCEPTED) for m in batch.messages]

    def query(self, messages: Sequence[HandedOver], /) -> Sequence[Receipt]:
        """Return `unknown` for each message: a line on a screen proves no delivery."""
        return [Receipt(message_id=m.message_id, status=ReceiptStatus.UNKNOWN) for m in messages]


class FileSender:
    """
    Appends one line per message to *path*: each line by one write, all of them on disk before `send` returns.

    A sender over another file has another name: it never answers for this one.
    """

    reaches_people = False
    query_after_s = 0.0

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], dt.datetime] | None = None,
        journal: str = "",
        already: frozenset[str] = frozenset(),
    ) -> None:
        """
        Open *path* lazily; a torn last line is cut off before the first append, and after a failure.

        *journal* names the file wherever it lies; without it its path does. *already* are messages that it
        holds from an earlier time: they count as sent.
        """
        self._path, self._already = path, already
        self._clock = clock or (lambda: dt.datetime.now(dt.UTC))
        place = journal or sha256(str(path.resolve()).encode()).hexdigest()[:16]
        self.sender_id = f"file:{place}"
        self._mended = False

    def send(self, batch: SmsBatch, /) -> Sequence[Receipt]:
        """
        Append the messages of *batch* and wait for the disk; if the file cannot be opened, none was sent.

        Raises:
            OSError: a line could not be completely written, and is removed; the lines before it are kept.
        """
        messages, at = batch.messages, self._clock().isoformat(timespec="seconds")
        new = [message for message in messages if message.message_id not in self._already]
        lines = [_json({**shown(message), "at": at}).encode() + b"\n" for message in new]
        try:
            self._mend()
            self._mended = False
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        except OSError:
            later = ReceiptStatus.LATER
            return [Receipt(message_id=m.message_id, status=later, retry_after_s=0) for m in messages]
        try:
            for line in lines:
                _append(handle, line)
            os.fsync(handle)
        finally:
            os.close(handle)
        self._mended = True
        return [Receipt(message_id=m.message_id, status=ReceiptStatus.ACCEPTED) for m in messages]

    def query(self, messages: Sequence[HandedOver], /) -> Sequence[Receipt]:
        """Return the fate of each message, as `look_up` does."""
        return self.look_up([m.message_id for m in messages])

    def look_up(self, message_ids: Sequence[str]) -> list[Receipt]:
        """
        Return `accepted` for each message with a line in the file, `later` (not received) for the others;
        `unknown` for a message that an unreadable line may mention, and for all of them without the file.
        """
        if not self._path.exists():
            return [Receipt(message_id=m, status=ReceiptStatus.UNKNOWN) for m in message_ids]
        self._mend()
        wanted, there, spoilt = set(message_ids), set[str](), list[bytes]()
        with self._path.open("rb") as lines:
            for line in lines:
                message_id = _message_id_in(line)
                if message_id is None:
                    spoilt.append(line)
                elif message_id in wanted:
                    there.add(message_id)
        return [Receipt(message_id=m, status=_status(m, there, spoilt)) for m in message_ids]

    def _mend(self) -> None:
        """Cut off a last line that is not complete."""
        if self._mended or not self._path.exists():
            return
        with self._path.open("r+b") as file:
            end = file.seek(0, os.SEEK_END)
            keep = _end_of_last_line(file, end)
            if keep < end:
                file.truncate(keep)
                os.fsync(file.fileno())
        self._mended = True


def message_ids(path: Path) -> list[str]:
    """Return the identities of the messages in the whole lines of the file *path*, in order."""
    with path.open("rb") as lines:
        return [i for line in lines if line.endswith(b"\n") and (i := _message_id_in(line)) is not None]


def _append(handle: int, line: bytes) -> None:
    """Write *line*, or none of it. Raises OSError: there is no room for the whole line."""
    written = os.write(handle, line)
    if written < len(line):
        end = os.lseek(handle, 0, os.SEEK_CUR)
        if os.fstat(handle).st_size == end:  # otherwise another process has written behind it
            os.ftruncate(handle, end - written)
        raise OSError(errno.ENOSPC, "a line was not wholly written")


def _status(identity: str, there: set[str], spoilt: Sequence[bytes]) -> ReceiptStatus:
    if identity in there:
        return ReceiptStatus.ACCEPTED
    is_unclear = any(identity.encode() in line for line in spoilt)
    return ReceiptStatus.UNKNOWN if is_unclear else ReceiptStatus.LATER


def _message_id_in(line: bytes) -> str | None:
    """Return the id of the message in *line*; None if it is not a message line."""
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    identity = entry.get("message_id") if isinstance(entry, dict) else None
    return identity if isinstance(identity, str) else None


def _end_of_last_line(file: Any, end: int) -> int:  # noqa: ANN401 - a binary file
    """Return the offset just after the last newline before *end*."""
    while end > 0:
        start = max(0, end - 65536)
        file.seek(start)
        newline = file.read(end - start).rfind(b"\n")
        if newline >= 0:
            return int(start + newline + 1)
        end = start
    return 0
