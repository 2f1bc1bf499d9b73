"""The system answers no questions: after a few answers that differed only a person decides, and never refuses."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from eduid_core.findings import Refused
from eduid_core.messages import text
from eduid_core.testing.doubles import NUMBERS, form_of, row_of
from eduid_core.workflow import Actor, Policy, Role
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application import states as status
from eduid_core.workflow.policy import LimitPolicy

from .house import NOW, House

DAY = dt.timedelta(days=1)
WRONG = [f"{n}班" for n in range(2, 40)]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def tried(house: House, by: Actor, key: str, at: dt.datetime = NOW, **form: Any) -> status.MatchResult | None:
    """Open, submit and withdraw a form; return the answer, None where it was approved."""
    about: dict[str, Any] = {"subject": key, "by": by, "at": at}
    assert house.service.handle(app.Open(form=form_of(**form), **about)).ok
    assert house.service.handle(app.Submit(consent_text="v1", **about)).ok
    state = house.service.state("application", key)
    assert house.service.handle(app.Withdraw(**about)).ok or isinstance(state, status.Approved)
    return state.match if isinstance(state, status.PendingReview) else None


def reason(answer: status.MatchResult | None) -> str:
    return answer.reasons[0] if answer else "approved"


def test_a_machine_that_answers_questions_open_submit_and_withdraw_yield_three_answers(house: House) -> None:
    """Knowing name and number only, 206 tries told a stranger the school and class, and gave a card."""
    stranger = house.registered("stranger", "15400004321")

    answers = [reason(tried(house, stranger, f"E{n}", class_name=c)) for n, c in enumerate(WRONG[:5])]
    right = tried(house, stranger, "E-right")

    assert answers == ["PLACEMENT_DIFFERS"] * 3 + ["ANSWERS_USED_UP"] * 2
    assert reason(right) == "ANSWERS_USED_UP"
    assert right is not None
    assert (right.outcome, right.tier) == ("review", 3)
    assert all(text("ANSWERS_USED_UP", lang, {}) != "ANSWERS_USED_UP" for lang in ("zh", "en"))


def test_edits_and_resubmits_are_tries_too(house: House) -> None:
    guardian = house.registered()
    house.handed_in("A-1", guardian, form_of(class_name="2班"))
    about: dict[str, Any] = {"subject": "A-1", "by": guardian, "at": NOW}
    for name in ("3班", "4班"):
        assert house.service.handle(app.Amend(form=form_of(class_name=name), **about)).ok

    assert house.service.handle(app.Amend(form=form_of(), **about)).ok
    state = house.service.state("application", "A-1")
    assert isinstance(state, status.PendingReview)
    assert state.match.reasons[0] == "ANSWERS_USED_UP"


def test_ten_answers_about_one_student_end_it_for_every_account(house: House) -> None:
    for n in range(4):
        by = house.registered(f"acct{n}", f"1540000123{n}")
        for k in range(3):
            answer = tried(house, by, f"E{n}-{k}", class_name=WRONG[n * 3 + k])
            assert (reason(answer) == "ANSWERS_USED_UP") is (n * 3 + k >= 10)

    mother = house.registered("mother", "15400009999")
    assert reason(tried(house, mother, "A-1")) == "ANSWERS_USED_UP"


def test_another_student_of_the_account_is_answered(house: House) -> None:
    guardian = house.registered()
    for n in range(3):
        tried(house, guardian, f"E{n}", class_name=WRONG[n])

    assert tried(house, guardian, "A-2", number=NUMBERS[1]) is None


@pytest.mark.parametrize("first", [0, 7, 14, 15, 29])
def test_no_thirty_days_hold_more_than_three_answers_and_later_ones_are_given(house: House, first: int) -> None:
    """Whichever day the count began on."""
    guardian, began = house.registered(), NOW + first * DAY
    for n in range(3):
        assert (
            reason(tried(house, guardian, f"E{n}", began + n * 14 * DAY, class_name=WRONG[n]))
            != "ANSWERS_USED_UP"
        )

    assert reason(tried(house, guardian, "E-29", began + 29 * DAY)) == "ANSWERS_USED_UP"
    assert tried(house, guardian, "E-later", began + 80 * DAY) is None


def test_however_many_ask_at_once_three_are_answered(house: House) -> None:
    guardian = house.registered()
    house.service = house.open(policy=Policy(limits=LimitPolicy(live_applications=100)))
    keys = [f"E{n}" for n in range(12)]
    for key, name in zip(keys, WRONG, strict=False):
        about: dict[str, Any] = {"subject": key, "by": guardian, "at": NOW}
        assert house.service.handle(app.Open(form=form_of(class_name=name), **about)).ok

    def submit(key: str) -> None:
        house.service.handle(app.Submit(consent_text="v1", subject=key, by=guardian, at=NOW))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(submit, keys))
    house.service.resume()

    answers = [reason(house.service.state("application", key).match) for key in keys]  # type: ignore[union-attr]
    assert answers.count("ANSWERS_USED_UP") == 9


def test_a_registry_that_is_away_answers_nothing_and_nothing_is_counted(house: House) -> None:
    guardian = house.registered()
    house.registry.fails = OSError()
    for n in range(5):
        assert reason(tried(house, guardian, f"E{n}")) == "SOURCE_UNAVAILABLE"
    house.registry.fails = None

    assert tried(house, guardian, "A-1") is None


def test_what_the_form_itself_shows_is_no_answer(house: House) -> None:
    guardian = house.registered()
    for n in range(5):
        tried(house, guardian, f"E{n}", name="陈#")

    assert tried(house, guardian, "A-1") is None


# --- the phones that are named ---------------------------------------------------------------------------


def test_a_phone_that_the_registry_names_neither_counts_nor_is_held_up(tmp_path: Path) -> None:
    house = House(tmp_path, [row_of(guardian_phone="154 0000 1234")])
    stranger = house.registered("stranger", "15400004321")
    for n in range(4):
        tried(house, stranger, f"S{n}", class_name=WRONG[n], guardian_phone="15400001234")
    mother = house.registered("mother", "15400001234")

    answers = [reason(tried(house, mother, f"E{n}", class_name=c)) for n, c in enumerate(WRONG[:12])]

    assert answers == ["PLACEMENT_DIFFERS"] * 12
    assert tried(house, mother, "A-1") is None
    assert reason(tried(house, stranger, "S-typed", guardian_phone="15400001234")) == "ANSWERS_USED_UP"


def test_a_phone_of_the_earlier_approval_neither_counts_nor_is_held_up(house: House) -> None:
    mother = house.registered()
    state = house.handed_in("A-1", mother, form_of())
    assert isinstance(state, status.Approved)
    about: dict[str, Any] = {"subject": "A-1", "by": mother, "at": NOW}
    for name in WRONG[:5]:
        assert house.service.handle(app.RequestCorrection(form=form_of(class_name=name), **about)).ok
        pending = house.service.state("application", "A-1")
        assert isinstance(pending, status.PendingReview)
        assert pending.match.reasons[0] == "PLACEMENT_DIFFERS"
        assert house.service.handle(app.Withdraw(**about)).ok


def test_the_schools_file_neither_counts_nor_is_held_up(house: House) -> None:
    """A file row asked again by the system is answered, whatever strangers tried before."""
    stranger = house.registered("stranger", "15400004321")
    for n in range(4):
        tried(house, stranger, f"S{n}", class_name=WRONG[n])
    importer = Actor(id="importer", role=Role.IMPORTER)
    about: dict[str, Any] = {"subject": "F-1", "by": importer, "at": NOW}
    assert house.service.handle(app.Open(form=form_of(), **about)).ok
    assert house.service.handle(app.Submit(basis=status.Basis.SCHOOL_ATTESTED, consent_text="v1", **about)).ok

    assert isinstance(house.service.state("application", "F-1"), status.Approved)


# --- the account -----------------------------------------------------------------------------------------


def opened(house: House, by: Actor, key: str, at: dt.datetime = NOW) -> Any:
    return house.service.handle(app.Open(form=form_of(), subject=key, by=by, at=at))


def test_live_applications_of_one_account_are_limited(house: House) -> None:
    service = house.service = house.open(policy=Policy(limits=LimitPolicy(live_applications=2)))
    guardian = house.registered()
    assert opened(house, guardian, "A-1").ok
    assert opened(house, guardian, "A-2").ok

    answer = opened(house, guardian, "A-3")

    assert answer == Refused("application_limit_exceeded", {"max": 2})
    assert service.handle(app.Withdraw(subject="A-1", by=guardian, at=NOW)).ok
    assert opened(house, guardian, "A-3").ok


def test_tries_of_one_account_are_limited_by_the_day(house: House) -> None:
    house.service = house.open(policy=Policy(limits=LimitPolicy(tries_per_account=3)))
    guardian, other = house.registered(), house.registered("other", "15400001235")

    answers = [opened(house, guardian, f"A-{n}") for n in range(5)]

    assert [a.ok for a in answers] == [True, True, True, False, False]
    assert answers[3] == Refused("try_limit_exceeded")
    assert opened(house, other, "B-1").ok
    assert opened(house, guardian, "A-9", NOW + DAY).ok
