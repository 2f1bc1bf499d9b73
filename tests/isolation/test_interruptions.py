"""A wait that is interrupted in the caller's thread: the call it waited for runs on, and is known to run."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from eduid_core.plugins import Receipt, ReceiptStatus
from eduid_core.service.external import guarded_call
from eduid_core.service.external.guarded_call import NO_ANSWER, GuardedCall
from eduid_core.testing.doubles import MemorySender, form_of
from tests.service.house import House

LONG_S = 20.0


class OutOfTime(Exception):
    """What a job queue raises in the thread of a job that takes too long."""


@contextmanager
def interrupted(after_s: float = 0.1) -> Iterator[None]:
    """Raise `OutOfTime` in the main thread *after_s*."""

    def out_of_time(*_: object) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGALRM, out_of_time)
    signal.setitimer(signal.ITIMER_REAL, after_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class Slow(MemorySender):
    """Hands over when it is let; its query tells the truth."""

    def __init__(self) -> None:
        super().__init__()
        self.let = threading.Event()

    def send(self, batch: Any) -> Any:
        self.let.wait(LONG_S)
        return super().send(batch)

    def query(self, messages: Any) -> Any:
        there = {m.message_id for m in self.sent}
        fates = {True: ReceiptStatus.ACCEPTED, False: ReceiptStatus.LATER}
        return [Receipt(message_id=m.message_id, status=fates[m.message_id in there]) for m in messages]


def eventually(holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + LONG_S
    while not holds() and time.monotonic() < until:
        time.sleep(0.01)
    return holds()


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(tmp_path, adapter_deadline_s=LONG_S)
    made.handed_in("A-1", made.registered(), form_of())
    return made


def test_a_message_on_its_way_when_the_wait_was_interrupted_goes_out_once(house: House) -> None:
    """Asked before it has sent, the provider says truly that it received nothing."""
    slow = Slow()
    service = house.open(sms=slow)
    with pytest.raises(OutOfTime), interrupted():
        service.send_messages()

    assert (service.send_messages().unknown, slow.sent) == (1, [])
    slow.let.set()
    assert eventually(lambda: bool(slow.sent))
    service.send_messages(alone=True)

    assert slow.templates() == ["approved"]
    assert house.store.unanswered() == []


def test_a_call_whose_wait_was_interrupted_is_known_to_run_until_it_is_back() -> None:
    guarded, let = GuardedCall(LONG_S), threading.Event()
    with pytest.raises(OutOfTime), interrupted():
        guarded.ask(lambda: let.wait(LONG_S))

    assert guarded.busy
    assert guarded.ask(lambda: "well") is NO_ANSWER
    let.set()
    assert eventually(lambda: not guarded.busy)
    assert guarded.ask(lambda: "well") == "well"


def test_a_call_interrupted_before_it_began_is_never_made(monkeypatch: pytest.MonkeyPatch) -> None:
    guarded, begun, late = GuardedCall(LONG_S), list[int](), list[threading.Thread]()

    def interrupted_start(call: threading.Thread) -> None:
        late.append(call)
        raise OutOfTime

    with monkeypatch.context() as patched, pytest.raises(OutOfTime):
        patched.setattr(guarded_call._Call, "start", interrupted_start)
        guarded.ask(lambda: begun.append(1))
    late[0].start()
    late[0].join()

    assert (guarded.busy, begun, guarded.ask(lambda: "well")) == (False, [], "well")


def test_without_a_deadline_what_ends_the_call_ends_it_before_anybody_asks_about_it(house: House) -> None:
    """The call is in the caller's own thread: when it is over for the one, it is for the other."""
    slow = Slow()
    service = house.open(sms=slow, adapter_deadline_s=None)
    with suppress(OutOfTime), interrupted():
        service.send_messages()
    slow.let.set()
    service.send_messages()

    assert slow.templates() == ["approved"]


def test_a_call_given_up_while_another_thread_looks_is_known_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    guarded, let = GuardedCall(0.05), [threading.Event(), threading.Event()]
    given_up = [threading.Event(), threading.Event()]
    runs = guarded_call._Call.runs.fget

    def at_leisure(call: Any) -> Any:
        if threading.current_thread() is looking:
            given_up[1].wait(0.5)
        return runs(call)

    def asks(n: int) -> None:
        guarded.ask(lambda: let[n].wait(LONG_S), more_s=n)
        given_up[n].set()

    asking = [threading.Thread(target=asks, args=(n,)) for n in (0, 1)]
    looking = threading.Thread(target=lambda: guarded.busy)
    monkeypatch.setattr(guarded_call._Call, "runs", property(at_leisure))
    for thread in asking:
        thread.start()
    assert given_up[0].wait(LONG_S)
    time.sleep(0.8)
    looking.start()
    for thread in (*asking, looking):
        thread.join()
    let[0].set()
    time.sleep(0.2)

    assert guarded.busy
    let[1].set()
