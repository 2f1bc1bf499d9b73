"""Texts of the refusals of `eduid_core.workflow`, and of the reasons for a return."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from eduid_core.messages.entry import Entry

_ACCOUNT = {
    "username_limit_exceeded": Entry(
        "尝试的用户名过多，请重新注册", "too many usernames were tried: begin another registration"
    ),
    "username_taken": Entry("该用户名不可用", "this username cannot be used"),
    "username_unusable": Entry(
        "用户名不可用：请用字母、数字或汉字，不含空格，最多 {max} 个字符",
        "this username cannot be used: letters, digits or Han characters, no blanks, at most {max} characters",
    ),
    "invalid_phone_number": Entry("请填写中国内地手机号", "give a mainland mobile number"),
    "password_too_weak": Entry(
        "密码太短或过于常见，至少 {min} 个字符",
        "the password is too short or too common, at least {min} characters",
    ),
    "password_too_long": Entry(
        "密码太长，最多 {max} 个字符", "the password is too long, at most {max} characters"
    ),
    "login_failed": Entry(
        "用户名或密码不正确，或账号已锁定", "wrong name or password, or the account is locked"
    ),
    "session_ended": Entry("登录已失效，请重新登录", "the session has ended, log in again"),
    "ticket_wrong": Entry(
        "验证步骤已失效，请重新获取验证码", "this step belongs to another request: ask for a new code"
    ),
    "second_factor_wrong": Entry(
        "动态验证码不正确或已用过，请等下一个",
        "the code of the second factor is wrong or was used: take the next",
    ),
    "second_factor_absent": Entry("该账号没有第二重验证", "the account has no second factor"),
    "resend_too_soon": Entry("请在 {retry_after} 秒后重试", "try again in {retry_after} seconds"),
    "challenge_limit_exceeded": Entry("验证码发送次数已用完", "no more codes can be sent"),
    "challenge_locked": Entry("验证码尝试次数已用完", "no more tries are left"),
    "challenge_mismatch": Entry("验证码不正确，还可尝试 {left} 次", "the code does not fit, {left} tries left"),
    "challenge_expired": Entry("验证码已过期，请重新获取", "the code has expired, ask for another"),
    "challenge_required": Entry("请先用验证码证明手机号", "prove the phone by a code first"),
    "link_limit_exceeded": Entry(
        "同时等待确认的关联请求最多 {max} 个，请先完成或取消一个",
        "at most {max} requests for a link wait at a time: confirm or end one first",
    ),
    "link_unknown": Entry("没有这项关联或关联请求", "there is no such link, and no request for it"),
    "approvals_stand": Entry(
        "有 {count} 份已通过的认证，注销后将无人可以撤回：请选择保留或撤回",
        "{count} approvals stand that nobody could take back afterwards: say whether to keep or withdraw them",
    ),
    "insufficient_evidence": Entry("请先用验证码证明身份", "prove your identity by a code first"),
    "appeal_open": Entry("已有申诉正在处理", "an appeal is already being decided"),
}

_GENERAL = {
    "forbidden": Entry("无权进行此操作", "this actor may not do that"),
    "stale_revision": Entry(
        "内容已更新（当前第 {current} 版），请重新查看",
        "the content has changed (now revision {current}), look again",
    ),
    "invalid_transition": Entry("当前状态不能进行此操作", "this cannot be done in the present status"),
    "idempotency_conflict": Entry("请求编号已被另一请求使用", "the key was used for another request"),
    "conflict": Entry("操作发生冲突，请重试", "another change came first, try again"),
    "person_taken": Entry("该证件号已有通过认证的申请", "an approved application stands for this number"),
    "text_unusable": Entry("内容含有无法保存的字符", "it holds characters that cannot be kept"),
    "text_too_long": Entry("内容太长（{fields}），最多 {max}", "too long ({fields}), at most {max}"),
    "message_answered": Entry("没有这条结果不明的短信", "no such message waits to be answered for"),
}

_APPLICATION = {
    "field_required": Entry("请填写：{fields}", "fill in: {fields}"),
    "invalid_id_number": Entry("证件号有误：{why}", "the number cannot be right: {why}"),
    "guardian_consent_required": Entry("需要监护人同意", "the guardian's consent is required"),
    "draft_changed": Entry(
        "以下内容已在别处修改：{fields}。请核对第 {current} 版后再保存",
        "changed elsewhere meanwhile: {fields}; look at revision {current} and save again",
    ),
    "unknown_field": Entry("表格中没有这一项", "the form has no such field"),
    "student_consent_required": Entry(
        "学生已满 {age} 周岁，请本人阅读并同意个人信息处理告知",
        "from {age} years on, the student reads the notice on personal data and agrees to it",
    ),
    "phone_of_student": Entry(
        "该手机号也是学生本人账号的手机号，不能作为监护人的同意",
        "this phone is that of the student's own account: a guardian consents by another",
    ),
    "nothing_changed": Entry("内容没有变化", "the form has not changed"),
    "edit_limit_exceeded": Entry("修改次数已用完，请等待审核", "no more edits, please wait for the review"),
    "unresolved_return_items": Entry("请修改或说明：{fields}", "change or contest: {fields}"),
    "contest_limit_exceeded": Entry(
        "以下项目的说明次数已用完，请修改：{fields}", "no more contests of {fields}, please correct them"
    ),
    "appeal_limit_exceeded": Entry("申诉次数已用完", "no more appeals"),
    "application_limit_exceeded": Entry(
        "同时办理的申请最多 {max} 份，请先完成或撤回一份",
        "at most {max} applications at a time: finish or withdraw one first",
    ),
    "try_limit_exceeded": Entry("今天提交的次数已用完，请明天再试", "no more forms today, try again tomorrow"),
    "nothing_to_retry": Entry("不是因为学籍库不可用而等待", "the application does not wait for the registry"),
    "withdrawn_by_family": Entry(
        "家长已撤回该申请，不能由文件重新开始", "the family withdrew it: no file begins it anew"
    ),
    "nothing_to_end": Entry("没有到期的宽限", "no grace period has ended"),
    "not_approved": Entry("尚未通过，不能撤销", "not approved yet, so there is no approval to revoke"),
    "return_limit_exceeded": Entry("退回次数已用完，请作出决定", "no more returns, please decide"),
}

_REVIEW = {
    "not_assigned": Entry("该申请未分配给您", "this application is not assigned to you"),
    "reason_required": Entry("请至少选择一项原因", "choose at least one reason"),
    "conflict_of_interest": Entry(
        "不能审核与本人有关的申请", "you may not review this application: it concerns you or your family"
    ),
    "second_approval_required": Entry("需要另一人复核", "a second person must agree"),
    "not_eligible_reviewer": Entry("该审核人不负责这个班级", "this reviewer's grant does not cover the class"),
    "grant_inactive": Entry("审核授权已失效", "the reviewer's grant is not active"),
    "class_unknown": Entry("学校没有这个班级", "the school has no such class"),
    "grant_exists": Entry("已有这个班级的授权或申请", "there is a grant or a claim for this class already"),
    "homeroom_taken": Entry("该班级已有班主任", "the class has a homeroom teacher"),
    "task_taken": Entry("该任务正由他人处理", "another reviewer has this task"),
    "task_closed": Entry("该任务已结束", "this task is closed"),
    "lease_expired": Entry("打开时间过长，请重新打开", "the screen was open too long, open it again"),
    "lease_stands": Entry("该任务仍在处理中", "the task is still open on a screen"),
    "evidence_required": Entry("请提供证明", "give evidence"),
    "assurance_too_low": Entry("需要 {need} 级或更高级别的登录", "sign in at assurance level {need}"),
}

_CARD = {
    "card_number_invalid": Entry("卡号校验不符", "the card number's check digits do not fit"),
    "card_inactive": Entry("教育卡未启用", "the education card is not in use"),
    "suspension_stands": Entry(
        "该停用须由停用方解除", "only the side that suspended the card can reinstate it"
    ),
    "guardian_required": Entry("需由监护人办理", "the guardian must do this"),
    "number_in_use": Entry("该号码已被使用", "the number is in use"),
}

REFUSALS: Final[Mapping[str, Entry]] = {**_GENERAL, **_ACCOUNT, **_APPLICATION, **_REVIEW, **_CARD}
"""Refusal code -> text."""

RETURN_REASONS: Final[Mapping[str, Entry]] = {
    "NAME_AS_IN_HOUSEHOLD_REGISTER": Entry("姓名请按户口簿填写", "write the name as in the household register"),
    "ID_NUMBER_TO_CHECK": Entry("请核对证件号", "check the document number"),
    "SCHOOL_TO_CHECK": Entry("请核对学校", "check the school"),
    "GRADE_TO_CHECK": Entry("请核对年级", "check the grade"),
    "CLASS_TO_CHECK": Entry("请核对班级", "check the class"),
    "ENTRY_YEAR_TO_CHECK": Entry("请核对入学年份", "check the entry year"),
    "GUARDIAN_TO_CHECK": Entry("请核对监护人信息", "check the guardian"),
    "EVIDENCE_WANTED": Entry("请向班主任提供证明材料", "show evidence to the homeroom teacher"),
    "NOT_IN_MY_CLASS": Entry("不是本班学生，请核对学校和班级", "not in this class, check school and class"),
    "CONSENT_REQUIRED": Entry("需要监护人本人同意", "the guardian's own consent is required"),
}
"""The closed list of reasons for a return by a person."""

REJECT_REASONS: Final[Mapping[str, Entry]] = {
    "NOT_MY_STUDENT": Entry("不是本校学生", "not a student of this school"),
    "IMPERSONATION": Entry("冒用他人身份", "the identity of another person"),
    "DUPLICATE_CONFIRMED": Entry("确认为重复申请", "another application stands for this student"),
    "RETURN_LIMIT": Entry("多次退回仍未改正", "returned several times and still not corrected"),
}
"""The closed list of reasons for a rejection by a person; each may be appealed."""

REVOKE_REASONS: Final[Mapping[str, Entry]] = {
    "FRAUD": Entry("认证信息系伪造", "the approval was obtained by fraud"),
    "REPUDIATED": Entry("本人或监护人否认", "the person or guardian repudiates it"),
    "ISSUED_IN_ERROR": Entry("误发", "issued in error"),
    "CONSENT_WITHDRAWN": Entry("监护人撤回同意", "the guardian withdrew the consent"),
}
"""The closed list of reasons for revoking an approval."""

REVEAL_REASONS: Final[Mapping[str, Entry]] = {
    "LOOKED_AT_FOR_REVIEW": Entry("审核需要核对原文", "the review needs the text itself"),
    "LOOKED_AT_FOR_CONTACT": Entry("需要联系监护人", "the guardian is to be contacted"),
    "LOOKED_AT_FOR_COMPLAINT": Entry("处理投诉或申诉", "a complaint or appeal is handled"),
    "LOOKED_AT_BY_LAW": Entry("依法协助查询", "the law asks for it"),
    "LOOKED_AT_BY_COMMAND": Entry("在保存数据的计算机上用命令查看", "by command, on the machine that holds it"),
}
"""The closed list of reasons for showing a student's data to staff in the clear."""

