"""Phones: letters first, our plan for mainland mobiles, `phonenumbers` for everything else."""

from __future__ import annotations

import random
import string

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import carrier

from eduid_core.findings import InvalidInput, Severity
from eduid_core.testing import strategies
from eduid_core.validation import (
    Kind,
    PhoneAsked,
    PhoneClass,
    PlanRow,
    area_of,
    classify_phone,
    inspect_phone,
    parse_phone,
)
from eduid_core.validation.phones.inspect import _inspect
from eduid_core.validation.phones.prefixes import plain_mobile_class, plan_row

MOBILE = "13800000000"  # the subscriber number all zeros is given to nobody


def told(text, **options):
    return [(f.code, f.at) for f in inspect_phone(text, **options).findings]


def _theirs(text: str, region: str = "CN") -> str:
    """Return the class `phonenumbers` gives *text*: mobile, or anything else."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return "invalid"
    kind = phonenumbers.number_type(number)
    if (
        kind == phonenumbers.PhoneNumberType.MOBILE
        and phonenumbers.is_valid_number(number)
        and number.country_code == 86
    ):
        return "mobile"
    return "other"


DELIBERATE = {
    **{
        f"{p}": "unassigned prefix, kept with a doubt (the message is the proof)"
        for p in (140, 141, 142, 143, 144, 146, 148, 149, 154, 160, 163, 164, 168, 169, 174, 179, 194)
    },
    "161": "as above but for 1610",
}
"""Prefixes that `phonenumbers` refuses and we doubt; the clause is our decision on doubts."""


@pytest.mark.parametrize("tail", ["0000000", "5555555"])
def test_our_plan_is_theirs_over_all_four_digit_prefixes(tail):
    """All 10^4 prefixes with 7 digits behind: mobile here exactly where it is mobile there, but for the doubts."""
    ours = {PhoneClass.MOBILE: "mobile", PhoneClass.SATELLITE: "mobile"}
    for n in range(10_000):
        prefix = f"{n:04}"
        line = classify_phone(prefix + tail)
        if line is PhoneClass.MOBILE_UNASSIGNED_PREFIX:
            assert prefix[:3] in DELIBERATE
            assert _theirs(prefix + tail) != "mobile"
        else:
            assert (ours.get(line) == "mobile") == (_theirs(prefix + tail) == "mobile")


def test_every_deliberate_difference_still_is_one():
    for prefix in DELIBERATE:
        assert {_theirs(f"{prefix}{d}5555555") for d in range(1, 10)} - {"mobile"}


def test_1740_is_divided_at_the_fifth_digit():
    for d in range(10):
        assert (
            (classify_phone(f"1740{d}000000") is PhoneClass.SATELLITE)
            == (d <= 5)
            == (_theirs(f"1740{d}000000") == "mobile")
        )


def test_the_carrier_a_prefix_was_allocated_to_is_theirs():
    """Compared with `phonenumbers.carrier` over every prefix of the plan."""
    names = {
        "中国移动": "移动",
        "中国联通": "联通",
        "中国电信": "电信",
        "中国广电": "广电",
        "中国广播电视网络集团": "广电",
    }
    different = {}
    for n in range(1300, 2000):
        number = phonenumbers.parse(f"{n}5555555", "CN")
        if plan_row(f"{n}5555555").phone_class is PhoneClass.MOBILE:
            theirs = carrier.name_for_number(number, "zh")
            if names.get(theirs, theirs) != plan_row(f"{n}5555555").allocated_carrier:
                different[n] = theirs
    assert different == {}


@given(st.from_regex(r"1[0-9]{10}", fullmatch=True))
def test_the_short_way_and_the_long_way_say_the_same(text):
    """A plain mobile of the plan is answered without folding; every other road gives the same answer."""
    short, long = inspect_phone(text), _inspect(text, "CN", None, {"CN"}, None)

    assert (short.kind, short.canonical, short.findings) == (long.kind, long.canonical, long.findings)
    assert dict(short.facts) == dict(long.facts)
    assert (plain_mobile_class(text) is PhoneClass.MOBILE) == (classify_phone(text) is PhoneClass.MOBILE)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (MOBILE, "mobile"),
        ("15400001234", "mobile_unassigned_prefix"),
        ("13490000000", "satellite"),
        ("17405000000", "satellite"),
        ("16100000000", "mobile"),
        ("16110000000", "mobile_unassigned_prefix"),
        ("1440012345678", "iot"),
        ("1410012345678", "iot"),
        ("1064812345678", "iot"),
        ("+861064812345678", "iot"),
        ("025-83210000", "landline"),
        ("010-12345678", "landline"),
        ("02512345", "landline"),
        ("4000000000", "service"),
        ("8000000000", "service"),
        ("95588", "service"),
        ("10086", "service"),
        ("110", "service"),
        ("120", "service"),
        ("12345", "service"),
        ("16800000", "service"),
        ("16000000", "service"),
        ("96110", "service"),
        ("+85251230000", "foreign_hk_mo_tw"),
        ("0085251230000", "foreign_hk_mo_tw"),
        ("+85366120000", "foreign_hk_mo_tw"),
        ("+886912000000", "foreign_hk_mo_tw"),
        ("+16502530000", "foreign"),
        ("+8618005550000000", "invalid"),
        ("+442079460000", "foreign"),
        ("+18002530000", "service"),
        ("12000000000", "invalid"),
        ("138OO138OOO", "invalid"),
        ("", "invalid"),
        ("1", "invalid"),
    ],
)
def test_what_line_a_number_reaches(text, line):
    assert classify_phone(text).value == line


@pytest.mark.parametrize(
    "text",
    [
        "138 0000 0000",
        "138-0000-0000",
        "138.0000.0000",
        "138—0000—0000",
        "138–0000–0000",
        "0086 13800000000",
        "86 13800000000",
        "+86 13800000000",
        "+86 013800000000",
        "(+86)13800000000",
        "（+86）13800000000",
        "tel:13800000000",
        "tel:+86-138-0000-0000",
        "TEL:13800000000",
        "013800000000",
        "17951 13800000000",
        "12593-13800000000",
        "1380\u200b0000000",
        "\u202a13800000000\u202c",
        "１３８００００００００",
        "+８６ 13800000000",
        "\u300013800000000 ",
        "8613800000000",
        "+8617951 13800000000",
    ],
)
def test_the_ways_people_write_one_mobile(text):
    """All of them are the same number; what was dropped is said, and nothing is an error or a doubt."""
    inspection = inspect_phone(text)

    assert inspection.valid
    assert inspection.kind is Kind.MOBILE
    assert inspection.canonical.reveal("test") == MOBILE
    assert inspection.notes
    assert not inspection.doubts
    assert dict(inspection.facts) == {"phone_class": "mobile", "region": "CN", "allocated_carrier": "移动"}


@pytest.mark.parametrize("letter", string.ascii_letters + "|ОоІ")
def test_a_letter_at_any_place_is_refused_and_never_becomes_a_digit(letter):
    """`phonenumbers` reads three letters as a keypad and drops one or two; we refuse them all."""
    for at in range(11):
        text = MOBILE[:at] + letter + MOBILE[at + 1 :]
        inspection = inspect_phone(text)
        assert not inspection.valid
        assert inspection.findings[0].code == "PHONE_LETTER"
        assert inspection.findings[0].at == (at, at + 1)


def test_the_letter_trap():
    """Three letters O make `phonenumbers` name another person's number; here each O is pointed at."""
    text = "138OO138OOO"

    assert phonenumbers.is_valid_number(phonenumbers.parse(text, "CN"))
    assert told(text) == [("PHONE_LETTER", (i, i + 1)) for i in (3, 4, 8, 9, 10)]
    assert "(O→0?)" in inspect_phone(text).findings[0].zh
    assert dict(inspect_phone("l3800000000").findings[0].params)["hint"] == " (L→1?)"
    assert dict(inspect_phone("1380000000A").findings[0].params) == {"k": 11, "hint": ""}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("13800000000转8", [("PHONE_EXTENSION", (11, 13))]),
        ("13800000000分机12", [("PHONE_EXTENSION", (11, 15))]),
        ("13800000000#1", [("PHONE_EXTENSION", (11, 13))]),
        (
            "13800000000 ext 8",
            [("SEPARATORS_REMOVED", (11, 12)), ("PHONE_EXTENSION", (12, 17)), ("SEPARATORS_REMOVED", (15, 16))],
        ),
        ("13800000000;ext=8", [("PHONE_EXTENSION", (11, 17))]),
        ("13800000000,8", [("PHONE_EXTENSION", (11, 13))]),
        ("13800000000x8", [("PHONE_EXTENSION", (11, 13))]),
        ("13800000000/13900000000", [("PHONE_TWO_NUMBERS", (0, 23))]),
        ("13800000000、02583210000", [("PHONE_TWO_NUMBERS", (0, 23))]),
        ("1380000000013900000000", [("PHONE_TWO_NUMBERS", (0, 22))]),
        ("1380000٣000", [("NON_ASCII_DIGIT", (7, 8))]),
        ("1380000²000", [("NON_ASCII_DIGIT", (7, 8))]),
        ("138000+0000", [("PHONE_LETTER", (6, 7))]),
        ("++8613800000000", [("PHONE_LETTER", (1, 2))]),
        ("138·0000·0000", [("PHONE_LETTER", (3, 4)), ("PHONE_LETTER", (8, 9))]),
        ("一三八00000000", [("PHONE_LETTER", (0, 1)), ("PHONE_LETTER", (1, 2)), ("PHONE_LETTER", (2, 3))]),
        ("1380000000", [("LENGTH", (0, 10))]),
        ("138000000000", [("LENGTH", (0, 12))]),
        ("+86 1380000000", [("LENGTH", (0, 14)), ("SEPARATORS_REMOVED", (3, 4))]),
        ("02500000", [("PHONE_NOT_IN_PLAN", (0, 8))]),
        ("12000000000", [("PHONE_NOT_IN_PLAN", (0, 11))]),
        ("1440012345678", [("PHONE_IOT", (0, 13))]),
        ("10086", [("PHONE_SERVICE_NUMBER", (0, 5))]),
        ("+18002530000", [("PHONE_SERVICE_NUMBER", (0, 12))]),
        ("15400001234", [("PHONE_UNASSIGNED_PREFIX", (0, 11))]),
        ("13490000000", [("PHONE_SATELLITE", (0, 11))]),
        ("02583210000", [("LANDLINE_FOR_SMS", (0, 11))]),
        ("+85251230000", [("PHONE_COUNTRY_NOT_SUPPORTED", (0, 12))]),
        ("+8613800000000", [("PHONE_PREFIX_DROPPED", (0, 3))]),
        ("tel:13800000000", [("PHONE_PREFIX_DROPPED", (0, 4))]),
        ("17951-13800000000", [("PHONE_PREFIX_DROPPED", (0, 5)), ("SEPARATORS_REMOVED", (5, 6))]),
        (" 13800000000", [("OUTER_TRIMMED", (0, 1))]),
        ("(", [("PHONE_NOT_IN_PLAN", (0, 1)), ("SEPARATORS_REMOVED", (0, 1))]),
        ("", [("EMPTY", (0, 0))]),
        ("  ", [("EMPTY", (0, 2))]),
        ("1" * 41, [("TOO_LONG_INPUT", (0, 41))]),
        (None, [("EMPTY", (0, 0))]),
        (13800000000, [("NOT_TEXT", (0, 0))]),
    ],
)
def test_each_finding_at_its_place(text, expected):
    assert told(text) == expected


