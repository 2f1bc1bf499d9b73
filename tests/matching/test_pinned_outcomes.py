"""Every row of the pinned outcomes, one sentence each: a form and a registry that agree, with one thing changed."""

import datetime as dt
from typing import Any

import pytest
from attrs import evolve

from eduid_core.matching import (
    FieldCode,
    Found,
    Outcome,
    Policy,
    RegistryRow,
    SchoolIndex,
    Verdict,
    match,
)

from .agreeing import FORM, NUMBER, ROW

AS_OF = dt.date(2026, 11, 2)
OTHER = "320098201604150044"
ELSEWHERE = RegistryRow(school_code="2132000002", school="苏州市海英小学")
JUNIOR = {"grade": "八年级", "entry_month": "202509", "school": "南京市第三中学", "school_code": "3132000003"}


def decide(
    form: dict[str, Any] | None = None,
    row: dict[str, Any] | None = None,
    *,
    rows: list[RegistryRow] | None = None,
    others: tuple[RegistryRow, ...] = (),
    policy: Policy | None = None,
    as_of: dt.date = AS_OF,
    **found: Any,
) -> Verdict:
    """Return the verdict on the agreeing pair with changes."""
    held = [evolve(ROW, **(row or {}))] if rows is None else rows
    schools = SchoolIndex.of([*held, ROW, *others])
    return match(evolve(FORM, **(form or {})), Found(held, schools, as_of, **found), policy=policy or Policy())


def code_of(verdict: Verdict, field: str) -> tuple[str, str]:
    """Return code and note of *field*."""
    return next((result.code.value, result.note) for result in verdict.fields if result.field == field)


@pytest.mark.parametrize(
    ("born", "outcome"),
    [
        ("20150315", Outcome.APPROVED),
        ("20231102", Outcome.APPROVED),
        ("20231103", Outcome.REVIEW),
        ("20001103", Outcome.APPROVED),
        ("20001102", Outcome.REVIEW),
        ("19500101", Outcome.REVIEW),
        ("20261101", Outcome.REVIEW),
    ],
)
def test_a_machine_approves_nobody_of_an_impossible_age(born: str, outcome: Outcome) -> None:
    """Under three and over twenty-five, on the day, by the default policy."""
    body = f"320098{born}001"
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(body))
    number = body + "10X98765432"[total % 11]

    verdict = decide({"id_number": number}, {"id_number": number, "student_number": f"G{number}"})

    assert verdict.outcome is outcome
    assert ("AGE_IMPOSSIBLE" in verdict.reasons) is (outcome is Outcome.REVIEW)


def test_a_form_that_agrees_is_approved():
    verdict = decide()

    assert verdict.outcome is Outcome.APPROVED
    assert verdict.reasons == ("CONSISTENT", "SYNTHETIC_NUMBER")
    assert [result.code for result in verdict.fields] == [FieldCode.EQUAL] * 6
    assert (verdict.tier, verdict.differing) == (0, ())


@pytest.mark.parametrize("blank", ["", " ", "\u3000", "\t", "\u200b"])
@pytest.mark.parametrize(
    ("field", "key"),
    [
        ("name", "name"),
        ("school", "school"),
        ("grade", "grade"),
        ("class_name", "class"),
        ("entry_year", "entry_year"),
        ("id_number", "id"),
    ],
)
def test_a_blank_required_field_is_returned(field, key, blank):
    verdict = decide({field: blank})

    assert verdict.outcome is Outcome.RETURNED
    assert verdict.reasons[0] == "FIELD_REQUIRED"
    assert [(r.field, r.code) for r in verdict.fields] == [(key, FieldCode.MISSING_APP)]


@pytest.mark.parametrize(
    "number",
    [
        NUMBER[:-1] + "0",
        "32009820160415003",
        "320098201613150036",
        "190098201604150036",
        "32009820160415O036",
        "320098160415003",
        "abc",
        "x" * 500,
    ],
)
def test_a_number_that_cannot_be_right_is_returned(number):
    verdict = decide({"id_number": number})

    assert verdict.outcome is Outcome.RETURNED
    assert verdict.reasons[0] == "ID_INVALID"


