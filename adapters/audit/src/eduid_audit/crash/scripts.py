"""Every journey, and the worlds they begin in."""

from __future__ import annotations

from typing import Final

from eduid_audit.crash.family import ACCOUNTS, APPLICATIONS, CARDS
from eduid_audit.crash.school import FILES, GRANTS, PROLOGUES, REVIEWS
from eduid_audit.crash.steps import Journey

__all__ = ["JOURNEYS", "PROLOGUES"]

JOURNEYS: Final[tuple[Journey, ...]] = (*ACCOUNTS, *APPLICATIONS, *CARDS, *REVIEWS, *GRANTS, *FILES)
