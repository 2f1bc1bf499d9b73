"""
Texts of the short messages, signature not counted.

Each fits one segment of 70 UTF-16 units with the signature 【教育卡】 and the longest parameters it may take;
none holds a document number, a phone or a name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from eduid_core.messages.entry import Entry

__all__ = ["TEMPLATES"]

TEMPLATES: Final[Mapping[str, Entry]] = {
    "registration_code": Entry(
        "验证码{code}，{minutes}分钟内有效，请勿告诉他人。",
        "Your code is {code}, valid {minutes} minutes. Tell nobody.",
    ),
    "approved": Entry(
        "您孩子的教育卡身份认证已通过，请登录查看电子卡。如非本人申请，请联系学校。",
        "Your child's education card is approved.",
    ),
    "approved_by_school": Entry(
        "学校为您孩子提交的教育卡身份认证已通过。如有异议，请联系班主任。",
        "The education card the school applied for is approved. To object, ask the teacher.",
    ),
    "returned": Entry(
        "您孩子的教育卡申请需要修改，请登录查看原因，修改后再次提交。",
        "The education card form needs mending. Please sign in.",
    ),
    "returned_by_school": Entry(
        "学校为您孩子提交的教育卡申请需要修改，请联系班主任核对。如有异议，请一并提出。",
        "The form the school handed in needs mending. Please ask the teacher.",
    ),
    "review_wanted": Entry("有1份教育卡申请待您审核，请登录处理。", "One education card form awaits you."),
    "review_digest": Entry(
        "您的班级有{count}份教育卡申请待审核，请登录处理。", "{count} education card forms await you."
    ),
}