@pytest.mark.parametrize(
    "phone", ["", " ", "1391234567", "139123456O8", "+85251234567", "02583123456", "10086", "x"]
)
def test_a_phone_that_is_no_mainland_mobile_is_returned(phone):
    assert decide({"guardian_phone": phone}).reasons[0] == "PHONE_INVALID"
    assert decide({"guardian_phone": phone}).outcome is Outcome.RETURNED


@pytest.mark.parametrize("found", [{"rows": []}, {"also_applied": ("a2",)}, {"available": False}])
def test_returned_goes_before_any_review(found):
    assert decide({"guardian_phone": ""}, **found).outcome is Outcome.RETURNED
    assert decide({"guardian_phone": "", "id_type": "学生证"}, **found).outcome is Outcome.RETURNED


def test_several_reasons_to_return_are_told_together():
    verdict = decide({"guardian_phone": "", "id_number": NUMBER[:-1] + "0", "grade": ""})

    assert verdict.reasons[:3] == ("FIELD_REQUIRED", "PHONE_INVALID", "ID_INVALID")


@pytest.mark.parametrize("id_type", ["其他", "Z", "z", "other_document"])
def test_a_document_of_another_kind_without_a_number_is_reviewed(id_type):
    verdict = decide({"id_type": id_type, "id_number": ""})

    assert (verdict.outcome, verdict.reasons[0]) == (Outcome.REVIEW, "ID_NUMBER_ABSENT")


@pytest.mark.parametrize("id_type", ["学生证", "10", "student_number", "mobile", "?" * 100])
@pytest.mark.parametrize("number", [NUMBER, "12345"])
def test_an_unknown_document_type_is_reviewed(id_type, number):
    verdict = decide({"id_type": id_type, "id_number": number})

    assert (verdict.outcome, verdict.reasons[0]) == (Outcome.REVIEW, "ID_TYPE_UNKNOWN")


