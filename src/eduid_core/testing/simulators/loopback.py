"""An HTTP server on the loopback address, at a free port, for as long as a `with` block runs."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import attrs

__all__ = ["LoopbackServer", "ServedReply", "ServedRequest"]


@attrs.frozen
class ServedRequest:
    """A request as it arrived: header names in lower case, path and query not decoded."""

    method: str
    path: str
    query: str = attrs.field(repr=False)
    headers: dict[str, str] = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)


@attrs.frozen
class ServedReply:
    """A reply; the body is JSON unless *content_type* says otherwise."""

    status: int
    body: bytes = attrs.field(repr=False)
    content_type: str = "application/json"


class LoopbackServer:
    """
    A server whose subclass answers requests, each in a thread of its own.

    `origin` is its address; it begins to listen when the object is made.
    """

    def __init__(self) -> None:
        """Listen at a free port."""
        outer = self

        class _Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                outer._serve(self)

            do_GET = do_POST  # noqa: N815 - the name is the base class's

            def log_message(self, *_: object) -> None:
                """Write nothing: a request line holds numbers."""

        class _Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                """Write nothing: the peer has hung up."""

        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self.origin = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop listening: connections are refused from now on. A second call is allowed."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def answer(self, request: ServedRequest) -> ServedReply | None:
        """Return the reply to *request*; None hangs up without one."""
        raise NotImplementedError

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        size = int(handler.headers.get("content-length") or 0)
        parts = urlsplit(handler.path)
        headers = {name.lower(): value for name, value in handler.headers.items()}
        reply = self.answer(
            ServedRequest(handler.command, parts.path, parts.query, headers, handler.rfile.read(size))
        )
        handler.close_connection = True
        if reply is None:
            return
        handler.send_response(reply.status)
        handler.send_header("Content-Type", reply.content_type)
        handler.send_header("Content-Length", str(len(reply.body)))
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(reply.body)
