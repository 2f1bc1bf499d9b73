"""Timing two ways of doing one thing, turn about, so that noise falls on both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable


def best_of(*ways: Callable[[], int], rounds: int = 5) -> list[float]:
    """Return for each way the least seconds for one of the things it says it did, over *rounds* turns about."""
    least = [float("inf")] * len(ways)
    for _ in range(rounds):
        for place, way in enumerate(ways):
            began = time.perf_counter()
            done = way()
            least[place] = min(least[place], (time.perf_counter() - began) / done)
    return least


def row(name: str, ours_s: float, peer_s: float, *, unit: str = "us", scale: float = 1e6) -> dict[str, object]:
    """Return a result of two durations: the ratio says how many times faster ours is."""
    return {
        "name": name,
        "ours": ours_s * scale,
        "peer": peer_s * scale,
        "ratio": peer_s / ours_s,
        "unit": unit,
    }


def beside(name: str, ours: list[float], peer: list[float]) -> dict[str, object]:
    """Return the medians, and the median of what each round says, for only within a round is the disk the same."""
    ratio = statistics.median(p / o for o, p in zip(ours, peer, strict=True))
    found = row(name, statistics.median(ours), statistics.median(peer), unit="ms", scale=1e3)
    return {**found, "ratio": ratio}
