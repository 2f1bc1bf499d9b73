"""Several calls may be stuck at once: an adapter is asked again only when the last of them is back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from eduid_core.service.external.guarded_call import NO_ANSWER, GuardedCall

DEADLINE_S = 0.2
CALLERS = 3


def eventually(holds: Callable[[], bool], within_s: float = 10) -> bool:
    ends = time.monotonic() + within_s
    while not holds():
        if time.monotonic() > ends:
            return False
        time.sleep(0.005)
    return True


@pytest.fixture
def stuck() -> Iterator[tuple[GuardedCall, list[threading.Event]]]:
    """Return a wall behind which several calls of as many threads hang, and what lets each of them go."""
    wall = GuardedCall(DEADLINE_S)
    inside = threading.Barrier(CALLERS)
    doors = [threading.Event() for _ in range(CALLERS)]

    def hangs(door: threading.Event) -> str:
        inside.wait(10)  # all of them were let in before any was given up
        door.wait(30)
        return "too late"

    said: list[object] = []
    callers = [
        threading.Thread(target=lambda d=door: said.append(wall.ask(lambda: hangs(d)))) for door in doors
    ]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(30)
    assert said == [NO_ANSWER] * CALLERS
    yield wall, doors
    for door in doors:
        door.set()


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_adapter_is_called_again_when_every_stuck_call_is_back_and_not_before(
    stuck: tuple[GuardedCall, list[threading.Event]], order: tuple[int, ...]
) -> None:
    """In whatever order they come back: a message that is stuck on its way is not handed over again."""
    wall, doors = stuck
    *others, last = order

    for place in others:
        doors[place].set()
    time.sleep(0.1)
    assert wall.busy
    assert wall.ask(lambda: "called again") is NO_ANSWER

    doors[last].set()
    assert eventually(lambda: not wall.busy)
    assert wall.ask(lambda: "called again") == "called again"
