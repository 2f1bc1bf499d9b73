"""China standard time: days, budgets and deadlines are counted in it, wherever the machine stands."""

from __future__ import annotations

import datetime as dt
from typing import Final

__all__ = ["CHINA"]

CHINA: Final = dt.timezone(dt.timedelta(hours=8), "Asia/Shanghai")