def test_forty_characters_are_looked_at():
    assert told(MOBILE + " " * 29) == [("OUTER_TRIMMED", (11, 40))]


def test_a_landline_is_a_doubt_an_error_or_what_was_asked_for():
    """No message arrives there: refused where a mobile is asked for, fine where a landline is."""
    text = "025-83210000"

    assert inspect_phone(text).valid
    assert inspect_phone(text).kind is Kind.LANDLINE
    assert inspect_phone(text).canonical.reveal("test") == "02583210000"
    assert [f.severity for f in inspect_phone(text).findings if f.code == "LANDLINE_FOR_SMS"] == [
        Severity.DOUBT
    ]
    assert [f.severity for f in inspect_phone(text, kind=Kind.MOBILE).errors] == [Severity.ERROR]
    assert inspect_phone(text, kind=Kind.LANDLINE).codes == ("SEPARATORS_REMOVED",)
    assert inspect_phone(MOBILE, kind=Kind.LANDLINE).codes == ("KIND_DIFFERS_FROM_DECLARED",)
    assert inspect_phone(MOBILE, kind=Kind.MOBILE).codes == ()
    assert inspect_phone("10086", kind=Kind.MOBILE).kind is Kind.MOBILE
    assert inspect_phone("10086").kind is None


def test_regions_are_told_apart_and_accepted_when_asked_for():
    for text, region in (("+85251230000", "HK"), ("+85366120000", "MO"), ("+886912000000", "TW")):
        assert not inspect_phone(text).valid
        accepted = inspect_phone(text, accept={"CN", region})
        assert accepted.valid
        assert accepted.facts["region"] == region
        assert accepted.canonical.reveal("test") == text
        assert accepted.kind is Kind.MOBILE
    assert inspect_phone("51230000", region="HK").valid
    assert inspect_phone("tel:51230000", region="HK").canonical.reveal("test") == "+85251230000"
    assert inspect_phone("+8613800000000", region="HK").canonical.reveal("test") == MOBILE
    assert inspect_phone("008613800000000", region="HK").canonical.reveal("test") == MOBILE
    assert inspect_phone("+8602583210000", region="HK").kind is Kind.LANDLINE
    assert inspect_phone("+8610086", region="HK").codes == ("PHONE_SERVICE_NUMBER",)
    assert not inspect_phone(MOBILE, region="HK").valid
    assert not inspect_phone(MOBILE, accept={"HK"}).valid
    assert inspect_phone("51230000", region="nowhere").codes == ("PHONE_NOT_IN_PLAN",)