@pytest.mark.parametrize(
    "form",
    [
        {"name": " 陈小雨\u3000"},
        {"name": "陈 小雨"},
        {"name": "陈小\ufe00雨\U000e0100"},
        {"id_number": f" {NUMBER} "},
        {"id_number": NUMBER.translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"})},
        {"id_number": "320098 20160415 0036"},
        {"id_number": "320098-20160415-0036"},
        {"guardian_phone": "+86 139-1234-5678"},
        {"guardian_phone": "139 1234 5678"},
        {"class_name": "四年级一班"},
        {"class_name": "四（1）班"},
        {"class_name": "2023级1班"},
        {"class_name": "23级1班"},
        {"class_name": "401班"},
        {"class_name": "401"},
        {"class_name": "四1班"},
        {"class_name": "01班"},
        {"class_name": "1"},
        {"class_name": "（一）班"},
        {"class_name": "2029届1班"},
        {"grade": "4年级"},
        {"grade": "4"},
        {"grade": "四"},
        {"grade": "小学四年级"},
        {"grade": "2023级"},
        {"entry_year": "2023年"},
        {"entry_year": "202309"},
        {"entry_year": "2023-09"},
        {"entry_year": "２０２３"},
        {"entry_year": dt.date(2023, 9, 1)},
        {"guardian_name": ""},
        {"id_type": "居民身份证"},
        {"id_type": "身份证"},
        {"id_type": "resident_id"},
        {"id_type": "1"},
        {"school_code": "２１３２０００００１"},
        {"school": "南京市 海英小学"},
    ],
    ids=repr,
)
def test_the_way_of_writing_is_no_difference(form):
    verdict = decide(form)

    assert verdict.outcome is Outcome.APPROVED
    assert verdict.reasons == ("CONSISTENT", "SYNTHETIC_NUMBER")


def test_a_small_x_is_no_difference():
    number = "32009820160415001X"

    verdict = decide({"id_number": number.lower()}, {"id_number": number})

    assert (verdict.outcome, code_of(verdict, "id")) == (Outcome.APPROVED, ("EQUAL_NORMALISED", "ID_SPELLING"))


@pytest.mark.parametrize(
    "dot", "\u00b7\u2022\u30fb\uff65\uff0e\u2027\u22c5\u2219\u0387\u25cf\u25e6\u2024\u3002."
)
def test_every_dot_is_one_dot(dot):
    assert decide({"name": f"艾力{dot}买买提"}, {"name": "艾力·买买提"}).outcome is Outcome.APPROVED


@pytest.mark.parametrize(
    ("written", "plain"), [("\uf9d1", "六"), ("\u2f00", "一"), ("\ue863", "䶮"), ("\ue864", "\u9fbb")]
)
def test_compatibility_radical_and_old_characters_are_no_difference(written, plain):
    assert decide({"name": f"陈{written}"}, {"name": f"陈{plain}"}).outcome is Outcome.APPROVED
    assert decide({"name": f"陈{plain}"}, {"name": f"陈{written}"}).outcome is Outcome.APPROVED


@pytest.mark.parametrize("blank", ["", " ", "\u3000"])
@pytest.mark.parametrize(
    "field",
    [
        "student_number",
        "name",
        "id_type",
        "id_number",
        "school_code",
        "school",
        "grade",
        "class_name",
        "entry_month",
        "status",
    ],
)
def test_a_blank_field_of_the_registry_is_reviewed(field, blank):
    assert decide(row={field: blank}).outcome is Outcome.REVIEW


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("休学", "STATUS_SUSPENDED"),
        ("转出", "STATUS_TRANSFERRED"),
        ("毕业", "STATUS_GRADUATED"),
        ("退学", "STATUS_LEFT"),
        ("在籍不在校", "STATUS_NOT_PRESENT"),
        ("在籍离校", "STATUS_NOT_PRESENT"),
        ("学籍已转出", "STATUS_TRANSFERRED"),
        ("借读", "STATUS_VISITING"),
        ("寄读", "STATUS_VISITING"),
        ("异动", "STATUS_CHANGING"),
        ("", "STATUS_UNKNOWN"),
        ("2", "STATUS_UNKNOWN"),
    ],
)
def test_a_status_that_is_not_active_is_reviewed(status, reason):
    verdict = decide(row={"status": status})

    assert (verdict.outcome, verdict.reasons[0]) == (Outcome.REVIEW, reason)


@pytest.mark.parametrize(
    "status",
    [
        "在读",
        "在校",
        "正常",
        " 在读",
        "在籍",
        "在籍在校",
        "在籍-在校",
        "在籍/正常",
        "在籍正常",
        "在籍（注册学籍）",
        "正常在校",
        "在校生",
        "在校学习",
    ],
)
def test_the_words_for_active_are_active(status):
    assert decide(row={"status": status}).outcome is Outcome.APPROVED


@pytest.mark.parametrize("status", ["0", "1", "１", "01"])
def test_a_bare_digit_for_the_status_means_nothing(status):
    assert decide(row={"status": status}).reasons[0] == "STATUS_UNKNOWN"


def test_two_active_rows_are_reviewed():
    verdict = decide(rows=[ROW, evolve(ROW, student_number="L1")])

    assert (verdict.outcome, verdict.reasons[0]) == (Outcome.REVIEW, "DUPLICATE_REGISTRY")


@pytest.mark.parametrize("rows", [[], [evolve(ROW, id_number=OTHER)]])
def test_a_number_that_is_not_found_is_reviewed(rows):
    verdict = decide(rows=rows)

    assert (verdict.outcome, verdict.reasons[0]) == (Outcome.REVIEW, "NOT_FOUND")


