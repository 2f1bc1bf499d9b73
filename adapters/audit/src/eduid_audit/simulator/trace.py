"""The trace: a running SHA-256 over every step, so that two runs can be compared by one line."""

from __future__ import annotations

from hashlib import sha256

__all__ = ["Trace"]


class Trace:
    """The digest of all steps; the last steps are kept to explain a failure."""

    def __init__(self, keep: int = 40) -> None:
        """Begin with no steps."""
        self._digest = sha256()
        self._keep, self.last = keep, list[str]()
        self.steps = 0

    def step(self, *parts: object) -> None:
        """Count a step and write its *parts*: codes and numbers, no personal data."""
        self.steps += 1
        self.note(self.steps, *parts)

    def note(self, *parts: object) -> None:
        """Write the result of a step."""
        line = " ".join(map(str, parts))
        self._digest.update(line.encode() + b"\n")
        self.last.append(line)
        if len(self.last) > 2 * self._keep:
            del self.last[: self._keep]

    def note_bytes(self, body: bytes) -> None:
        """Write *body* into the digest only."""
        self._digest.update(body)

    @property
    def digest(self) -> str:
        """Return the digest of all steps so far."""
        return self._digest.hexdigest()
