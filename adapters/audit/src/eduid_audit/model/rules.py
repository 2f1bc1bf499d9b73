"""Every rule of the model checker with its sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from eduid_audit.model.invariants import OF_HOUSES, OF_STEPS

__all__ = ["RULES"]

RULES: Final[Mapping[str, str]] = {
    **{i.id: i.sentence for i in (*OF_HOUSES, *OF_STEPS)},
    "I6": "a final status can be reached from every state, and a phone can be proved again from every account",
    "I9": "every event can be folded into every status",
    "J6": "every attempt at a code is counted before it is answered, and only a new flow resets the counts",
    "J7": "a changed phone is not proved, and a recovery needs a proof made for it",
    "J8": "only a matching code proves a phone",
    "J9": "a grant is verified, declined and revoked from above, never by its own holder",
    "J10": "edits, returns and appeals have a limit",
    "J11": "a guardian's consent ends when the form names another guardian, unless it is given again",
    "cells": "only a row of the table accepts a command",
    "roles": "only the roles of a row may give its command",
    "events": "a row emits only the events that it declares",
    "targets": "a row leads only to the statuses that it declares",
    "rows": "every row is taken, to all its statuses",
    "events come": "every event that a row declares occurs",
    "statuses": "every status is reached",
    "refusals met": "every refusal that a row documents occurs",
    "refusals documented": "every refusal that occurs is documented by its row",
    "refusals provoked": "every refusal of the catalogue is provoked by a walk or by a test of the service",
    "timers": "the system may give the command of every due deadline, and it is not refused",
    "followed": "a command that follows in another aggregate is not refused, with the listed exceptions",
    "ends": "every walk has finitely many states",
}
"""Name of a rule -> its sentence."""