def test_one_active_row_beside_others_is_decided_on():
    left = evolve(ROW, status="转出", school="别的小学", grade="一年级")

    assert decide(rows=[left, ROW]).outcome is Outcome.APPROVED
    assert decide({"class_name": "2班"}, rows=[left, ROW]).reasons[0] == "PLACEMENT_DIFFERS"


def test_another_live_application_with_the_number_is_reviewed():
    verdict = decide(also_applied=("a2",))

    assert (verdict.outcome, verdict.reasons[0], verdict.tier) == (Outcome.REVIEW, "DUPLICATE_APPLICATION", 5)


def test_a_registry_that_cannot_be_asked_is_not_a_registry_without_the_pupil():
    verdict = decide(available=False)

    assert (verdict.outcome, verdict.reasons[0]) == (Outcome.REVIEW, "SOURCE_UNAVAILABLE")
    assert "NOT_FOUND" not in decide(rows=[], available=False).reasons


def test_a_doubt_about_the_number_is_named_and_approved():
    number = "320199201604150011"
    verdict = decide({"id_number": number}, {"id_number": number})

    assert verdict.outcome is Outcome.APPROVED
    assert verdict.reasons[0] == "CONSISTENT"
    assert any(reason.startswith("DIVISION_") for reason in verdict.reasons)


def test_an_unusual_age_is_named_and_approved():
    number = "320098200304150013"
    verdict = decide({"id_number": number}, {"id_number": number})

    assert verdict.outcome is Outcome.APPROVED
    assert {"AGE_UNUSUAL_FOR_ROLE", "AGE_GRADE_IMPLAUSIBLE"} <= set(verdict.reasons)


def test_the_usual_age_is_the_policy_s():
    """Ten years and a half old: unusual where pupils are to be six to nine."""
    assert "AGE_UNUSUAL_FOR_ROLE" in decide(policy=Policy(pupil_age=(6, 9))).reasons
    assert "AGE_UNUSUAL_FOR_ROLE" not in decide(policy=Policy(pupil_age=(6, 10))).reasons
    assert (
        "AGE_UNUSUAL_FOR_ROLE" in decide({"class_name": "四（1）班"}, policy=Policy(pupil_age=(6, 9))).reasons
    )


def test_a_cohort_for_the_grade_and_a_class_that_names_the_grade_agree():
    assert decide({"grade": "2023级", "class_name": "四（1）班"}).outcome is Outcome.APPROVED
    assert decide({"grade": "2023级", "class_name": "五（1）班"}).outcome is Outcome.REVIEW
    assert (
        decide({"class_name": "四（1）班"}, {"grade": "2023级", "class_name": "401班"}).outcome
        is Outcome.APPROVED
    )
    assert decide({"grade": "2023级"}, {"grade": "2023级", "class_name": "501班"}).outcome is Outcome.REVIEW


def test_a_doubt_about_the_phone_is_named_and_approved():
    verdict = decide({"guardian_phone": "15400001234"})

    assert verdict.outcome is Outcome.APPROVED
    assert "PHONE_UNASSIGNED_PREFIX" in verdict.reasons


def test_a_policy_may_keep_synthetic_numbers_for_a_person():
    verdict = decide(policy=Policy(synthetic="review"))

    assert (verdict.outcome, verdict.reasons[0]) == (Outcome.REVIEW, "SYNTHETIC_REFUSED")


@pytest.mark.parametrize("sign", ["1", "１", "😀", "#", "!", "①", "の", "\x01"])
def test_a_name_with_digits_emoji_or_symbols_is_returned(sign):
    verdict = decide({"name": f"陈{sign}雨"}, {"name": f"陈{sign}雨"})

    assert (verdict.outcome, verdict.reasons[0]) == (Outcome.RETURNED, "NAME_INVALID")


