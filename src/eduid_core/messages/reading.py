"""The words in which an application is read: its statuses, the fields of a form, who acts next."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from eduid_core.messages.entry import Entry
from eduid_core.messages.matching import FIELD_NAMES

__all__ = ["FINDINGS", "FORM_FIELDS", "NEXT", "STATUSES"]

FINDINGS: Final[Mapping[str, Entry]] = {
    "CLASS_NOT_LISTED": Entry("学籍库中没有这个班级", "no class of the registry has this name", "doubt"),
}
"""Findings about a form while it is filled in, beside those of its fields."""

STATUSES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "draft": ("填写中，尚未提交", "being filled in, not yet submitted"),
        "submitted": ("已提交，正在与学籍库比对", "submitted, being compared with the registry"),
        "pending_review": ("待学校审核", "waiting for the school's review"),
        "returned": ("已退回，需要修改", "returned, to be corrected"),
        "approved": ("已通过", "approved"),
        "rejected": ("未通过，可以申诉", "rejected, an appeal is possible"),
        "withdrawn": ("已撤回", "withdrawn"),
        "expired": ("已过期", "expired"),
        "revoked": ("认证已撤销", "the approval was revoked"),
        "superseded": ("已被新的申请取代", "replaced by a later application"),
        "erased": ("已删除", "erased"),
    }
)
"""Status of an application -> its words in Chinese and English."""

FORM_FIELDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        **FIELD_NAMES,
        "id_number": ("证件号码", "document number"),
        "id_type": ("证件类型", "document type"),
        "school_code": ("学校标识码", "school code"),
        "class_name": ("班级", "class"),
        "guardian_name": ("监护人姓名", "guardian's name"),
        "guardian_phone": ("监护人手机", "guardian's phone"),
        "form": ("表单", "form"),
    }
)
"""Field of a form, or key field of the comparison -> its name in Chinese and English."""

NEXT: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "family": ("下一步由家长或学生处理", "The family acts next"),
        "reviewer": ("下一步由学校审核", "The school's reviewer acts next"),
        "operator": (
            "学校尚无审核人，由平台运营方安排",
            "No reviewer of the school yet: the operator arranges one",
        ),
        "system": ("下一步由系统自动处理", "The system acts next"),
        "nobody": ("目前无需处理", "Nothing is to be done"),
    }
)
"""Who acts next on an application -> the words for it."""
