"""
Corrections and additions to the divisions in python-stdnum's table.

A row is `(code, first year, last year, name)`; None for an open end. Years follow the table's custom: the
last year is inclusive, so the year of a change belongs to both codes. A row here is added to the table's.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["OBSERVED", "OVERLAY_VERSION", "ROWS", "SIMPLIFIED", "SUCCESSORS"]

OVERLAY_VERSION: Final = "2026.11"

ROWS: Final[tuple[tuple[str, int | None, int | None, str], ...]] = (
    # In force today, not yet in the table (interface of the Ministry of Civil Affairs, 2026-09).
    ("330113", 2021, None, "临平区"),
    ("330114", 2021, None, "钱塘区"),
    ("653132", 2026, None, "岑岭县"),
    ("659013", 2025, None, "草湖市"),
    # # 港澳台居民居住证申领发放办法 (2018) art. 3: Taiwan's residents are 830000, though GB/T 2260 has 710000.
    ("830000", None, None, "台湾省"),
    # # One code, two counties over time.
    ("362324", None, 1981, "丰城县"),
    # Historic rows (yescallop/areacodes, CC0-1.0).
    ("132733", 1982, 1983, "唐海县"),
    ("229006", 1989, 1990, "蛟河市"),
    ("230834", 1984, 1991, "友谊县"),
    ("329012", 1989, 1990, "昆山市"),
    ("329013", 1989, 1990, "启东市"),
    ("339011", 1989, 1990, "诸暨市"),
    ("340511", 1983, 1984, "郊区"),
    ("360411", 1983, 1984, "郊区"),
    ("369001", 1989, 1990, "瑞昌市"),
    ("370719", 1986, 1987, "青州市"),
    ("370819", 1986, 1987, "曲阜市"),
    ("379013", 1989, 1990, "即墨市"),
    ("379014", 1989, 1990, "平度市"),
    ("419007", 1989, 1990, "沁阳市"),
    ("620925", 2002, 2006, "安西县"),
)

SUCCESSORS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "132733": "130230",
        "229006": "220281",
        "230834": "230522",
        "329012": "320583",
        "329013": "320681",
        "339011": "330681",
        "340511": "340505",
        "360411": "360402",
        "369001": "360481",
        "370719": "379001",
        "370819": "379003",
        "379013": "370282",
        "379014": "370283",
        "419007": "410882",
        "500105": "500157",
        "620925": "620922",
    }
)
"""Abolished code -> its successor, if there is exactly one."""

OBSERVED: Final = frozenset({"430419", "321119"})
"""Codes on real cards that no official list contains."""

SIMPLIFIED: Final = tuple(zip("區嶺達門別會員稜", "区岭达门别会员棱", strict=True))
"""The traditional characters in the table's names, folded for display."""