@pytest.mark.parametrize("name", ["བཀྲ་ཤིས་སྒྲོལ་མ", "مەمەت ئەلى", "ᠪᠠᠭᠠᠲᠤᠷ", "ꆈꌠ"])
def test_a_name_in_a_script_of_the_national_languages_is_approved_if_equal_and_reviewed_if_on_one_side(name):
    written = {"name": name}
    both, form_only, row_only = decide(written, written), decide(written), decide(None, written)

    assert (both.outcome, "NAME_NATIONAL_SCRIPT" in both.reasons) == (Outcome.APPROVED, True)
    assert {form_only.outcome, row_only.outcome} == {Outcome.REVIEW}


@pytest.mark.parametrize("sign", ["?", "？", "\ufffd", "□", "〓", "*", "\ue000", "\U000f0000", "⿰"])
@pytest.mark.parametrize("sides", ["form", "row", "both"])
def test_signs_of_lost_characters_are_reviewed(sign, sides):
    lost = {"name": f"陈{sign}雨"}
    verdict = decide(lost if sides != "row" else None, lost if sides != "form" else None)

    assert verdict.outcome is Outcome.REVIEW
    assert code_of(verdict, "name") == ("UNRESOLVABLE", "UNRESOLVABLE_GLYPH")


@pytest.mark.parametrize("side", ["form", "row", "both"])
def test_a_private_use_character_in_a_school_is_reviewed(side):
    lost = {"school": "南京市海\ue000小学"}
    verdict = decide(lost if side != "row" else None, lost if side != "form" else None)

    assert verdict.outcome is Outcome.REVIEW


def test_a_given_code_must_agree():
    assert decide({"school_code": "2132000002"}).outcome is Outcome.REVIEW


def test_the_name_beside_a_given_code_must_be_a_spelling_of_that_school():
    assert decide({"school": "海英小学"}, others=(ELSEWHERE,)).outcome is Outcome.APPROVED
    verdict = decide({"school": "苏州市海英小学"}, others=(ELSEWHERE,))
    assert code_of(verdict, "school") == ("DIFFERENT", "SCHOOL_NAME_BESIDE_CODE")


def test_a_name_without_its_area_counts_only_where_it_is_unique():
    short = {"school": "海英小学", "school_code": ""}

    assert decide(short).outcome is Outcome.APPROVED
    assert code_of(decide(short, others=(ELSEWHERE,)), "school") == ("UNRESOLVABLE", "SCHOOL_AMBIGUOUS")


def test_one_name_of_two_schools_is_reviewed_even_to_the_letter():
    twin = RegistryRow(school_code="2132000009", school=ROW.school)

    assert decide({"school_code": ""}, others=(twin,)).outcome is Outcome.REVIEW
    assert decide(others=(twin,)).outcome is Outcome.APPROVED


@pytest.mark.parametrize(
    "school",
    [
        "苏州市海英小学",
        "南京市鼓楼区海英小学",
        "南京市海英小学东校区",
        "南京市海英小学（分校）",
        "浙江省南京市海英小学",
        "外国语小学",
    ],
)
def test_a_contradicting_area_or_a_campus_is_another_school(school):
    verdict = decide({"school": school, "school_code": ""})

    assert (verdict.outcome, verdict.reasons[0]) == (Outcome.REVIEW, "VISITING_STUDENT")


def test_the_province_of_the_code_may_stand_in_front():
    assert decide({"school": "江苏省南京市海英小学", "school_code": ""}).outcome is Outcome.APPROVED


@pytest.mark.parametrize("text", ["五年级一班", "五（1）班", "501班", "2022级1班", "2028届1班", "初一1班"])
def test_a_class_that_contradicts_the_grade_or_entry_year_it_names_is_reviewed(text):
    assert decide({"class_name": text}).outcome is Outcome.REVIEW
    assert decide({"class_name": text}, {"class_name": text}).outcome is Outcome.REVIEW
    assert decide(row={"class_name": text}).outcome is Outcome.REVIEW


