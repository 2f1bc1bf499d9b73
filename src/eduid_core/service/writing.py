"""One command, one commit: given, and given again from the start when somebody else was quicker."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from eduid_core.findings import Refused
from eduid_core.plugins import Committed
from eduid_core.service.intents import Answer, Seen
from eduid_core.service.unit_of_work import GUESSES, Work
from eduid_core.workflow import Command, Policy

__all__ = ["CLAIM_REFUSALS", "TRIES", "write"]

TRIES = 5

CLAIM_REFUSALS = {
    "username": "username_taken",
    "person": "person_taken",
    "homeroom": "homeroom_taken",
    "grant": "grant_exists",
    "comms_number": "number_in_use",
}


Completes = Callable[[Work], Generator[Any, Any, Command | Refused]]


def write(
    command: Command, policy: Policy, *, asked: Command | None = None, completed: Completes | None = None
) -> Generator[Any, Any, tuple[Answer, Work | None]]:
    """
    Give *command* and commit, again from the start when somebody else was quicker.

    The answer is kept under the key of *asked*, the command as the person gave it. *completed* returns the
    command with what was compared with the state as this work loaded it: what was compared with another state
    counts for nothing in this one.
    """
    asked = asked or command
    for _ in range(TRIES):
        work = Work(policy)
        given = (yield from completed(work)) if completed is not None else command
        refused = given if isinstance(given, Refused) else (yield from work.give(given))
        if refused is not None:
            return refused, None
        answer = work.accepted(command)
        outcome = yield work.write(command=asked, answer=answer)
        if isinstance(outcome, Committed):
            return answer, work
        if outcome.why == "claim":
            return Refused(CLAIM_REFUSALS.get(outcome.what, "conflict")), None
        if outcome.why == "budget":
            return Refused("challenge_locked" if outcome.what == GUESSES else "challenge_limit_exceeded"), None
        if outcome.why == "text":
            return Refused("text_unusable"), None
        if outcome.why == "key":
            return ((yield Seen(asked)) or Refused("conflict")), None
    return Refused("conflict"), None
