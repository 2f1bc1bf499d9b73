"""What goes wrong, how often: rates of faults, drawn from one seeded source."""

from __future__ import annotations

from random import Random

import attrs

__all__ = ["CALM", "FaultRates", "FaultSchedule", "SimulatedCrash", "StoreDown"]


class SimulatedCrash(BaseException):
    """The process is gone in the middle of what it did. Nothing may catch it but the simulator."""


class StoreDown(RuntimeError):
    """The store could not be reached, or its answer was lost."""


@attrs.frozen(kw_only=True)
class FaultRates:
    """Chances in a thousand: of a call to the store, of a commit, of a message on the net, of an adapter."""

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
"""Nothing goes wrong any more."""


class FaultSchedule:
    """The rates in force, and how often each fault came."""

    def __init__(self, chance: Random, rates: FaultRates) -> None:
        """Draw from *chance*."""
        self.chance, self.rates = chance, rates
        self.came: dict[str, int] = {}

    def strikes(self, fault: str) -> bool:
        """Return whether *fault* comes now, and count it."""
        rate: int = getattr(self.rates, fault)
        if not rate or self.chance.random() * 1000 >= rate:
            return False
        self.came[fault] = self.came.get(fault, 0) + 1
        return True