@pytest.mark.parametrize("year", ["2022", "2024", "2017", "2013", "2020", "去年", "20"])
def test_an_entry_year_that_differs_is_reviewed(year):
    assert decide({"entry_year": year}).outcome is Outcome.REVIEW


@pytest.mark.parametrize(
    ("grade", "entry", "written", "system"),
    [
        ("八年级", "202509", "2019", "six_three"),
        ("八年级", "202509", "2020", "five_four"),
        ("高一", "202609", "2023", "six_three"),
        ("高一", "202609", "2017", "six_three"),
        ("高一", "202609", "2022", "five_four"),
        ("高一", "202609", "2017", "five_four"),
    ],
)
def test_the_exact_start_of_another_stage_is_explained_and_approved(grade, entry, written, system):
    row = JUNIOR | {"grade": grade, "entry_month": entry}
    form = {"grade": grade, "school": row["school"], "school_code": row["school_code"], "entry_year": written}
    verdict = decide(form, row, policy=Policy(school_system=system))

    assert verdict.outcome is Outcome.APPROVED
    assert "ENTRY_YEAR_OTHER_STAGE" in verdict.reasons
    assert (
        decide(form | {"entry_year": str(int(written) + 1)}, row, policy=Policy(school_system=system)).outcome
        is Outcome.REVIEW
    )


@pytest.mark.parametrize(
    ("day", "note"),
    [
        (dt.date(2026, 7, 1), "GRADE_NOT_ROLLED"),
        (dt.date(2026, 10, 31), "GRADE_NOT_ROLLED"),
        (dt.date(2026, 6, 30), ""),
        (dt.date(2026, 11, 1), ""),
    ],
)
def test_a_registry_grade_one_below_in_summer_is_reviewed_unless_the_policy_allows(day, note):
    form, row = {"grade": "四年级"}, {"grade": "三年级"}

    assert decide(form, row, as_of=day).outcome is Outcome.REVIEW
    assert code_of(decide(form, row, as_of=day), "grade")[1] == note
    allowed = decide(form, row, as_of=day, policy=Policy(allow_grade_not_rolled=True))
    assert (allowed.outcome is Outcome.APPROVED) == bool(note)


@pytest.mark.parametrize(
    ("claimed", "held", "note"),
    [
        ("艾力买买提", "艾力·买买提", "DOT_MISSING"),
        ("吴昇", "吴升", "TS_UNSAFE"),
        ("李峯", "李峰", "TS_UNSAFE"),
        ("李甯", "李宁", "GLYPH_VARIANT"),
        ("陳小雨", "陈小雨", "TS_SAFE"),
        ("徐乾", "徐干", "TS_UNSAFE"),
        ("王喆", "王哲", "GLYPH_VARIANT"),
        ("王頔", "王𬱖", "TS_SAFE"),
        ("Chen Xiaoyu", "陈小雨", "PINYIN_ONLY"),
    ],
)
def test_another_writing_of_a_name_is_reviewed(claimed, held, note):
    for one, other in ((claimed, held), (held, claimed)):
        verdict = decide({"name": one}, {"name": other})
        assert verdict.outcome is Outcome.REVIEW
        assert code_of(verdict, "name")[0] in {"VARIANT", "SIMILAR"}
    assert code_of(decide({"name": claimed}, {"name": held}), "name") == ("VARIANT", note)


def test_a_policy_may_take_safe_traditional_writing_for_agreement():
    policy = Policy(allow_safe_ts=True)

    assert decide({"name": "陳小雨"}, policy=policy).outcome is Outcome.APPROVED
    assert decide({"name": "吴昇"}, {"name": "吴升"}, policy=policy).outcome is Outcome.REVIEW


def test_six_three_is_the_default():
    assert Policy().school_system == "six_three"


def test_a_plain_sequence_of_rows_is_taken():
    verdict = match(FORM, [ROW])

    assert verdict.outcome is Outcome.APPROVED
    assert match(FORM, None).reasons[0] == "NOT_FOUND"