class _Plan:
    """A caller's plan that knows one new prefix."""

    def row(self, asked: PhoneAsked, /) -> PlanRow | None:
        return PlanRow(PhoneClass.MOBILE, "新网") if asked.prefix.startswith("154") else None


def test_a_callers_plan_comes_first_and_ours_answers_the_rest():
    inspection = inspect_phone("15400001234", plan=_Plan())

    assert inspection.codes == ()
    assert inspection.facts["allocated_carrier"] == "新网"
    assert inspect_phone("16400001234", plan=_Plan()).codes == ("PHONE_UNASSIGNED_PREFIX",)
    assert inspect_phone(MOBILE, plan=_Plan()).facts["allocated_carrier"] == "移动"
    assert classify_phone("15400001234", plan=_Plan()) is PhoneClass.MOBILE


def test_a_parsed_phone_has_the_form_gateways_take():
    value = parse_phone("+86 154-0000-1234")

    assert value.number.reveal("test") == "15400001234"
    assert value.e164.reveal("test") == "+8615400001234"
    assert (value.kind, value.phone_class, value.region) == (
        Kind.MOBILE,
        PhoneClass.MOBILE_UNASSIGNED_PREFIX,
        "CN",
    )
    assert parse_phone("025-83210000").e164.reveal("test") == "+862583210000"
    assert parse_phone("51230000", region="HK").e164.reveal("test") == "+85251230000"
    assert parse_phone(MOBILE).allocated_carrier == "移动"


