"""The day that a command judges by unless `--as-of` names one."""

from __future__ import annotations

import datetime as dt

from eduid_core.china import CHINA

__all__ = ["today"]


def today() -> dt.date:
    """Return the current day in China."""
    return dt.datetime.now(CHINA).date()
