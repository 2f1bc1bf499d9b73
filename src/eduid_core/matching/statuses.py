"""The registry's words for a student's status (学籍状态)."""

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
        **dict.fromkeys(("在读", "在校", "正常", "1", "ACTIVE"), ""),
        **dict.fromkeys(("休学", "SUSPENDED"), "STATUS_SUSPENDED"),
        **dict.fromkeys(("转出", "转学", "已转出", "TRANSFERRED_OUT", "TRANSFERRED"), "STATUS_TRANSFERRED"),
        **dict.fromkeys(("毕业", "结业", "GRADUATED"), "STATUS_GRADUATED"),
        **dict.fromkeys(("退学", "离校", "其他", "开除", "死亡", "LEFT"), "STATUS_LEFT"),
    }
)
"""A registry's word for the status -> its reason; empty for an active student."""


def status_reason(status: str) -> str:
    """
    Return the reason of a registry status, empty for an active student.

    >>> status_reason("在读"), status_reason(" 休学 "), status_reason("")
    ('', 'STATUS_SUSPENDED', 'STATUS_UNKNOWN')
    """
    known = STATUSES.get(status)
    return STATUSES.get(squeeze(status), "STATUS_UNKNOWN") if known is None else known


def is_enrolled(person: IdNumber, rows: Iterable[RegistryRow]) -> bool:
    """Return whether an active row among *rows* holds the key of *person*."""
    key = person.reveal("compare")
    return any(lookup_key(row.id_type, row.id_number) == key and not status_reason(row.status) for row in rows)
