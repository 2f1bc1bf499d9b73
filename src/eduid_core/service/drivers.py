"""
The drivers: they pass the intents of a handler to an executor, and the results back to the handler.

`run` serves threads (Django, Celery, a command line) and `arun` serves asyncio. `run_together` runs many
handlers in step, so that their loads become one read and their commits one transaction.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from eduid_core.findings import CallerError
from eduid_core.service.intents import Answer, Handler, Write

__all__ = ["arun", "run", "run_together"]

Perform = Callable[[Any], Any]
PerformMany = Callable[[Sequence[Any]], Sequence[Any]]


def run(handler: Handler, perform: Perform) -> Answer:
    """
    Run *handler* to its answer; *perform* answers one intent.

    A failure of *perform* is thrown into the handler at its `yield`; the handler's own errors pass through.

    Raises:
        CallerError: *perform* returned an awaitable, which only `arun` can wait for.
    """
    step, arg = handler.send, None
    while True:
        try:
            intent = step(arg)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        try:
            arg, step = _plain(perform(intent), intent), handler.send
        except Exception as error:  # noqa: BLE001 - whatever it was, the handler is told
            arg, step = error, handler.throw


def _plain(result: Any, intent: Any) -> Any:  # noqa: ANN401 - any answer
    if inspect.isawaitable(result):
        getattr(result, "close", lambda: None)()
        raise CallerError(f"an awaitable answered {type(intent).__name__} under the sync driver")
    return result


async def arun(handler: Handler, perform: Callable[[Any], Awaitable[Any] | Any]) -> Answer:
    """Run *handler* as `run` does, and await each result of *perform* that is awaitable."""
    step, arg = handler.send, None
    while True:
        try:
            intent = step(arg)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        try:
            arg = perform(intent)
            if inspect.isawaitable(arg):
                arg = await arg
            step = handler.send
        except Exception as error:  # noqa: BLE001 - as in run
            arg, step = error, handler.throw


def run_together(handlers: Sequence[Handler], perform_many: PerformMany) -> list[Answer]:
    """
    Run *handlers* in step: each round, the intents of all unfinished handlers go to *perform_many* together. A
    write waits until every unfinished handler is ready to write, so that all writes form one group.

    The answers come in the order of *handlers*. An error ends the whole group; commits made before it stay.
    """
    answers: list[Answer | None] = [None] * len(handlers)
    waiting: list[tuple[int, Any]] = [(place, None) for place in range(len(handlers))]
    writing: list[tuple[int, Any]] = []
    while waiting:
        asked: list[tuple[int, Any]] = []
        for place, arg in waiting:
            try:
                intent = handlers[place].send(arg)
            except StopIteration as end:
                answers[place] = end.value
            else:
                (writing if intent.__class__ is Write else asked).append((place, intent))
        if not asked:
            asked, writing = writing, []
        results = perform_many([intent for _, intent in asked]) if asked else ()
        waiting = [(place, result) for (place, _), result in zip(asked, results, strict=True)]
    return answers  # type: ignore[return-value]
