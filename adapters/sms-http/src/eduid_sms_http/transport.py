"""
The transport over urllib3: a connection for each request, no retry, no redirect, one time limit for all of it.

Connecting is a step of its own, so that a failure before the first byte of the request is known as such. A kept
connection is not used again: a peer that has closed it meanwhile would leave a request of unknown fate.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final
from urllib.parse import urlsplit

import attrs
from urllib3.connection import HTTPConnection, HTTPSConnection

from eduid_sms_http.exchange import HttpRequest, HttpResponse, NoAnswer, NotSent, Outcome

__all__ = ["UrllibTransport"]

_LARGEST: Final = 1 << 20
"""Bytes of a response that are read; a longer one is none of a provider."""
_AGENT: Final = "eduid-core"


@attrs.frozen(kw_only=True)
class UrllibTransport:
    """
    A transport. *connect_timeout_s* limits the connecting within the time of a request.

    *tls* replaces the context that verifies the peer by the certificates of the machine.
    """

    connect_timeout_s: float = 5.0
    tls: ssl.SSLContext = attrs.field(factory=ssl.create_default_context, repr=False)
    monotonic: Callable[[], float] = attrs.field(default=time.monotonic, repr=False)

    def __call__(self, request: HttpRequest, /, *, timeout_s: float) -> Outcome:
        """Carry *request*; the whole exchange takes at most about *timeout_s*."""
        ends = self.monotonic() + timeout_s
        connection = self._connection(request.origin, timeout_s)
        try:
            try:
                with _shut_at(connection, timeout_s):
                    connection.connect()
            except Exception as error:  # noqa: BLE001 - whatever failed, nothing was sent
                return NotSent(_code_of(error))
            left = ends - self.monotonic()
            if left <= 0:
                return NotSent("timed_out")
            try:
                with _shut_at(connection, left):
                    return self._exchange(connection, request, left)
            except Exception as error:  # noqa: BLE001 - whatever failed, the peer may have read the request
                return NoAnswer(_code_of(error))
        finally:
            connection.close()

    def _connection(self, origin: str, timeout_s: float) -> HTTPConnection:
        parts = urlsplit(origin)
        host, limit = parts.hostname or "", min(self.connect_timeout_s, timeout_s)
        if parts.scheme == "https":
            return HTTPSConnection(host, parts.port or 443, timeout=limit, ssl_context=self.tls)
        return HTTPConnection(host, parts.port or 80, timeout=limit)

    def _exchange(
        self, connection: HTTPConnection, request: HttpRequest, left: float
    ) -> HttpResponse | NoAnswer:
        if connection.sock is not None:
            connection.sock.settimeout(left)
        headers = {
            "User-Agent": _AGENT,
            "Connection": "close",
            "Accept-Encoding": "identity",
            **request.headers,
        }
        connection.request(request.method, request.target, body=request.body, headers=headers)
        # The standard library's reader: if headers are broken, that of urllib3 logs the address with the query.
        response = http.client.HTTPConnection.getresponse(connection)
        body = response.read(_LARGEST + 1)
        if len(body) > _LARGEST:
            return NoAnswer("too_long")
        return NoAnswer("incomplete") if response.length else HttpResponse(status=response.status, body=body)


@contextmanager
def _shut_at(connection: HTTPConnection, seconds: float) -> Iterator[None]:
    """
    Shut the socket of *connection* after *seconds*: a peer that sends byte by byte gains no time by it.

    Raises:
        TimeoutError: the time was up before the end of the block.
    """
    is_up = threading.Event()

    def shut() -> None:
        is_up.set()
        with suppress(OSError, AttributeError):
            connection.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, shut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        if is_up.is_set():
            raise TimeoutError


def _code_of(error: Exception) -> str:
    """Return the name of the error's class in lower_snake; its text holds the address, with the query."""
    name = type(error).__name__
    return "".join(f"_{c.lower()}" if c.isupper() and at else c.lower() for at, c in enumerate(name))
