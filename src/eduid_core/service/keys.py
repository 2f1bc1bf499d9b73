"""The master key in a file or in the environment: 32 random bytes, and those it took over from."""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from eduid_core.findings import AdapterError
from eduid_core.plugins import Entropy, MasterKey

__all__ = ["KeyEnv", "KeyFile"]

_BYTES = 32


def _fresh(entropy: Entropy) -> dict[str, Any]:
    secret = entropy(_BYTES)
    return {"id": base64.b32encode(entropy(5)).decode(), "key": base64.b64encode(secret).decode()}


def _read(text: str, place: str) -> MasterKey:
    """Return the key written as *text*. Raises AdapterError: `key_unreadable`."""
    try:
        body = json.loads(text)
        keys = [
            MasterKey(id=str(part["id"]), secret=base64.b64decode(part["key"], validate=True))
            for part in (body, *body.get("older", ()))
        ]
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        raise AdapterError("key_unreadable", place) from None
    if any(len(key.secret) != _BYTES for key in keys):
        raise AdapterError("key_unreadable", place)
    return attrs.evolve(keys[0], older=tuple(keys[1:]))


class KeyFile:
    """A `KeySource` over a file, readable by its owner alone."""

    def __init__(self, path: Path) -> None:
        """Look at *path*; nothing is read or written yet."""
        self.path = path

    def exists(self) -> bool:
        """Return whether the file is there."""
        return self.path.exists()

    def make(self, entropy: Entropy) -> None:
        """
        Write a new key, mode 0600, whole or not at all.

        Raises:
            FileExistsError: a key is there already; it is never overwritten.
        """
        draft = self._draft(_fresh(entropy), entropy)
        try:
            os.link(draft, self.path)  # unlike a rename, this never replaces a key that is there
        finally:
            draft.unlink()

    def rotate(self, entropy: Entropy) -> None:
        """
        Put a new key before the one that stands, which is kept as older until `retire`.

        Raises:
            AdapterError: `key_missing`, `key_unreadable`.
        """
        self.master_key()
        stands = json.loads(self.path.read_text("ascii"))
        older = [{"id": stands["id"], "key": stands["key"]}, *stands.get("older", [])]
        self._draft(_fresh(entropy) | {"older": older}, entropy).replace(self.path)

    def retire(self, entropy: Entropy) -> None:
        """Forget the older keys, once every store they opened was rotated. Raises AdapterError, as `rotate`."""
        self.master_key()
        stands = json.loads(self.path.read_text("ascii"))
        self._draft({"id": stands["id"], "key": stands["key"]}, entropy).replace(self.path)

    def _draft(self, body: dict[str, Any], entropy: Entropy) -> Path:
        """Write *body* beside the file, durably, and return where."""
        draft = self.path.with_name(f"{self.path.name}.{entropy(4).hex()}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            json.dump(body, file)
            file.flush()
            os.fsync(file.fileno())
        return draft

    def master_key(self) -> MasterKey:
        """
        Return the key.

        Raises:
            AdapterError: `key_missing`, `key_unreadable`.
        """
        try:
            text = self.path.read_text("ascii")
        except FileNotFoundError:
            raise AdapterError("key_missing", "key file") from None
        except (OSError, ValueError):
            raise AdapterError("key_unreadable", "key file") from None
        return _read(text, "key file")


class KeyEnv:
    """A `KeySource` over an environment variable that holds what a key file would."""

    def __init__(self, name: str = "EDUID_KEY", *, environ: Mapping[str, str] | None = None) -> None:
        """Look at the variable *name* of the process, or of *environ*; it is read when the key is asked for."""
        self._name, self._environ = name, os.environ if environ is None else environ

    def master_key(self) -> MasterKey:
        """
        Return the key.

        Raises:
            AdapterError: `key_missing`, `key_unreadable`.
        """
        text = self._environ.get(self._name)
        if not text:
            raise AdapterError("key_missing", self._name)
        return _read(text, self._name)