ERASE_REASONS: Final[Mapping[str, Entry]] = {
    "ERASED_ON_REQUEST": Entry("本人或监护人要求删除", "the person or guardian asked for it"),
    "ERASED_AFTER_RETENTION": Entry("保存期限届满", "the time of storage is over"),
    "ERASED_BY_ORDER": Entry("主管部门责令删除", "an authority ordered it"),
}
"""The closed list of reasons for destroying a person's data."""

UNDO_REASONS: Final[Mapping[str, Entry]] = {
    "UNDO_ACTED_ON": Entry("此后有人处理过，保留不动", "a person acted on it since: left as it is"),
    "UNDO_LATER_FILE": Entry("此后的文件又改动过，保留不动", "a later file changed it: left as it is"),
    "UNDO_ENDED": Entry("申请已经结束，保留不动", "the application has ended: left as it is"),
    "UNDO_REFUSED": Entry("当前状态不能撤销，请人工处理", "cannot be undone as it stands: a person is needed"),
}
"""Reasons why the undo of a file run leaves an application as it is."""

CLOSE_REASONS: Final[Mapping[str, Entry]] = {
    "RECEIVED_AS_PROVIDER_SHOWS": Entry("运营商记录显示已送达", "the provider's records show it was received"),
    "TOLD_OTHERWISE": Entry("已用其他方式告知", "the recipient was informed in another way"),
    "NO_LONGER_OF_USE": Entry("已无需告知", "the message is no longer needed"),
}
"""The closed list of reasons for closing an unanswered message by hand."""