@pytest.mark.parametrize("text", ["", None, "10086", "138OO138OOO", "+85251230000"])
def test_parsing_what_is_no_phone_raises(text):
    with pytest.raises(InvalidInput):
        parse_phone(text)


def test_a_landline_cannot_be_parsed_as_a_mobile():
    with pytest.raises(InvalidInput):
        parse_phone("025-83210000", kind=Kind.MOBILE)


def test_the_place_is_told_on_demand_only():
    assert area_of("02583210000") in ("江苏省南京市", "南京市")
    assert area_of("02583210000", "en")


@given(strategies.phones(kinds=[Kind.MOBILE, Kind.LANDLINE]))
def test_fake_phones_are_dialable_in_form(text):
    assert inspect_phone(text).valid


@pytest.mark.parametrize("count", [3_000, pytest.param(200_000, marks=pytest.mark.full)])
def test_phonenumbers_agrees_on_generated_numbers(count):
    """Mobiles, landlines, typing noise: valid here exactly where valid there, but for the written differences."""
    source = random.Random(9)
    tally = {"same": 0, "unassigned prefix": 0, "service number": 0, "another country": 0, "differs": 0}
    for _ in range(count):
        text = _generated(source)
        tally[_compare(text)] += 1

    assert tally["differs"] == 0
    assert tally["same"] > 0.6 * count
    assert tally["unassigned prefix"] > 0
    assert tally["service number"] > 0


def _generated(source: random.Random) -> str:
    head = source.choice(
        [
            "1",
            "1",
            "1",
            "0",
            "025",
            "0512",
            "010",
            "021",
            "400",
            "95",
            "+861",
            "+852",
            "+853",
            "+886",
            "861",
            "0",
        ]
    )
    digits = "".join(source.choice(string.digits) for _ in range(source.choice([7, 8, 9, 10, 10, 10, 11])))
    text = head + digits
    for _ in range(source.choice([0, 0, 1, 2])):
        at = source.randrange(len(text) + 1)
        text = text[:at] + source.choice(" -") + text[at:]
    return text


def _compare(text: str) -> str:
    """Return the written difference that *text* falls under, or "same", or "differs"."""
    ours = inspect_phone(text, accept={"CN", "HK", "MO", "TW"})
    try:
        number = phonenumbers.parse(text, "CN")
        theirs = phonenumbers.is_valid_number(number)
    except phonenumbers.NumberParseException:
        theirs = False
    if ours.valid == theirs:
        return "same"
    if ours.valid and "PHONE_UNASSIGNED_PREFIX" in ours.codes:
        return "unassigned prefix"  # our decision: new prefixes come before every list
    if not ours.valid and "PHONE_SERVICE_NUMBER" in ours.codes:
        return "service number"  # our decision: nobody's own phone
    if "PHONE_COUNTRY_NOT_SUPPORTED" in ours.codes:
        return "another country"  # our decision: a number is accepted for the regions the caller names
    return "differs"
