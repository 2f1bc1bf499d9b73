"""Put a seeded fault into the tables, run its walks, and tell which of its checks detect it."""

from __future__ import annotations

from eduid_audit.model.check import check
from eduid_audit.model.faults import FAULTS, seeded
from eduid_audit.model.views import VIEWS
from eduid_core.workflow import TABLES

__all__ = ["put_in"]


def put_in(name: str) -> tuple[str, ...]:
    """Put the fault *name* in and return those of its checks that detect it, up to the first."""
    with seeded(name) as fault:
        aggregates = [fault.walk] if fault.walk in TABLES else []
        views = [view for view in VIEWS if view.name == fault.walk]
        report = check(aggregates, views, wanted=fault.caught_by)
    return tuple(sorted(report.caught() & set(FAULTS[name].caught_by)))
