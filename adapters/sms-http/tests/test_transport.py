"""The transport: the three outcomes of a request, one time limit, nothing followed, repeated or shown."""

from __future__ import annotations

import http.server
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from eduid_core.testing.simulators import LoopbackServer, ServedReply, ServedRequest
from eduid_sms_http import HttpRequest, HttpResponse, NoAnswer, NotSent, UrllibTransport


class Echo(LoopbackServer):
    """Answers what it is told to, and keeps the requests."""

    def __init__(self, reply: ServedReply | None) -> None:
        super().__init__()
        self.given, self.requests = reply, list[ServedRequest]()

    def answer(self, request: ServedRequest) -> ServedReply | None:
        self.requests.append(request)
        return self.given


def request_to(origin: str, target: str = "/a?phone=15400001234") -> HttpRequest:
    return HttpRequest(method="POST", origin=origin, target=target, headers={"x-a": "1"}, body="短信".encode())


@contextmanager
def raw_server(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """Accept one connection and let *serve* have it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            connection, _ = listening.accept()
            with connection:
                serve(connection)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join(5)


def test_a_request_arrives_as_it_is() -> None:
    with Echo(ServedReply(201, b'{"a": 1}')) as server:
        outcome = UrllibTransport()(request_to(server.origin), timeout_s=5)

    assert outcome == HttpResponse(status=201, body=b'{"a": 1}')
    (request,) = server.requests
    assert (request.method, request.path, request.query) == ("POST", "/a", "phone=15400001234")
    assert request.headers["x-a"] == "1"
    assert request.body.decode() == "短信"


def test_a_refused_connection_was_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    assert isinstance(UrllibTransport()(request_to(f"http://127.0.0.1:{port}"), timeout_s=5), NotSent)


def test_a_host_without_an_address_was_not_sent() -> None:
    assert isinstance(UrllibTransport()(request_to("https://sms.invalid"), timeout_s=5), NotSent)


def test_a_peer_that_does_not_speak_tls_was_not_sent_to() -> None:
    with raw_server(lambda connection: connection.sendall(b"HTTP/1.1 400 no\r\n\r\n")) as origin:
        outcome = UrllibTransport()(request_to(origin.replace("http:", "https:")), timeout_s=5)

    assert isinstance(outcome, NotSent)


def test_a_peer_that_never_completes_tls_was_not_sent_to() -> None:
    with raw_server(lambda _: time.sleep(0.6)) as origin:
        before = time.monotonic()
        outcome = UrllibTransport()(request_to(origin.replace("http:", "https:")), timeout_s=0.3)

    assert isinstance(outcome, NotSent)
    assert time.monotonic() - before < 3


def test_a_peer_that_hangs_up_may_have_taken_the_request() -> None:
    with Echo(None) as server:
        outcome = UrllibTransport()(request_to(server.origin), timeout_s=5)

    assert isinstance(outcome, NoAnswer)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "head", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n"]
)
def test_a_peer_that_sends_byte_by_byte_gains_no_time(head: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """No log of broken headers has the address with its query either."""

    def drip(connection: socket.socket) -> None:
        connection.recv(65536)
        try:
            connection.sendall(head)
            for _ in range(100):
                connection.sendall(b"a")
                time.sleep(0.05)
        except OSError:
            return

    with raw_server(drip) as origin:
        before = time.monotonic()
        outcome = UrllibTransport()(request_to(origin), timeout_s=0.4)
        took = time.monotonic() - before

    assert isinstance(outcome, NoAnswer)
    assert took < 2
    assert "15400001234" not in caplog.text


def test_a_response_that_ends_early_is_none() -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{"Code": "OK"}')

    with raw_server(serve) as origin:
        assert isinstance(UrllibTransport()(request_to(origin), timeout_s=5), NoAnswer)


def test_a_response_without_end_is_none() -> None:
    with Echo(ServedReply(200, b"a" * (2 << 20))) as server:
        assert UrllibTransport()(request_to(server.origin), timeout_s=5) == NoAnswer("too_long")


def test_a_redirect_is_not_followed_and_a_failure_not_repeated() -> None:
    class Redirecting(http.server.BaseHTTPRequestHandler):
        seen = 0

        def do_POST(self) -> None:
            type(self).seen += 1
            self.send_response(307)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with http.server.HTTPServer(("127.0.0.1", 0), Redirecting) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        outcome = UrllibTransport()(request_to(f"http://127.0.0.1:{server.server_port}"), timeout_s=5)
        server.shutdown()

    assert outcome == HttpResponse(status=307, body=b"")
    assert Redirecting.seen == 1


def test_nothing_of_a_request_or_response_is_shown() -> None:
    shown = f"{request_to('http://127.0.0.1')!r} {HttpResponse(status=200, body=b'15400001234')!r}"

    assert "15400001234" not in shown
    assert "phone" not in shown


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"[" * 100_000, b'{"a": ', b'"a"', b"1" * 10_000])
def test_a_body_that_is_no_object_is_none(body: bytes) -> None:
    assert HttpResponse(status=200, body=body).json() is None
