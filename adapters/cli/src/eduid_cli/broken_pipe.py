"""Output that nobody reads any more, as behind `| head -1`: it stops being written, and the work goes on."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, TextIO, cast

__all__ = ["heedless", "is_read"]


class _Heedless(io.RawIOBase):
    """What is written through to *raw*; once its reader is gone, to nobody."""

    def __init__(self, raw: io.RawIOBase) -> None:
        self._raw, self.is_read = raw, True

    def write(self, data: object, /) -> int | None:
        try:
            return self._raw.write(data)  # type: ignore[arg-type]  # any buffer
        except BrokenPipeError:
            self.is_read = False
            return memoryview(data).nbytes  # type: ignore[arg-type]

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._raw.fileno()

    def isatty(self) -> bool:
        return self._raw.isatty()


@contextmanager
def heedless() -> Iterator[None]:
    """Write to standard output and error as long as each is read; a reader that left is no error."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = map(_of, before)
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        sys.stdout, sys.stderr = before


def is_read() -> bool:
    """Return whether somebody may still read standard output: who does nothing but write may stop."""
    buffer: object = getattr(sys.stdout, "buffer", None)
    return bool(getattr(getattr(buffer, "raw", buffer), "is_read", True))


def _of(stream: TextIO) -> TextIO:
    """Return *stream* made heedless; itself where it is no stream of the system's, as under a test."""
    buffer: object = getattr(stream, "buffer", None)
    raw = getattr(buffer, "raw", buffer)  # where Python was told not to buffer, there is no buffer
    if not (isinstance(stream, io.TextIOWrapper) and isinstance(raw, io.FileIO)):
        return stream
    stream.flush()
    written = cast("BinaryIO", _Heedless(raw) if raw is buffer else io.BufferedWriter(_Heedless(raw)))
    return io.TextIOWrapper(
        written,
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )
