"""
The simulator: families, teachers and the system on a virtual clock, with every kind of failure.

A seed determines a history to the byte: the commands, the failures, the commits. Safety is checked during the
run, liveness after healing. It runs the real service over a disk in memory.

    python -m eduid_audit.simulator --seed 1 --steps 200000
"""

from __future__ import annotations

from eduid_audit.simulator.faults import CALM, FaultRates
from eduid_audit.simulator.liveness import LIVENESS
from eduid_audit.simulator.run import Episode, SimulationReport, play, simulate
from eduid_audit.simulator.safety import SAFETY
from eduid_audit.simulator.world import WorldParts

__all__ = [
    "CALM",
    "LIVENESS",
    "SAFETY",
    "Episode",
    "FaultRates",
    "SimulationReport",
    "WorldParts",
    "play",
    "simulate",
]
