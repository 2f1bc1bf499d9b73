"""The registry's phone of the guardian: where it brings one, that of the form must be the same."""

from __future__ import annotations

import datetime as dt

import attrs
import pytest

from eduid_core.matching import Found, Policy, match
from eduid_core.testing.doubles import form_of, row_of

AS_OF = dt.date(2026, 11, 2)
FORM = form_of(guardian_phone="15400001234")


def reasons(held: str, policy: Policy, form: object = FORM) -> tuple[str, tuple[str, ...]]:
    row = row_of(guardian_phone=held)
    verdict = match(form, Found((row,), as_of=AS_OF), policy=policy)  # type: ignore[arg-type]
    return verdict.outcome.value, verdict.reasons


@pytest.mark.parametrize("held", ["15400005678", "+86 154-0000-5678", "１５４００００５６７８"])
def test_another_mobile_in_the_registry_goes_to_a_person(held: str) -> None:
    outcome, why = reasons(held, Policy())

    assert (outcome, why[0]) == ("review", "GUARDIAN_PHONE_DIFFERS")


@pytest.mark.parametrize(
    "held", ["", "15400001234", "+86 154-0000-1234", "无", "025-52345678", "1540000123", "#N/A", "1.54E+10"]
)
def test_a_blank_the_same_phone_or_no_mobile_is_no_difference(held: str) -> None:
    outcome, why = reasons(held, Policy())

    assert (outcome, why[0]) == ("approved", "CONSISTENT")


def test_a_district_may_leave_the_phone_to_the_form() -> None:
    outcome, _ = reasons("15400005678", Policy(guardian_phone_must_agree=False))

    assert outcome == "approved"


def test_a_return_comes_first() -> None:
    """The applicant is told of their own form, and nothing of the registry's phone."""
    outcome, why = reasons("15400005678", Policy(), attrs.evolve(FORM, guardian_phone="025-52345678"))

    assert outcome == "returned"
    assert "GUARDIAN_PHONE_DIFFERS" not in why
