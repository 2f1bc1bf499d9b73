"""The profiles of an audit: how much each part runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

__all__ = ["PROFILES", "AuditProfile"]


@attrs.frozen(kw_only=True)
class AuditProfile:
    """The amount of each part. None means all; subsets are chosen by position, never by chance."""

    name: str
    walks: int | None = None
    """Walks of the model checker, the small ones first."""
    journeys: int | None = None
    """Journeys of the crash matrix."""
    pairs_every: int = 1
    """Every n-th journey also has a second death after each death; 0: no journey."""
    each_point: bool = False
    """Run every point of the matrix, equal ones too."""
    seeds: int = 10
    """Seeds of the simulator: 1, 2, …"""
    steps: int = 10_000
    """Steps of each seed."""
    laws: int | None = None
    """Laws of a store."""
    kills: int = 20
    """Kills of processes that commit to a store."""
    journey_kills: int = 0
    """Kills of processes that carry out journeys."""
    defects: int | None = None
    """Seeded defects of each part."""


PROFILES: Final[Mapping[str, AuditProfile]] = {
    p.name: p
    for p in (
        AuditProfile(name="quick", pairs_every=8, steps=6_000),
        AuditProfile(name="standard", seeds=100, steps=20_000, kills=200, journey_kills=100),
        AuditProfile(name="deep", each_point=True, seeds=1000, steps=20_000, kills=1000, journey_kills=400),
    )
}
"""Name of a profile -> the profile."""
