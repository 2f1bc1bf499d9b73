"""Tables that are made once, at import or on first use: made again here, piece by piece."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from eduid_core.testing.fakes import fake
from eduid_core.validation import Kind, detection, inspect_phone, templates
from eduid_core.validation.context import Context, setting_of, yyyymmdd
from eduid_core.validation.divisions import lookup
from eduid_core.validation.divisions.lookup import Term
from eduid_core.validation.documents import student_number, travel
from eduid_core.validation.documents.catalogue import EXAMINERS, SPECS
from eduid_core.validation.phones import prefixes

SETTING = setting_of(dt.date(2026, 9, 1))


def test_the_division_table_is_made_the_same_again():
    again = lookup.table.__wrapped__()

    assert dict(again.terms) == dict(lookup.table().terms)
    assert dict(again.plain) == dict(lookup.table().plain)


def test_each_row_of_the_overlay_stands_in_the_table_with_its_years():
    for code, first, last, name in lookup.corrections.ROWS:
        assert Term(first or 0, last or 9999, name) in lookup.table.__wrapped__().terms[code]
    assert [t.name for t in lookup.table.__wrapped__().terms["362324"]] == ["丰城县", "铅山县"]


@pytest.mark.parametrize(
    ("code", "terms", "span"),
    [
        ("320102", [(0, 9999, "玄武区")], (-1, 10000)),
        ("320103", [(1983, 2013, "白下区")], (1982, 2014)),
        ("320103", [(1983, 1990, "甲"), (1991, 2013, "乙")], (1982, 2014)),
        ("320103", [(1983, 1990, "甲"), (1990, 2013, "乙")], (1982, 2014)),
        ("320103", [(1983, 1990, "甲"), (1992, 2013, "乙")], None),
        ("320100", [(0, 9999, "南京市")], None),
        ("320101", [(1983, 9999, "市辖区")], None),
        ("320120", [(1983, 1984, "市区")], None),
        ("320101", [(0, 1982, "上海县"), (1983, 9999, "市辖区")], (-1, 10000)),
        ("320102", [(1983, 9999, "市辖区")], (1982, 10000)),
    ],
)
def test_the_plain_span_of_a_code(code, terms, span):
    """Real counties without a gap, with a year of tolerance at either end; everything else is judged in full."""
    assert lookup._plain_span(code, tuple(Term(*t) for t in terms)) == span


def test_prefixes_are_written_as_ranges():
    assert list(prefixes._prefixes("1703")) == ["1703"]
    assert list(prefixes._prefixes("1340-1342")) == ["1340", "1341", "1342"]
    assert list(prefixes._prefixes("130")) == [f"130{d}" for d in range(10)]
    assert list(prefixes._prefixes("998-1001")) == [
        *(f"998{d}" for d in range(10)),
        *(f"999{d}" for d in range(10)),
        "1000",
        "1001",
    ]
    assert list(prefixes._prefixes("17400-17401 162")) == ["17400", "17401", *(f"162{d}" for d in range(10))]


def test_the_kinds_of_each_length():
    table = detection._kinds_by_length()

    assert table == detection._BY_LENGTH
    assert table[18] == (Kind.RESIDENT_ID,)
    assert table[19] == (Kind.STUDENT_NUMBER,)
    assert table[15] == (Kind.RESIDENT_ID_15, Kind.FOREIGN_PERMANENT_RESIDENT_15)
    assert table[13] == (Kind.MAINLAND_TRAVEL_PERMIT_TW,)
    assert table[8] == (Kind.HK_ID, Kind.MAINLAND_TRAVEL_PERMIT_TW, Kind.MO_ID, Kind.PASSPORT_CN)
    assert set(table) == {8, 9, 10, 11, 13, 15, 18, 19}


def test_a_first_letter_is_one_of_those_given():
    look = travel._first_letter("H", "M")

    assert (
        look("H99999001", SETTING)
        == look("M99999001", SETTING)
        == look(templates.MISFIT + "99999001", SETTING)
        == ()
    )
    assert [(f.code, f.at) for f in look("K99999001", SETTING)] == [("FORMAT", (0, 1))]


def test_each_kind_is_examined_as_itself():
    for kind in Kind:
        assert EXAMINERS[kind](fake(kind, 1), SETTING).kind is kind
    for kind in (Kind.MOBILE, Kind.LANDLINE):
        assert EXAMINERS[kind]("02589999001", SETTING) == inspect_phone("02589999001", kind=kind)
    assert EXAMINERS[Kind.RESIDENT_ID]("320098201503150010", SETTING).valid
    assert EXAMINERS[Kind.OTHER_DOCUMENT]("TEST0001", SETTING).valid


def test_every_kind_has_one_row_and_each_row_a_range_of_fakes():
    """A kind is added in its row: detection, masks, fakes, look-up keys and the page follow."""
    assert set(SPECS) == set(Kind)
    for kind, spec in SPECS.items():
        seen = EXAMINERS[kind](fake(kind, 5), SETTING)
        assert seen.kind is kind
        assert re.fullmatch(spec.synthetic, fake(kind, 5))
        assert sum(spec.shown) < 8


@pytest.mark.parametrize(
    ("shapes", "loosely"),
    [
        (("999X",), ("4", "9", "X")),
        (("99", "9999"), ("2/4", "9", "9")),
        (("A9", "AA999"), ("2/5", "N", "N")),
        (("N99",), ("3", "N", "N")),
    ],
)
def test_what_may_stand_anywhere_in_a_text_of_the_wrong_length(shapes, loosely):
    assert templates._loosely.__wrapped__(shapes) == loosely


def test_a_setting_holds_the_day_as_a_number():
    setting = setting_of.__wrapped__(dt.date(2026, 9, 1), "student", True)

    assert setting == Context(as_of=dt.date(2026, 9, 1), today=20260901, role="student", strict=True)
    assert setting_of.__wrapped__(dt.date(2026, 9, 1)).role is None
    assert setting_of.__wrapped__(dt.date(2026, 9, 1)).strict is False
    assert yyyymmdd(dt.date(999, 1, 2)) == 9990102
    assert (setting.pupil_age, setting.plain) == ((5, 22), False)


def test_the_types_of_a_student_number_are_three():
    assert student_number._TYPES == "GJL"
