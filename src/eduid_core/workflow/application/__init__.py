"""The application (申请): draft, submitted, reviewed, returned, approved."""

from __future__ import annotations

from eduid_core.workflow.application import commands, events, states
from eduid_core.workflow.application.evolve import TABLE

__all__ = ["TABLE", "commands", "events", "states"]
