"""
`eduid work`: the tasks of a deployment in one process, until it is stopped.

Messages are handed over as they come; deadlines are kept every minute; work that a crash left out is taken up
every five minutes; a registry that did not answer is asked again every quarter of an hour. A health endpoint on
loopback tells whether each task ran in time.
"""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final

import attrs
import click

from eduid_cli.operate.config import read_config
from eduid_cli.operate.wiring import only_sender, service_of
from eduid_core.service import Service

__all__ = ["Health", "Task", "work"]

_LATE: Final = 3
"""A task counts as late after this many of its intervals, and at least a minute."""


@attrs.define
class Task:
    """A task, run every *every_s* seconds; the time of its last good run, and the kind of its last error."""

    name: str
    every_s: float
    run: Callable[[], object]
    last: float = 0.0
    tried: float = 0.0
    error: str = ""

    def take_turn(self, now: float) -> None:
        """Run the task if it is due; an error is remembered by its kind alone, and the task is tried again."""
        if self.tried and now - self.tried < self.every_s:
            return
        self.tried = now
        try:
            self.run()
        except Exception as error:  # noqa: BLE001 - the others go on; texts of errors may name a person
            self.error = type(error).__name__
        else:
            self.last, self.error = now, ""

    def is_late(self, now: float) -> bool:
        """Return whether the task did not run well for too long."""
        return now - self.last > max(_LATE * self.every_s, 60.0)


@attrs.define
class Health:
    """The report of the health endpoint: `ok`, and of each task the seconds since a good run, and its error."""

    tasks: tuple[Task, ...]
    began: float

    def report(self, now: float) -> tuple[bool, dict[str, Any]]:
        """Return whether all is well, and the report."""
        shown = {
            task.name: {"seconds_ago": round(now - (task.last or self.began)), "error": task.error}
            for task in self.tasks
        }
        started = now - self.began > max(_LATE * task.every_s for task in self.tasks)
        is_well = not any(task.error or (task.is_late(now) and (started or task.last)) for task in self.tasks)
        return is_well, {"ok": is_well, "tasks": shown}


def tasks_of(service: Service, *, sends: bool) -> tuple[Task, ...]:
    """Return the tasks of a service."""
    kept = (
        Task("timers", 60.0, service.fire_timers),
        Task("resume", 300.0, service.resume),
        Task("match_again", 900.0, service.match_again),
        Task("ledger", 600.0, service.ledger().integrate),
    )
    return (Task("messages", 1.0, service.send_messages), *kept) if sends else kept


def work(*, config: Path | None, db: Path | None, health_port: int | None, once: bool) -> int:
    """Run the tasks until SIGTERM or SIGINT, or once; the work at hand is finished before the command ends."""
    read = read_config(config)
    with only_sender(read, db), service_of(read, db) as service:
        tasks = tasks_of(service, sends="sms" in read.adapters)
        health = Health(tasks, time.monotonic())
        if once:
            for task in tasks:
                task.take_turn(time.monotonic())
            return _told(health)
        with _stopped_by_signals() as stop, _served(health, health_port):
            click.echo("eduid work: 已开始 / at work")
            while not stop.is_set():
                for task in tasks:
                    task.take_turn(time.monotonic())
                    if stop.is_set():
                        break
                stop.wait(1.0)
    click.echo("eduid work: 已停止 / stopped")
    return 0


def _told(health: Health) -> int:
    is_well, report = health.report(time.monotonic())
    for name, told in report["tasks"].items():
        click.echo(f"{name}: {told['error'] or 'ok'}")
    return 0 if is_well else 1


@contextmanager
def _stopped_by_signals() -> Iterator[Event]:
    stop = Event()
    before = {s: signal.signal(s, lambda *_: stop.set()) for s in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _served(health: Health, port: int | None) -> Iterator[None]:
    """Serve the health endpoint on loopback, if a port is given."""
    if port is None:
        yield
        return

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_well, report = health.report(time.monotonic())
            body = json.dumps(report).encode()
            self.send_response(200 if is_well else 503)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Log nothing: an address may be a person's."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    click.echo(f"health: http://127.0.0.1:{server.server_address[1]}/")
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
