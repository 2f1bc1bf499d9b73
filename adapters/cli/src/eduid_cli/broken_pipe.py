"""Output without a reader, as behind `| head -1`: writing stops, and the work continues."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, TextIO, cast

__all__ = ["heedless", "is_read"]


class _Heedless(io.RawIOBase):
    """Writes through to *raw*; once its reader is gone, discards the output."""

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
    """Write to standard output and error as long as each is read; a lost reader is no error."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = map(_of, before)
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        sys.stdout, sys.stderr = before


def is_read() -> bool:
    """
    Return whether standard output may still have a reader: a command that only writes may stop
    without one.
    """
    buffer: object = getattr(sys.stdout, "buffer", None)
    return bool(getattr(getattr(buffer, "raw", buffer), "is_read", True))


def _of(stream: TextIO) -> TextIO:
    """Return *stream* made heedless; *stream* itself if it is not a stream of the system, as in a test."""
    buffer: object = getattr(stream, "buffer", None)
    raw = getattr(buffer, "raw", buffer)  # if Python runs unbuffered, there is no buffer
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