STANDING: Final[Mapping[str, Entry]] = {
    "APPROVED_BY_PERSON": Entry("经人工审核通过", "approved by a person"),
    "RETURNED_BY_PERSON": Entry("经人工审核退回", "returned by a person"),
    "ROW_NOT_TAKEN_IN": Entry(
        "该行没有办理：申请正在变化或缺少监护人同意，请人工处理",
        "not taken in: the application is changing or lacks consent",
    ),
    "SEAT_DECIDES": Entry(
        "该班级或学校已有经核实的审核人，请由其登录审核，文件中的决定不予办理",
        "a verified seat over the class or school decides this one; a file does not",
    ),
    "APPLICATION_ID_OF_ANOTHER": Entry(
        "该申请编号属于另一名学生，或不是由文件提交的申请",
        "the id is another student's application, or one that no file opened",
    ),
    "CHANGED_BY_FAMILY": Entry(
        "家长已修改过这份申请，文件中的内容没有覆盖",
        "the family has edited the form: the file does not overwrite it",
    ),
    "FILE_RUN_UNDONE": Entry(
        "改动这份申请的文件已撤销，请人工再次核对",
        "the file that changed the form was undone: a person compares again",
    ),
    "APPLICATION_CLOSED": Entry("该申请已撤回或过期，请使用新的申请编号", "withdrawn or expired: use a new id"),
}
"""Reasons of an unchanged file row: the current status of its application."""
