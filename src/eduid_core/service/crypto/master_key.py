"""
Key sources: the master key in a file or an environment variable. A key is 32 random bytes, with its
older keys.
"""

from __future__ import annotations

import base64
import errno
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

from eduid_core.findings import AdapterError
from eduid_core.plugins import Entropy, MasterKey

__all__ = ["KeyEnv", "KeyFile"]

try:
    from fcntl import LOCK_EX, flock
except ImportError:  # not on Windows, which never replaces a file that another process has open

    def _lock(handle: int) -> None: ...

else:

    def _lock(handle: int) -> None:
        flock(handle, LOCK_EX)


_BYTES = 32


Body = dict[str, Any]
"""The content of a key file: id, key, and the older keys with the same two fields."""


def _fresh(entropy: Entropy) -> Body:
    secret = entropy(_BYTES)
    return {"id": base64.b32encode(entropy(5)).decode(), "key": base64.b64encode(secret).decode()}


def _before(stands: Body, entropy: Entropy) -> Body:
    """Return a fresh key, with the current keys of *stands* as its older keys."""
    older = [{"id": stands["id"], "key": stands["key"]}, *stands.get("older", [])]
    return _fresh(entropy) | {"older": older}


def _key_in(text: str) -> MasterKey:
    """Return the key written as *text*; raise any error if it is not a key."""
    body = json.loads(text)
    keys = [
        MasterKey(id=str(part["id"]), secret=base64.b64decode(part["key"], validate=True))
        for part in (body, *body.get("older", ()))
    ]
    if any(len(key.secret) != _BYTES for key in keys):
        raise ValueError("a key has another length")
    return attrs.evolve(keys[0], older=tuple(keys[1:]))


def _tried(find: Callable[[], str | None]) -> tuple[MasterKey | None, str]:
    try:
        text = find()
        return (None, "key_missing") if text is None else (_key_in(text), "")
    except Exception:  # noqa: BLE001 - whatever it was
        return None, "key_unreadable"


def _read(find: Callable[[], str | None], place: str) -> MasterKey:
    """
    Return the key written in the text from *find*.

    Raises:
        AdapterError: `key_missing`, `key_unreadable`; no frame of the error holds any part of a key.
    """
    key, code = _tried(find)
    if key is None:
        raise AdapterError(code, place)
    return key


class KeyFile:
    """A `KeySource` over a file that only its owner can read."""

    def __init__(self, path: Path) -> None:
        """Store *path*, without reading or writing yet."""
        self.path = path

    def exists(self) -> bool:
        """Return whether the file exists."""
        return self.path.exists()

    def make(self, entropy: Entropy) -> None:
        """
        Write a new key with mode 0600, atomically.

        Raises:
            FileExistsError: a key exists already; it is never overwritten.
        """
        draft = self._draft(_fresh(entropy), entropy)
        try:
            os.link(draft, self.path)  # unlike a rename, this never replaces an existing key
        finally:
            draft.unlink()
        self._settle()

    def rotate(self, entropy: Entropy) -> None:
        """
        Put a new key before the current one, which is kept as an older key until `retire`.

        Raises:
            AdapterError: `key_missing`, `key_unreadable`.
            OSError: the file cannot be written; the current key is unchanged.
        """
        self._change(_before, entropy)

    def retire(self, entropy: Entropy) -> None:
        """
        Delete the older keys. The file does not know which stores need them: every store must have been rotated
        (`Service.rotate_keys`) before, because a store that was not rotated can never be opened again.

        Raises:
            AdapterError, OSError: as `rotate`.
        """
        self._change(lambda stands, _: {"id": stands["id"], "key": stands["key"]}, entropy)

    def _change(self, to: Callable[[Body, Entropy], Body], entropy: Entropy) -> None:
        """Replace the content of the file with the result of *to*; concurrent callers wait."""
        self.master_key()
        with self._held():
            failed = self._written(to, entropy)
        if failed:
            raise OSError(failed, os.strerror(failed))

    def _written(self, to: Callable[[Body, Entropy], Body], entropy: Entropy) -> int:
        """Return 0 or the error number: an exception would hold frames, and the frames would hold the key."""
        try:
            body = to(json.loads(self.path.read_text("ascii")), entropy)
            self._draft(body, entropy).replace(self.path)
            self._settle()
        except OSError as error:
            return error.errno or errno.EIO
        return 0

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Lock the current file; each change replaces it with another file."""
        while True:
            with self.path.open("rb") as file:
                _lock(file.fileno())
                if os.path.samestat(os.fstat(file.fileno()), self.path.stat()):
                    yield
                    return

    def _draft(self, body: Body, entropy: Entropy) -> Path:
        """Write *body* durably to a file beside the key file; return its path."""
        draft = self.path.with_name(f"{self.path.name}.{entropy(4).hex()}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                json.dump(body, file)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            draft.unlink()
            raise
        return draft

    def _settle(self) -> None:
        """Make the file name durable, on systems that can sync a folder."""
        if os.name == "posix":
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def master_key(self) -> MasterKey:
        """
        Return the key.

        Raises:
            AdapterError: `key_missing`, `key_unreadable`.
        """
        return _read(self._text, "key file")

    def _text(self) -> str | None:
        try:
            return self.path.read_text("ascii")
        except FileNotFoundError:
            return None


class KeyEnv:
    """A `KeySource` over an environment variable with the content of a key file."""

    def __init__(self, name: str = "EDUID_KEY", *, environ: Mapping[str, str] | None = None) -> None:
        """Name the variable of the process, or of *environ*; it is read when the key is requested."""
        self._name, self._environ = name, os.environ if environ is None else environ

    def master_key(self) -> MasterKey:
        """
        Return the key.

        Raises:
            AdapterError: `key_missing`, `key_unreadable`.
        """
        return _read(lambda: self._environ.get(self._name) or None, self._name)
