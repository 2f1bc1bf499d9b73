"""
Texts of the reasons, notes, field codes and suggestions of `eduid_core.matching`.

Teachers read them: the first line states the result, a suggestion names the first step. No text holds a value
of the form or of the registry.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from eduid_core.messages.entry import Entry

__all__ = ["FIELD_CODES", "FIELD_NAMES", "NOTES", "REASONS", "SUGGESTIONS"]

_LATTICE: Final = {
    "CONSISTENT": Entry("各项一致", "every key field agrees"),
    "FIELD_REQUIRED": Entry("有必填项未填写", "a required field is blank"),
    "PHONE_INVALID": Entry("监护人手机不是有效的内地手机号", "the guardian's phone is no mainland mobile"),
    "NAME_INVALID": Entry("姓名写法不符合规范", "the name is not written as a name can be"),
    "ID_INVALID": Entry(
        "证件号码有误，请核对证件", "the document number cannot be right, please check the document"
    ),
    "NOT_COMPARED": Entry(
        "系统未能自动比对这份申请，请人工核对",
        "the system failed to compare this application: a person compares it",
    ),
    "SOURCE_UNAVAILABLE": Entry("学籍库暂时无法查询", "the registry could not be asked"),
    "ID_TYPE_UNKNOWN": Entry("证件类型无法识别", "an unknown type of document"),
    "ID_NUMBER_ABSENT": Entry("该证件没有号码，需人工核对", "a document without a number, for a person to see"),
    "AGE_IMPOSSIBLE": Entry(
        "按证件号码计算的年龄不可能是学生，请核对证件",
        "by the number this is the age of no student, please look at the document",
    ),
    "SYNTHETIC_REFUSED": Entry("测试号码不能自动通过", "a synthetic number is not approved by the machine"),
    "DUPLICATE_APPLICATION": Entry("同一证件号另有申请", "another application has the same number"),
    "NOT_FOUND": Entry("学籍库中没有该证件号", "the registry holds no such number"),
    "DUPLICATE_REGISTRY": Entry(
        "学籍库中该证件号有多条在读记录", "the registry holds this number more than once"
    ),
    "STATUS_TRANSFERRED": Entry("学籍状态为转出", "the registry says transferred"),
    "STATUS_GRADUATED": Entry("学籍状态为毕业", "the registry says graduated"),
    "STATUS_LEFT": Entry("学籍状态为离校", "the registry says left school"),
    "STATUS_SUSPENDED": Entry("学籍状态为休学", "the registry says suspended"),
    "STATUS_NOT_PRESENT": Entry("学籍状态为在籍不在校", "the registry says enrolled, but not present"),
    "STATUS_VISITING": Entry("学籍状态为借读", "the registry says visiting student"),
    "STATUS_CHANGING": Entry("学籍状态正在异动", "the registry says a change of enrolment is in progress"),
    "STATUS_UNKNOWN": Entry("学籍状态不明", "the registry's status is unclear"),
    "REGISTRY_INCOMPLETE": Entry("学籍记录缺少学籍号", "the registry row has no student number"),
    "GUARDIAN_PHONE_DIFFERS": Entry(
        "监护人手机与学籍库中的不一致", "the guardian's phone is not the one in the registry"
    ),
    "IDENTITY_DIFFERS": Entry("姓名或证件与学籍不一致", "name or document differ from the registry"),
    "VISITING_STUDENT": Entry("学校与学籍不一致，可能为借读", "the school differs, perhaps a visiting student"),
    "PLACEMENT_DIFFERS": Entry("年级、班级或入学年份与学籍不一致", "grade, class or entry year differ"),
}

NOTES: Final[Mapping[str, Entry]] = {
    "ID_SPELLING": Entry("证件号书写格式不同", "another spelling of the same number"),
    "ID_TYPE": Entry("证件类型不同或学籍未登记类型", "the type of document differs, or the registry has none"),
    "REG_ID_TYPE_UNKNOWN": Entry(
        "学籍登记的证件类型无法识别", "the registry names a type of document that is unknown"
    ),
    "ID_TYPO": Entry("证件号相差一处", "the numbers differ in one place"),
    "ID_FROM_XJH": Entry("由学籍号找到", "found by the student number"),
    "REG_ID_BAD": Entry("学籍中的证件号有误", "the number in the registry cannot be right"),
    "TS_SAFE": Entry("仅繁简不同", "traditional and simplified writing only"),
    "TS_UNSAFE": Entry("繁简不同，可能是两个姓名", "traditional and simplified writing that may be two names"),
    "GLYPH_VARIANT": Entry("异体字，可能是两个姓名", "variant characters that may be two names"),
    "DOT_MISSING": Entry("仅间隔号有无不同", "a name dot is missing or added"),
    "PINYIN_ONLY": Entry("一方为拼音", "one side is written in pinyin"),
    "SAME_SOUND": Entry("同音不同字", "the same sound, other characters"),
    "NAME_NEAR": Entry("姓名相近", "nearly the same name"),
    "NAME_ORDER": Entry("姓名用字相同，次序不同", "the same characters in another order"),
    "SCHOOL_SPELLING": Entry("校名书写格式不同", "another spelling of the school's name"),
    "SCHOOL_ALIAS": Entry("使用了学校的别名", "an alias of the school"),
    "AREA_PREFIX": Entry("校名省略了地区", "the school's name without its area"),
    "SCHOOL_CODE": Entry("学校标识码不同", "the school codes differ"),
    "SCHOOL_NAME_BESIDE_CODE": Entry(
        "校名与所填标识码不符", "the name is no spelling of the school of that code"
    ),
    "SCHOOL_AMBIGUOUS": Entry("校名对应多所学校", "the name fits several schools"),
    "SCHOOL_STAGE_ONLY": Entry(
        "校名只写了学段，不能确定是哪所学校", "the name tells only the stage, not which school"
    ),
    "SCHOOL_OTHER": Entry("校名属于另一所学校", "the name is another school's"),
    "SCHOOL_NEAR": Entry("校名相近", "nearly the same school name"),
    "SCHOOL_UNKNOWN": Entry("学籍库中没有这个校名", "no school of the registry has this name"),
    "GRADE_SPELLING": Entry("年级写法不同", "another spelling of the grade"),
    "GRADE_COHORT": Entry("以入学届别表示的年级", "the grade written as a cohort"),
    "GRADE_NOT_ROLLED": Entry("学籍可能尚未升级", "the registry may not have promoted its students yet"),
    "CLASS_SPELLING": Entry("班级写法不同", "another spelling of the class"),
    "CLASS_GRADE_CONFLICT": Entry("班级所含年级与年级不符", "the class names another grade"),
    "CLASS_YEAR_CONFLICT": Entry("班级所含年份与入学年份不符", "the class names another entry year"),
    "ENTRY_SPELLING": Entry("入学年份写法不同", "another spelling of the entry year"),
    "ENTRY_YEAR_OTHER_STAGE": Entry("填写的是其他学段的入学年份", "the entry year of another stage"),
    "ENTRY_SCHOOL_YEAR": Entry("学年相同，年份不同", "the same school year, another calendar year"),
    "AGE_GRADE_IMPLAUSIBLE": Entry("年龄与年级不相称，请核对", "an unusual age for the grade, please compare"),
}
"""Notes: the rule or the edit behind a field code."""

FIELD_CODES: Final[Mapping[str, Entry]] = {
    "EQUAL": Entry("一致", "equal"),
    "EQUAL_NORMALISED": Entry("一致（书写格式不同）", "equal, written differently"),
    "VARIANT": Entry("不同，但可解释", "different, and explained"),
    "HOMOPHONE": Entry("同音", "the same sound"),
    "SIMILAR": Entry("相近", "similar"),
    "DIFFERENT": Entry("不一致", "different"),
    "MISSING_APP": Entry("申请未填写", "blank in the form"),
    "MISSING_REG": Entry("学籍为空", "blank in the registry"),
    "UNRESOLVABLE": Entry("无法比较", "cannot be compared"),
}

FIELD_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "id": ("证件号码", "document number"),
    "name": ("姓名", "name"),
    "school": ("学校", "school"),
    "grade": ("年级", "grade"),
    "class": ("班级", "class"),
    "entry_year": ("入学年份", "entry year"),
}
"""Key field -> its name in Chinese and English; fields are no codes."""

SUGGESTIONS: Final[Mapping[str, Entry]] = {
    "MEND_FORM": Entry("请申请人修改后重新提交", "let the applicant correct the form"),
    "WAIT_FOR_SOURCE": Entry("待学籍库恢复后重新比对", "compare again when the registry answers"),
    "CONFIRM_DOCUMENT": Entry("请查看证件原件", "look at the document itself"),
    "COMPARE_APPLICATIONS": Entry("请与同号的另一份申请一并核对", "look at both applications together"),
    "LOOK_FOR_CANDIDATE": Entry("请查看可能的学籍记录", "look at the registry rows that may be meant"),
    "MEND_REGISTRY": Entry("请学籍管理员更正学籍", "let the registrar correct the registry"),
    "CONFIRM_ENROLMENT": Entry("请确认学生是否在校", "confirm that the student attends school"),
    "CONFIRM_GUARDIAN": Entry(
        "请用学籍库中的号码联系监护人核实", "confirm with the guardian, by the phone in the registry"
    ),
    "COMPARE_IDENTITY": Entry("请对照证件核对姓名和号码", "compare name and number with the document"),
    "REPORT_FAULT": Entry(
        "请人工核对，并把申请编号告知系统管理员",
        "compare by hand, and give the application id to the system's operator",
    ),
    "CONFIRM_SCHOOL": Entry("请确认学生就读学校", "confirm which school the student attends"),
    "TAKE_REGISTRY_VALUE": Entry("核实后以学籍为准更正", "when confirmed, take the registry's value"),
}

_QUALITY: Final = {
    "REG_NO_ID": Entry("学籍无证件号", "a registry row without a document number"),
    "REG_SAME_ID": Entry("不同学籍使用同一证件号", "several registry rows with one document number"),
    "REG_SAME_STUDENT_NUMBER": Entry("学籍号重复", "several registry rows with one student number"),
    "REG_SAME_PERSON": Entry(
        "同名、同性别、同出生日期，证件号不同或为空",
        "the same name, sex and birth, other or no document number",
    ),
    "REG_NAME_BAD": Entry("学籍姓名有误或丢失字符", "a registry name that cannot be right or lost characters"),
    "REG_FIELD_BLANK": Entry("学籍有必填项为空", "a required field of the registry row is blank"),
    "REG_STATUS_UNKNOWN": Entry("学籍状态不明", "an unknown status"),
    "SNAPSHOT_SUSPECT": Entry("学籍数据比上次明显减少，未启用", "the registry shrank and was not taken"),
    "SNAPSHOT_EMPTY": Entry("学籍数据为空，未启用", "the registry is empty and was not taken"),
}
_OF_THE_CASE: Final = {
    "ANOTHER_PERSON": Entry(
        "修改前后的证件号在学籍库中各有一名在读学生", "both numbers of the correction are of enrolled students"
    ),
    "ANSWERS_USED_UP": Entry(
        "近期多次比对不一致，系统不再自动给出结果，请人工核对",
        "several recent comparisons differed: the system answers no more, a person compares",
    ),
    "CONTESTED": Entry(
        "申请人说明所退回的内容无误，请核对证件", "the applicant states that what was returned is right"
    ),
}
_APPLICANT: Final = {
    "UNDER_REVIEW": Entry(
        "信息正在由学校核对，请留意短信", "the school is looking at the form, you will be told"
    ),
}

REASONS: Final[Mapping[str, Entry]] = {
    **_LATTICE,
    **NOTES,
    **FIELD_CODES,
    **SUGGESTIONS,
    **_QUALITY,
    **_OF_THE_CASE,
    **_APPLICANT,
}
"""Every code of matching -> its text."""
