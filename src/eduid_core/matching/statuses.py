"""The registry's words for a student's status (学籍状态). A bare digit has no meaning of its own."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType
from typing import Final

from eduid_core.matching.keys import lookup_key
from eduid_core.matching.records import RegistryRow
from eduid_core.private import IdNumber
from eduid_core.validation.schooling.patterns import squeeze

__all__ = ["STATUSES", "is_enrolled", "status_reason"]

STATUSES: Final = MappingProxyType(
    {
        **dict.fromkeys(
            ("在读", "在校", "正常", "在籍", "在校生", "在读生", "在籍生", "在学", "就读", "ACTIVE"), ""
        ),
        **dict.fromkeys(
            ("在籍在校", "在籍在读", "在籍正常", "在籍就读", "正常在校", "正常在读", "正常在籍"), ""
        ),
        **dict.fromkeys(
            ("在校在籍", "在校学习", "在校就读", "在校在读", "正常就读", "学籍正常", "正常学籍"), ""
        ),
        **dict.fromkeys(("在籍(注册学籍)", "注册学籍", "在籍注册", "已注册"), ""),
        **dict.fromkeys(("休学", "休学中", "休学在籍", "SUSPENDED"), "STATUS_SUSPENDED"),
        **dict.fromkeys(("转出", "转学", "已转出", "已转学", "转走", "转学转出"), "STATUS_TRANSFERRED"),
        **dict.fromkeys(("学籍已转出", "学籍转出", "TRANSFERRED_OUT", "TRANSFERRED"), "STATUS_TRANSFERRED"),
        **dict.fromkeys(("毕业", "结业", "已毕业", "已结业", "肄业", "GRADUATED"), "STATUS_GRADUATED"),
        **dict.fromkeys(("退学", "离校", "其他", "开除", "死亡", "LEFT"), "STATUS_LEFT"),
        **dict.fromkeys(
            ("已退学", "已离校", "辍学", "失学", "注销", "已注销", "学籍注销", "除名"), "STATUS_LEFT"
        ),
        **dict.fromkeys(("在籍不在校", "在籍离校", "在籍未到校", "人籍分离", "空挂学籍"), "STATUS_NOT_PRESENT"),
        **dict.fromkeys(
            ("借读", "寄读", "借读生", "寄读生", "在校借读", "借读在校", "在校不在籍"), "STATUS_VISITING"
        ),
        **dict.fromkeys(
            ("异动", "异动中", "学籍异动", "转学中", "转出中", "转入中", "待转出", "待转入"), "STATUS_CHANGING"
        ),
        **dict.fromkeys(("跳级", "留级", "复学中", "待注册", "未注册", "待核实"), "STATUS_CHANGING"),
    }
)
"""A registry's word for the status -> its reason; empty for an active student."""


def status_reason(status: str) -> str:
    """
    Return the reason of a registry status, empty for an active student.

    >>> status_reason("在读"), status_reason(" 休学 "), status_reason("")
    ('', 'STATUS_SUSPENDED', 'STATUS_UNKNOWN')
    >>> status_reason("在籍-在校"), status_reason("在籍（不在校）")
    ('', 'STATUS_NOT_PRESENT')
    """
    known = STATUSES.get(status)
    if known is not None:
        return known
    plain = squeeze(status)
    return STATUSES.get(plain) or _JOINED.get(plain.translate(_SIGNS), "STATUS_UNKNOWN")


def is_enrolled(person: IdNumber, rows: Iterable[RegistryRow]) -> bool:
    """Return whether an active row among *rows* holds the key of *person*."""
    key = person.reveal("compare")
    return any(lookup_key(row.id_type, row.id_number) == key and not status_reason(row.status) for row in rows)


_SIGNS: Final = str.maketrans("", "", "()-/、,;:·")
_JOINED: Final = {text.translate(_SIGNS): reason for text, reason in STATUSES.items()}
"""The words without signs between their parts: 在籍/在校 is 在籍在校."""
