"""The trace: a running SHA-256 over every step, so that two runs can be compared by one line."""

from __future__ import annotations

from hashlib import sha256

__all__ = ["Trace"]


class Trace:
    """What was done, step by step, as a digest; the last steps are kept to tell how it came to a failure."""

    def __init__(self, keep: int = 40) -> None:
        """Begin with nothing done."""
        self._digest = sha256()
        self._keep, self.last = keep, list[str]()
        self.steps = 0

    def step(self, *parts: object) -> None:
        """Count a step and write *parts* of it: codes and numbers, nothing personal."""
        self.steps += 1
        self.note(self.steps, *parts)

    def note(self, *parts: object) -> None:
        """Write what came of a step."""
        line = " ".join(map(str, parts))
        self._digest.update(line.encode() + b"\n")
        self.last.append(line)
        if len(self.last) > 2 * self._keep:
            del self.last[: self._keep]

    def note_bytes(self, body: bytes) -> None:
        """Write *body* into the digest alone."""
        self._digest.update(body)

    @property
    def digest(self) -> str:
        """Return the digest of everything so far."""
        return self._digest.hexdigest()
