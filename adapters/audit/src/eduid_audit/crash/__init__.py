"""
Crash tests: the fate of applications when programs die, calls fail and answers are lost.

    python -m eduid_audit.crash

runs every journey of `scripts` with a fault at every call of its store, its provider, its carrier and its
registry, and with a second fault at every later call; `judge` compares the end with that of the journey without
faults. `broken` has defective houses: each must be detected.
"""

from __future__ import annotations

from eduid_audit.crash.broken import TWINS
from eduid_audit.crash.matrix import MatrixPoint, MatrixReport, explore
from eduid_audit.crash.runs import Programs
from eduid_audit.crash.scripts import JOURNEYS
from eduid_audit.crash.steps import Journey

__all__ = ["JOURNEYS", "TWINS", "Journey", "MatrixPoint", "MatrixReport", "Programs", "explore"]
