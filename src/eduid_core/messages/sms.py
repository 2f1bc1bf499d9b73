"""
Texts of the short messages, signature not counted.

Each fits one segment of 70 UTF-16 units with the signature 【教育卡】 and the longest parameters it may take;
none holds a document number, a name or a phone, except the masked phone of who asks for a link.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from eduid_core.messages.entry import Entry

__all__ = ["TEMPLATES"]

TEMPLATES: Final[Mapping[str, Entry]] = {
    "registration_code": Entry(
        "验证码{code}，{minutes}分钟内有效，请勿告诉他人。",
        "Your code is {code}, valid {minutes} minutes. Do not share it.",
    ),
    "proof_code": Entry(
        "验证码{code}，用于确认本人操作，{minutes}分钟内有效，请勿告诉他人。",
        "Your code is {code}, to confirm it is you, valid {minutes} minutes. Do not share it.",
    ),
    "recovery_code": Entry(
        "验证码{code}，用于找回账号，{minutes}分钟内有效。如非本人操作，请联系学校。",
        "Your code is {code}, to recover the account, valid {minutes} minutes.",
    ),
    "comms_code": Entry(
        "验证码{code}，用于关联通讯卡号码，{minutes}分钟内有效，请勿告诉他人。",
        "Your code is {code}, to link the comms card, valid {minutes} minutes.",
    ),
    "link_code": Entry(
        "验证码{code}，手机{asker}申请作为监护人办理教育卡，{minutes}分钟内有效。不认识请勿告知。",
        "{asker} asks to be your child's guardian: code {code}, {minutes} minutes. Share it only to agree.",
    ),
    "reader_code": Entry(
        "验证码{code}，手机{asker}申请查看您的教育卡，{minutes}分钟内有效。不认识请勿告知。",
        "{asker} asks to see your education card: code {code}, {minutes} minutes. Share it only to agree.",
    ),
    "guardian_linked": Entry(
        "学校已为您孩子的教育卡申请关联一位监护人。如有异议，请联系班主任。",
        "The school linked a guardian to your child's education card. To object, ask the teacher.",
    ),
    "recovered": Entry(
        "您的教育卡账号密码已重置。如非本人操作，请立即联系学校。",
        "Your password was set anew. If that was not you, ask the school.",
    ),
    "locked": Entry(
        "您的教育卡账号因多次输错密码已暂时锁定，可用验证码找回。",
        "Your account is locked for a while; a code recovers it.",
    ),
    "second_factor_reset": Entry(
        "您的教育卡账号正在重设第二重验证，{hours}小时后生效。如非本人申请，请立即用原验证器登录。",
        "Your second factor will be reset in {hours} hours. If that was not you, sign in with it now.",
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
        "The education card form needs a correction. Please sign in.",
    ),
    "returned_by_school": Entry(
        "学校为您孩子提交的教育卡申请需要修改，请联系班主任核对。如有异议，请一并提出。",
        "The form the school submitted needs a correction. Please ask the teacher.",
    ),
    "file_undone": Entry(
        "学校撤销了此前为您孩子提交的教育卡申请文件，先前的通知作废。如有疑问，请联系班主任。",
        "The school took back the form it had submitted; the last message is void. Please ask the teacher.",
    ),
    "consent_wanted": Entry(
        "学校已为您孩子填写教育卡申请，须您本人同意后才能办理，请登录确认。",
        "The school filled in an education card form; it waits for your consent. Please sign in.",
    ),
    "rejected": Entry(
        "您孩子的教育卡申请未获通过，请登录查看理由。如有异议，可在{days}日内申诉。",
        "The education card was refused. Sign in for the reason; you may appeal within {days} days.",
    ),
    "rejected_by_school": Entry(
        "学校为您孩子提交的教育卡申请未获通过，请联系学校了解理由，可在{days}日内申诉。",
        "The education card was refused. Ask the school; you may appeal within {days} days.",
    ),
    "revoked": Entry(
        "您孩子的教育卡已停用，请登录查看原因。如有异议，请联系学校。",
        "The education card was revoked. Please sign in.",
    ),
    "revoked_by_school": Entry(
        "您孩子的教育卡已停用。如有异议，请联系学校。", "The education card was revoked. Please ask the school."
    ),
    "review_wanted": Entry("有1份教育卡申请待您审核，请登录处理。", "One education card form awaits you."),
    "teacher_invited": Entry(
        "您班有教育卡申请待审核，请注册班主任账号并申请本班权限后处理。",
        "An education card form of your class awaits review: register and claim your class.",
    ),
    "review_escalated": Entry(
        "有1份教育卡申请逾期未审核，现转请您处理，请登录查看。",
        "One education card form is overdue and now awaits you.",
    ),
    "draft_ends": Entry(
        "您孩子的教育卡申请尚未提交，{days}天后失效，请登录提交。",
        "The education card form was not submitted and ends in {days} days.",
    ),
    "return_ends": Entry(
        "您孩子的教育卡申请需要修改，请在{days}天内登录修改后重新提交，逾期失效。",
        "The education card form waits for your correction, for {days} more days.",
    ),
    "return_ends_by_school": Entry(
        "学校为您孩子提交的教育卡申请需要修改，{days}天后失效，请联系班主任。",
        "The education card form of the school needs a correction within {days} days: ask the teacher.",
    ),
    "review_digest": Entry(
        "您的班级有{count}份教育卡申请待审核，请登录处理。", "{count} education card forms await you."
    ),
    "reviews_digest": Entry(
        "学校提交的教育卡申请中有{count}份待您审核，请登录处理。",
        "{count} education card forms of a school file await you.",
    ),
}
