"""Faults and their rates, drawn from one seeded source."""

from __future__ import annotations

from random import Random

import attrs

__all__ = ["CALM", "FaultRates", "FaultSchedule", "SimulatedCrash", "StoreDown"]


class SimulatedCrash(BaseException):
    """The process has died in the middle of its work. Only the simulator may catch it."""


class StoreDown(RuntimeError):
    """The store could not be reached, or its answer was lost."""


@attrs.frozen(kw_only=True)
class FaultRates:
    """Rates per thousand: for a call to the store, a commit, a message on the network, an adapter."""

    store_down: int = 4
    crash: int = 4
    commit_lost: int = 15
    commit_torn: int = 15
    commit_unknown: int = 20
    request_lost: int = 60
    request_twice: int = 100
    answer_lost: int = 100
    adapter: int = 200
    clock_jump: int = 3


CALM = FaultRates(**dict.fromkeys(attrs.fields_dict(FaultRates), 0))
"""No faults at all."""


class FaultSchedule:
    """The current rates, and the count of each fault."""

    def __init__(self, chance: Random, rates: FaultRates) -> None:
        """Draw from *chance*."""
        self.chance, self.rates = chance, rates
        self.came: dict[str, int] = {}

    def strikes(self, fault: str) -> bool:
        """Return whether *fault* occurs now, and count it."""
        rate: int = getattr(self.rates, fault)
        if not rate or self.chance.random() * 1000 >= rate:
            return False
        self.came[fault] = self.came.get(fault, 0) + 1
        return True
