"""What kind is it? All that fit, best first; a declared kind that does not fit is doubted."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given

from eduid_core.testing import strategies
from eduid_core.testing.fakes import fake
from eduid_core.validation import Confidence, Kind, detect, inspect_number
from eduid_core.validation.documents.check_digits import organisation_fits

AS_OF = dt.date(2026, 9, 1)
K = Kind


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("320098201503150010", [K.RESIDENT_ID]),
        ("320098201503150019", [K.RESIDENT_ID]),
        ("020098201503150010", [K.RESIDENT_ID]),
        (fake(K.RESIDENCE_PERMIT, 1), [K.RESIDENCE_PERMIT]),
        ("932999200806150014", [K.FOREIGN_PERMANENT_RESIDENT]),
        ("320098850607123", [K.RESIDENT_ID_15]),
        (fake(K.FOREIGN_PERMANENT_RESIDENT_15, 1), [K.FOREIGN_PERMANENT_RESIDENT_15]),
        ("G320098201503150010", [K.STUDENT_NUMBER]),
        ("15400001234", [K.MOBILE]),
        ("+86 15400001234", [K.MOBILE]),
        ("025-89999001", [K.LANDLINE]),
        ("H99999001", [K.MAINLAND_TRAVEL_PERMIT_HK_MO]),
        ("H9999900102", [K.MAINLAND_TRAVEL_PERMIT_HK_MO]),
        ("M99999001", [K.MAINLAND_TRAVEL_PERMIT_HK_MO, K.PASSPORT_CN]),
        ("99999001", [K.MAINLAND_TRAVEL_PERMIT_TW]),
        ("79990001", [K.MAINLAND_TRAVEL_PERMIT_TW, K.MO_ID]),
        ("7999000(1)", [K.MO_ID]),
        ("2132999999", [K.SCHOOL_CODE, K.MAINLAND_TRAVEL_PERMIT_TW]),
        ("9932999999", [K.MAINLAND_TRAVEL_PERMIT_TW]),
        ("2119999999", [K.MAINLAND_TRAVEL_PERMIT_TW]),
        ("9999900102(B)", [K.MAINLAND_TRAVEL_PERMIT_TW]),
        ("9999900102B", [K.MAINLAND_TRAVEL_PERMIT_TW]),
        (fake(K.TW_ID, 1), [K.TW_ID]),
        (fake(K.HK_ID, 1), [K.HK_ID]),
        ("G123456(A)", [K.HK_ID]),
        ("CZ9999900", [K.EXIT_PERMIT_HK_MO, K.HK_ID]),
        ("E99999999", [K.PASSPORT_CN]),
        (fake(K.PASSPORT_MRZ_TD3, 1), [K.PASSPORT_MRZ_TD3]),
        ("陈小雨", []),
        ("", []),
        (None, []),
        ("1" * 129, []),
    ],
)
def test_all_kinds_that_fit_best_first(text, kinds):
    assert [c.kind for c in detect(text, as_of=AS_OF)] == kinds


def test_confidence_falls_from_checked_to_form_to_broken():
    assert [c.confidence for c in detect("320098201503150010", as_of=AS_OF)] == [Confidence.CHECKED]
    assert [c.confidence for c in detect("M99999001", as_of=AS_OF)] == [Confidence.FORMAT_ONLY] * 2
    assert [c.confidence for c in detect("CZ9999900", as_of=AS_OF)] == [
        Confidence.FORMAT_ONLY,
        Confidence.BROKEN,
    ]
    assert [c.confidence for c in detect("320098201503150019", as_of=AS_OF)] == [Confidence.BROKEN]
    assert [c.confidence for c in detect("15400001234", as_of=AS_OF)] == [Confidence.FORMAT_ONLY]
    assert [c.confidence for c in detect(fake(K.PASSPORT_MRZ_TD3, 1), as_of=AS_OF)] == [Confidence.CHECKED]


@pytest.mark.parametrize(
    ("text", "kind", "codes"),
    [
        ("M99999001", K.MAINLAND_TRAVEL_PERMIT_HK_MO, ("KIND_AMBIGUOUS", "FORMAT_ONLY")),
        ("H99999001", K.MAINLAND_TRAVEL_PERMIT_HK_MO, ("FORMAT_ONLY",)),
        ("CZ9999900", K.EXIT_PERMIT_HK_MO, ("FORMAT_ONLY",)),
        ("91110000600037341L", None, ("KIND_UNKNOWN", "LOOKS_LIKE_ORGANISATION_CODE")),
        (
            "932000000000000000",
            K.FOREIGN_PERMANENT_RESIDENT,
            ("NATIONALITY_UNKNOWN", "BIRTH_DATE_IMPOSSIBLE", "CHECKSUM"),
        ),
        ("陈小雨", None, ("KIND_UNKNOWN",)),
        ("ABC", None, ("KIND_UNKNOWN",)),
        ("12", None, ("KIND_UNKNOWN",)),
        ("32009820150315001", K.RESIDENT_ID, ("LENGTH",)),
        ("3200982015031500", K.RESIDENT_ID, ("LENGTH",)),
        ("32009820150315", K.RESIDENT_ID, ("LENGTH",)),
        ("32009820150315001000", K.RESIDENT_ID, ("LENGTH",)),
        ("32009885060712O", K.RESIDENT_ID_15, ("SYNTHETIC_NUMBER", "LEGACY_15", "LETTER_IN_DIGITS")),
        ("3200982015O3150010", K.RESIDENT_ID, ("SYNTHETIC_NUMBER", "LETTER_IN_DIGITS")),
        (
            "93299920080615OO14",
            K.FOREIGN_PERMANENT_RESIDENT,
            ("SYNTHETIC_NUMBER", "LETTER_IN_DIGITS", "LETTER_IN_DIGITS"),
        ),
        ("G32009820150315001", K.STUDENT_NUMBER, ("LENGTH",)),
        ("LG320098201503150010", K.STUDENT_NUMBER, ("STUDENT_ID_DOUBLE_PREFIX",)),
        ("138OO138OOO", K.MOBILE, ("PHONE_LETTER",) * 5),
        ("l54000o1234", K.MOBILE, ("PHONE_LETTER", "PHONE_LETTER")),
        ("154000012345", K.MOBILE, ("LENGTH",)),
        ("15400001234转8", K.MOBILE, ("PHONE_EXTENSION",)),
        ("15400001234/15400001235", K.MOBILE, ("PHONE_TWO_NUMBERS",)),
        ("15400001234 15400001235", K.MOBILE, ("PHONE_TWO_NUMBERS", "SEPARATORS_REMOVED")),
        ("10086", K.MOBILE, ("PHONE_SERVICE_NUMBER",)),
        ("+85251230000", K.MOBILE, ("PHONE_COUNTRY_NOT_SUPPORTED",)),
        ("+12", None, ("KIND_UNKNOWN",)),
        ("1" * 65, None, ("KIND_UNKNOWN",)),
        ("1" * 129, None, ("TOO_LONG_INPUT",)),
    ],
)
def test_what_a_text_is_taken_for_without_a_declared_kind(text, kind, codes):
    inspection = inspect_number(text, as_of=AS_OF)

    assert (inspection.kind, inspection.codes) == (kind, codes)


def test_a_broken_foreigners_card_may_be_an_organisations_code():
    """18 digits that start with 9 and pass modulo 31 are more likely a unified social credit code."""
    text = next(t for t in (f"91320000000000{n:04}" for n in range(10_000)) if organisation_fits(t))
    inspection = inspect_number(text, as_of=AS_OF)

    assert inspection.kind is K.FOREIGN_PERMANENT_RESIDENT
    assert "LOOKS_LIKE_ORGANISATION_CODE" in inspection.codes
    assert not inspection.valid


def test_the_other_kinds_that_fit_are_named():
    assert inspect_number("M99999001", as_of=AS_OF).also == (K.PASSPORT_CN,)
    assert inspect_number("CZ9999900", as_of=AS_OF).also == ()
    assert inspect_number("320098201503150010", as_of=AS_OF).also == ()
    assert inspect_number("M99999001", kind=K.PASSPORT_CN, as_of=AS_OF).also == (
        K.MAINLAND_TRAVEL_PERMIT_HK_MO,
    )
    assert inspect_number("320098201503150010", kind=K.PASSPORT_CN, as_of=AS_OF).also == (K.RESIDENT_ID,)


@pytest.mark.parametrize(
    ("text", "kind", "differs", "valid"),
    [
        ("320098201503150010", K.PASSPORT_CN, True, False),
        ("320098201503150010", K.PASSPORT_OTHER, True, False),
        ("320098201503150010", K.OTHER_DOCUMENT, True, True),
        ("320098201503150010", K.STUDENT_NUMBER, True, False),
        ("320098201503150010", K.RESIDENT_ID_15, False, True),
        ("G320098201503150010", K.RESIDENT_ID, True, False),
        ("932999200806150014", K.RESIDENT_ID, True, False),
        ("E99999999", K.RESIDENT_ID, True, False),
        ("H99999001", K.PASSPORT_OTHER, False, True),
        ("M99999001", K.PASSPORT_CN, False, True),
        ("2119000001", K.SCHOOL_CODE, False, False),
        ("15400001234", K.LANDLINE, True, True),
        ("02589999001", K.MOBILE, False, False),
        ("G123456A", K.PASSPORT_OTHER, True, True),
        ("陈小雨", K.RESIDENT_ID, False, False),
    ],
)
def test_a_number_of_another_kind_than_declared_is_doubted(text, kind, differs, valid):
    inspection = inspect_number(text, kind=kind, as_of=AS_OF)

    assert ("KIND_DIFFERS_FROM_DECLARED" in inspection.codes) == differs
    assert inspection.valid == valid


def test_a_kind_may_be_given_by_its_name():
    assert inspect_number("TEST0001", kind="other_document", as_of=AS_OF).kind is K.OTHER_DOCUMENT


@given(strategies.numbers())
def test_detection_and_inspection_name_the_same_kind(text):
    fitting = detect(text, as_of=AS_OF)
    inspection = inspect_number(text, as_of=AS_OF)

    if fitting:
        assert inspection.kind is fitting[0].kind
        assert inspection.valid == fitting[0].inspection.valid
