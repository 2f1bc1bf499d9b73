"""
Texts of the findings of `eduid_core.validation`.

Severity and clause stand beside the text, so the code, the message, the docs and the audit read one table. `k`
in a text is the position in the input, counted from 1; `hint` is a proposal such as ` (O→0?)` or empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from eduid_core.messages.entry import Entry

__all__ = ["FINDINGS"]

_ID = "GB 11643-1999"
_DIVISION = "GB/T 2260"
_MOD_11_2 = f"{_ID}; ISO 7064 MOD 11-2"
_PERMIT = "港澳台居民居住证申领发放办法 (2018) art. 3"
_FOREIGN = "GA 2102-2023 (as cited by others)"
_MRZ = "ICAO 9303-3"
_STUDENT = "教育部学籍号编码规则 (as cited by others)"
_SCHOOL = "学校(机构)代码管理办法 (2011)"
_PLAN = "libphonenumber metadata; 电信网编号计划"
_OURS = "our decision"

_WHOLE: Final = {
    "EMPTY": Entry("未填写", "not filled in", "error", _OURS),
    "NOT_TEXT": Entry("类型不对，应为文字", "this is not text", "error", _OURS),
    "TOO_LONG_INPUT": Entry("内容过长", "too long", "error", _OURS),
    "LINE_UNREADABLE": Entry("此行无法读取", "this line cannot be read", "error", _OURS),
    "KIND_UNKNOWN": Entry("不像任何一种证件号码", "this is no kind of number we know", "error", _OURS),
    "KIND_AMBIGUOUS": Entry(
        "符合多种证件，请确认证件类型", "several kinds fit, please confirm the type", "doubt", _OURS
    ),
    "KIND_DIFFERS_FROM_DECLARED": Entry(
        "号码像是另一种证件，请确认证件类型",
        "this looks like another kind of document, please confirm the type",
        "doubt",
        _OURS,
    ),
    "LOOKS_LIKE_DATE": Entry("像是日期，请确认", "this looks like a date, please confirm", "doubt", _OURS),
    "LOOKS_LIKE_ORGANISATION_CODE": Entry(
        "像是统一社会信用代码，请确认",
        "this looks like a unified social credit code, please confirm",
        "doubt",
        "GB 32100-2015",
    ),
    "LENGTH": Entry(
        "应为 {expected} 位，现为 {got} 位",
        "expected {expected} characters, got {got}",
        "error",
        _OURS,
        traits=("misshapen", "other_kind"),
    ),
    "FORMAT": Entry(
        "不符合该证件的号码格式",
        "this has not the form of this document",
        "error",
        _OURS,
        traits=("misshapen", "other_kind"),
    ),
    "FORMAT_ONLY": Entry(
        "该证件号无校验位，只核对了格式", "no check digit exists, only the form was checked", "note", _OURS
    ),
}

_CHARACTERS: Final = {
    "OUTER_TRIMMED": Entry(
        "已去除首尾空白", "blanks at the ends were dropped", "note", _OURS, traits=("spelling",)
    ),
    "WIDTH_FOLDED": Entry(
        "全角字符已转为半角", "full-width characters were folded", "note", _OURS, traits=("spelling",)
    ),
    "SEPARATORS_REMOVED": Entry(
        "已去除空格或连字符", "spaces or hyphens were removed", "note", _OURS, traits=("spelling",)
    ),
    "CASE_FOLDED": Entry(
        "小写字母已转为大写", "lower-case letters were folded", "note", _OURS, traits=("spelling",)
    ),
    "BRACKETS_FOLDED": Entry(
        "全角括号已转为半角", "full-width brackets were folded", "note", _OURS, traits=("spelling",)
    ),
    "BAD_CHARACTER": Entry(
        "第 {k} 位的字符不允许",
        "the character at position {k} is not allowed",
        "error",
        _OURS,
        traits=("other_kind",),
    ),
    "NON_ASCII_DIGIT": Entry(
        "第 {k} 位不是普通数字",
        "position {k} is a digit of another script or style",
        "error",
        _ID,
        traits=("other_kind",),
    ),
    "LETTER_IN_DIGITS": Entry(
        "第 {k} 位不是数字{hint}",
        "position {k} is not a digit{hint}",
        "error",
        _ID,
        traits=("misshapen", "other_kind", "letter_shown"),
    ),
    "LOOKALIKE_X": Entry(
        "第 {k} 位像 X 但不是拉丁字母 X{hint}",
        "position {k} looks like X but is not{hint}",
        "error",
        _ID,
        traits=("other_kind", "letter_shown"),
    ),
    "X_NOT_AT_END": Entry(
        "X 只能在末位", "X is allowed only last", "error", _ID, traits=("other_kind", "letter_shown")
    ),
}

_DIVISIONS: Final = {
    "PROVINCE_UNKNOWN": Entry("前两位不是省级代码", "the first two digits are no province", "error", _DIVISION),
    "DIVISION_PREFECTURE_LEVEL": Entry(
        "前六位不是县级代码", "the first six digits are no county", "error", f"{_ID}; {_DIVISION}"
    ),
    "DIVISION_UNKNOWN": Entry(
        "区划代码未收录，请核对", "division not listed, please compare", "doubt", _DIVISION
    ),
    "DIVISION_STATISTICS_ONLY": Entry(
        "该代码仅用于统计，请核对", "a code of the statistics bureau only, please compare", "doubt", _DIVISION
    ),
    "DIVISION_NOT_ISSUED": Entry(
        "该省代码未见用于身份号码，请核对",
        "no numbers are known under this province, please compare",
        "doubt",
        _DIVISION,
    ),
    "PERMIT_DIVISION": Entry(
        "居住证前六位应为 810000、820000 或 830000",
        "a residence permit starts with exactly 810000, 820000 or 830000",
        "error",
        _PERMIT,
    ),
    "SYNTHETIC_NUMBER": Entry("测试号码", "synthetic number", "doubt", _OURS),
    "DIVISION_CREATED_AFTER_BIRTH": Entry(
        "该区划在出生后设立", "the division was created after the birth", "note", _DIVISION
    ),
    "DIVISION_LEGACY_SUMMARY": Entry(
        "区划代码为早年的市辖区汇总码", "an old summary code of city districts", "note", _DIVISION
    ),
    "DIVISION_OBSERVED_EXCEPTION": Entry(
        "该代码不在公布的区划表中，但见于真实证件", "in no official list, yet seen on real cards", "note", _OURS
    ),
    "DIVISION_ABOLISHED_BEFORE_BIRTH": Entry(
        "该区划在出生前已撤销", "the division was abolished before the birth", "doubt", _DIVISION
    ),
}

_PERSON: Final = {
    "BIRTH_DATE_IMPOSSIBLE": Entry("出生日期不存在", "no such date of birth", "error", f"{_ID}; GB/T 7408"),
    "BIRTH_IN_FUTURE": Entry("出生日期晚于当日", "the date of birth lies in the future", "error", _ID),
    "AGE_IMPLAUSIBLE": Entry(
        "年龄超过 120 岁，请核对", "older than 120 years, please compare", "doubt", _OURS, traits=("needs_day",)
    ),
    "AGE_UNUSUAL_FOR_ROLE": Entry(
        "年龄不在在校学生的常见范围，请核对",
        "an unusual age for a student, please compare",
        "doubt",
        _OURS,
        traits=("needs_day",),
    ),
    "CHECKSUM": Entry(
        "校验位不符，请逐位核对",
        "the check character does not fit, please compare every digit",
        "error",
        _MOD_11_2,
    ),
    "BIRTH_DIFFERS_FROM_FORM": Entry(
        "与填写的出生日期不一致", "differs from the date of birth in the form", "doubt", _OURS
    ),
    "SEX_DIFFERS_FROM_FORM": Entry("与填写的性别不一致", "differs from the sex in the form", "doubt", _OURS),
    "LEGACY_15": Entry("15 位旧号码，已换算为 18 位", "an old 15-digit number, read as 18 digits", "note", _ID),
    "CENTURY_GUESSED": Entry(
        "年份只有两位，世纪为推定", "a two-digit year: the century is a guess", "note", _OURS
    ),
    "CENTENARIAN_SEQUENCE": Entry(
        "顺序码曾用于百岁老人", "a sequence once kept for centenarians", "note", f"{_ID} (unverified)"
    ),
    "LEGACY_ID_FOR_MINOR": Entry("学生不应使用 15 位号码", "students have no 15-digit number", "error", _ID),
    "NATIONALITY_UNKNOWN": Entry(
        "国籍代码未收录，请核对", "nationality not listed, please compare", "doubt", f"ISO 3166-1; {_MRZ}"
    ),
    "MRZ_CHECK": Entry(
        "机读区校验位不符", "a check digit of the machine-readable zone does not fit", "error", _MRZ
    ),
    "DOCUMENT_EXPIRED": Entry("证件已过有效期", "the document has expired", "doubt", _MRZ),
    "TW_RESIDENT_FORM": Entry("台湾居留证号格式", "the form given to residents of Taiwan", "note", _OURS),
}

_SCHOOLS: Final = {
    "STUDENT_ID_TYPE": Entry(
        "学籍号应以 G、J 或 L 开头",
        "a student number starts with G, J or L",
        "error",
        _STUDENT,
        traits=("other_kind",),
    ),
    "STUDENT_ID_DOUBLE_PREFIX": Entry(
        "学籍号只能有一个类型字母", "a student number has only one type letter", "error", _STUDENT
    ),
    "STUDENT_ID_J_CHECK": Entry(
        "J 号的校验位不符，请核对",
        "the check character of a J number does not fit, please compare",
        "doubt",
        _STUDENT,
    ),
    "STUDENT_ID_TEMPORARY": Entry("临时学籍号", "a temporary student number", "note", _STUDENT),
    "STUDENT_ID_G_DIFFERS": Entry(
        "学籍号中的身份证号与现用号码不同",
        "the student number holds another ID number than the present one",
        "note",
        _STUDENT,
    ),
    "SCHOOL_PROVINCE_MISMATCH": Entry(
        "学籍号的学校区划与学校标识码的省份不同",
        "the student number and the school code name different provinces",
        "doubt",
        f"{_STUDENT}; {_SCHOOL}",
    ),
    "SCHOOL_CATEGORY_UNKNOWN": Entry(
        "学校类别代码未收录", "the school category is not listed", "doubt", _SCHOOL, traits=("other_kind",)
    ),
    "SCHOOL_PROVINCE_UNKNOWN": Entry(
        "第三、四位不是省级代码", "digits 3 and 4 are no province", "error", _SCHOOL, traits=("other_kind",)
    ),
}

_PHONES: Final = {
    "PHONE_LETTER": Entry(
        "第 {k} 位不是数字{hint}", "position {k} is not a digit{hint}", "error", _OURS, traits=("letter_shown",)
    ),
    "PHONE_EXTENSION": Entry("请勿填写分机号", "please leave out the extension", "error", _OURS),
    "PHONE_TWO_NUMBERS": Entry("请只填一个号码", "please give one number only", "error", _OURS),
    "PHONE_NOT_IN_PLAN": Entry("没有这样的电话号码", "no such number in the numbering plan", "error", _PLAN),
    "PHONE_UNASSIGNED_PREFIX": Entry("号段未收录，请核对", "prefix not listed, please compare", "doubt", _PLAN),
    "PHONE_SATELLITE": Entry(
        "卫星电话号段，可能收不到短信", "a satellite number, messages may not arrive", "doubt", _PLAN
    ),
    "PHONE_IOT": Entry("物联网号码，不是个人电话", "a number of a machine, not of a person", "error", _PLAN),
    "LANDLINE_FOR_SMS": Entry("固定电话收不到短信", "a landline receives no messages", "doubt", _PLAN),
    "PHONE_SERVICE_NUMBER": Entry("服务号码，不是个人电话", "a service number, not a person's", "error", _PLAN),
    "PHONE_COUNTRY_NOT_SUPPORTED": Entry(
        "不支持该国家或地区的号码", "numbers of this country or region are not supported", "error", _OURS
    ),
    "PHONE_PREFIX_DROPPED": Entry(
        "已去除国家代码或拨号前缀", "a country code or dialling prefix was dropped", "note", _PLAN
    ),
}

FINDINGS: Final[Mapping[str, Entry]] = {
    **_WHOLE,
    **_CHARACTERS,
    **_DIVISIONS,
    **_PERSON,
    **_SCHOOLS,
    **_PHONES,
}
"""Every finding code about a number -> its `Entry`."""
