"""
What becomes of applications when programs die, calls fail and answers are lost.

    python -m eduid_audit.crash

lets every journey of `scripts` meet a fault at every call of its store, its provider, its carrier and its
registry, and a second one at every call after the first; `judge` compares the end with that of the journey in
which nothing failed. `broken` has houses that are built worse: each must be found.
"""

from __future__ import annotations

from eduid_audit.crash.broken import TWINS
from eduid_audit.crash.matrix import MatrixPoint, MatrixReport, explore
from eduid_audit.crash.runs import Programs
from eduid_audit.crash.scripts import JOURNEYS
from eduid_audit.crash.steps import Journey

__all__ = ["JOURNEYS", "TWINS", "Journey", "MatrixPoint", "MatrixReport", "Programs", "explore"]
