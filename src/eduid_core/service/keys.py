"""The master key in a file: 32 random bytes, readable by its owner alone."""

from __future__ import annotations

import base64
import binascii
import json
import os
from pathlib import Path

from eduid_core.findings import AdapterError
from eduid_core.plugins import Entropy, MasterKey

__all__ = ["KeyFile"]

_BYTES = 32


class KeyFile:
    """A `KeySource` over a file."""

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
        secret = entropy(_BYTES)
        body = {"id": base64.b32encode(entropy(5)).decode(), "key": base64.b64encode(secret).decode()}
        draft = self.path.with_name(f"{self.path.name}.{entropy(4).hex()}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            json.dump(body, file)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, self.path)  # unlike a rename, this never replaces a key that is there
        finally:
            draft.unlink()

    def master_key(self) -> MasterKey:
        """
        Return the key.

        Raises:
            AdapterError: `key_missing`, `key_unreadable`.
        """
        try:
            body = json.loads(self.path.read_text("ascii"))
            secret = base64.b64decode(body["key"], validate=True)
            name = str(body["id"])
        except FileNotFoundError:
            raise AdapterError("key_missing", "key file") from None
        except (OSError, ValueError, KeyError, TypeError, binascii.Error):
            raise AdapterError("key_unreadable", "key file") from None
        if len(secret) != _BYTES:
            raise AdapterError("key_unreadable", "key file")
        return MasterKey(id=name, secret=secret)
