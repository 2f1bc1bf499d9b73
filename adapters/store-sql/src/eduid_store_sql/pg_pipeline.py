"""
A pipe to PostgreSQL: all statements of a commit are sent in one write, and their answers return together.

The driver has pipes too, but checks for answers after every statement, and each check is a switch between both
processes; with more processes than processors that is most of their time. Here no statement is sent before
an answer is requested or the pipe is closed. All statements sent until it is closed are one transaction
(PostgreSQL documentation, Message Flow: Pipelining).
"""

from __future__ import annotations

import re
import select
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from typing import Any, Final

from psycopg import Connection, OperationalError, errors, pq
from psycopg.pq.abc import PGconn, PGresult

__all__ = ["Pipeline", "PipelineCursor"]

_TEXT, _BINARY = 0, 1
_INTEGERS: Final = frozenset({20, 21, 23})
_BYTES: Final = 17
"""Types of PostgreSQL, by their numbers in `pg_type`."""
_REFUSED: Final = frozenset({pq.ExecStatus.FATAL_ERROR, pq.ExecStatus.PIPELINE_ABORTED})
_MARK: Final = re.compile(r"%[s%]")

Prepared = dict[str, bytes]
"""The statements that a connection has prepared: text -> name."""


class Pipeline:
    """
    Statements in transit over a connection, which does no other work until the pipe is closed.

    They are one transaction; or, with *one_by_one*, every statement is separate once its answer is requested.
    """

    def __init__(self, connection: Connection[Any], prepared: Prepared, *, one_by_one: bool = False) -> None:
        """Begin on *connection*, which has *prepared* these statements."""
        self._one_by_one = one_by_one
        self._pgconn: PGconn = connection.pgconn
        self._prepared, self._waiting = prepared, deque[list[PGresult]]()
        self._pgconn.enter_pipeline_mode()

    def cursor(self) -> PipelineCursor:
        """Return a cursor that executes statements and reads their answers."""
        return PipelineCursor(self)

    def send(self, answers: list[PGresult], text: str, values: Sequence[Any]) -> None:
        """Put a statement in the pipe; its answer will be appended to *answers*."""
        name = self._prepared.get(text)
        if name is None:
            name = self._prepared[text] = b"eduid_%d" % len(self._prepared)
            self._pgconn.send_prepare(name, _numbered(text))
            self._waiting.append([])
        formats = [_TEXT if isinstance(value, int) else _BINARY for value in values]
        self._pgconn.send_query_prepared(name, list(map(_sent, values)), formats, _BINARY)
        self._waiting.append(answers)

    def receive(self) -> None:
        """
        Wait for the answers to all sent statements.

        Raises:
            psycopg.Error: a statement was refused; the statements after it were skipped.
        """
        if self._one_by_one:
            return self._sync()
        self._pgconn.send_flush_request()
        self._flush()
        return self._read_all()

    def close(self) -> None:
        """
        Commit the sent statements.

        Raises:
            psycopg.Error: they are not committed, or the connection broke and the result is not known.
        """
        if self._waiting or not self._one_by_one:
            self._sync()
        self._pgconn.exit_pipeline_mode()

    def _sync(self) -> None:
        self._pgconn.pipeline_sync()
        self._flush()
        self._read_all()
        _checked(self._result())

    def _read_all(self) -> None:
        while self._waiting:
            self._waiting.popleft().append(_checked(self._result()))
            self._result()  # empty: the end of this answer

    def _result(self) -> PGresult | None:
        while self._pgconn.is_busy():
            self._wait(select.POLLIN)
            self._pgconn.consume_input()
        return self._pgconn.get_result()

    def _flush(self) -> None:
        """Send all data; if the server sends meanwhile, read that, or both would wait for each other."""
        while self._pgconn.flush():
            if self._wait(select.POLLIN | select.POLLOUT) & select.POLLIN:
                self._pgconn.consume_input()

    def _wait(self, what: int) -> int:
        poll = select.poll()
        poll.register(self._pgconn.socket, what)
        ((_, ready),) = poll.poll()
        return ready


class PipelineCursor:
    """A cursor with answers that arrive on request."""

    __slots__ = ("_answers", "_pipeline")

    def __init__(self, pipeline: Pipeline) -> None:
        """Send through *pipeline*."""
        self._pipeline, self._answers = pipeline, list[PGresult]()

    def execute(self, text: str, values: Sequence[Any] = ()) -> None:
        """Send a statement."""
        self.executemany(text, (values,))

    def executemany(self, text: str, rows: Iterable[Sequence[Any]]) -> None:
        """Send a statement for each of *rows*."""
        self._answers = answers = list[PGresult]()
        for values in rows:
            self._pipeline.send(answers, text, values)

    def _answered(self) -> list[PGresult]:
        if not self._answers:
            self._pipeline.receive()
        return self._answers

    @property
    def rowcount(self) -> int:
        """Return the number of rows that the statement changed or found, in total."""
        return sum(answer.command_tuples or 0 for answer in self._answered())

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return the rows that the statement found."""
        return [row for answer in self._answered() for row in _rows(answer)]


def _rows(answer: PGresult) -> Iterator[tuple[Any, ...]]:
    kinds = [answer.ftype(n) for n in range(answer.nfields)]
    for row in range(answer.ntuples):
        yield tuple(_received(answer.get_value(row, n), kind) for n, kind in enumerate(kinds))


def _numbered(text: str) -> bytes:
    """Return *text* with $1, $2 and so on in place of its values."""
    numbers = count(1)
    return _MARK.sub(lambda m: f"${next(numbers)}" if m[0] == "%s" else "%", text).encode()


def _sent(value: str | int | bytes | None) -> bytes | None:
    """
    Return *value* in wire format: the server knows its type from the statement.

    A text is sent as bytes of a known length: sent as a C string it would end at its first NUL; this way NUL is
    refused.
    """
    if isinstance(value, str):
        return value.encode()
    return b"%d" % value if isinstance(value, int) else value


def _received(value: bytes | None, kind: int) -> Any:  # noqa: ANN401 - a value of a row
    if value is None or kind == _BYTES:
        return value
    return int.from_bytes(value, "big", signed=True) if kind in _INTEGERS else value.decode()


def _checked(result: PGresult | None) -> PGresult:
    """Return *result*, unless it reports a refused statement or a broken connection."""
    if result is None:
        raise OperationalError("the connection was lost")
    if result.status in _REFUSED:
        raise errors.error_from_result(result)
    return result
