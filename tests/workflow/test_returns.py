"""Returns can be mended or contested: one name for each field, and a person for what the system would repeat."""

from __future__ import annotations

from typing import Any

import pytest

from eduid_core.matching.decision_table import LATTICE
from eduid_core.matching.verdict import Outcome
from eduid_core.messages import text
from eduid_core.private import PrivateText
from eduid_core.workflow import Refused, Role, decide, react
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application import states as status
from eduid_core.workflow.application.returns import FIELD_OF_REASON, RETURN_FIELDS, form_field
from eduid_core.workflow.effects import IssueCommand
from eduid_core.workflow.forms import FIELDS
from eduid_core.workflow.policy import Policy, ReviewPolicy

from .journeys import ACTORS, FORM, form
from .test_rules import POLICY, give, matched, refused, submitted

SYSTEM, TEACHER = ACTORS[Role.SYSTEM], ACTORS[Role.TEACHER]


def returned(*reasons: str, fields: tuple[tuple[str, str, str], ...] = (), state: Any = None) -> Any:
    """Return the form after the system's return for *reasons*."""
    state = state or submitted()
    result = status.MatchResult("returned", reasons, fields)
    return give(state, app.RecordMatch, SYSTEM, rev=state.revision, result=result)


def by_teacher(*items: status.ReturnItem) -> Any:
    return give(matched("review"), app.ReturnForCorrection, TEACHER, items=items, expected_rev=1)


def test_every_reason_for_which_the_system_returns_names_a_field_of_the_form() -> None:
    reasons = {rule.reason for rule in LATTICE if rule.outcome is Outcome.RETURNED}

    assert set(FIELD_OF_REASON) == reasons - {"FIELD_REQUIRED"}
    assert set(FIELD_OF_REASON.values()) <= set(FIELDS)


def test_the_names_of_matching_and_of_the_form_are_one_vocabulary() -> None:
    """`match` says class and id, the form class_name and id_number: an item holds the form's name."""
    assert {form_field(name) for name in RETURN_FIELDS} == {*FIELDS, "form"}
    assert status.ReturnItem("class", "CLASS_TO_CHECK") == status.ReturnItem("class_name", "CLASS_TO_CHECK")


@pytest.mark.parametrize(
    ("reason", "field", "mended"),
    [
        ("PHONE_INVALID", "guardian_phone", {"guardian_phone": "15400001235"}),
        ("NAME_INVALID", "name", {"name": "陈大雨"}),
        ("ID_INVALID", "id_number", {"id_number": "320098201503150029"}),
        ("ID_INVALID", "id_number", {"id_type": "护照", "id_number": "E12345678"}),
        ("CONSENT_REQUIRED", "form", {"school": "南京市云杉小学"}),
    ],
)
def test_the_systems_return_is_answered_by_an_edit_of_what_it_named(
    reason: str, field: str, mended: dict[str, str]
) -> None:
    back = returned(reason)

    assert [item.field for item in back.items] == [field]
    assert refused(back, app.Resubmit, form=FORM).params == {"fields": [field]}
    assert type(give(back, app.Resubmit, form=form(**mended), consent_text="v1")) is status.Submitted


def test_a_blank_field_beside_a_phone_that_cannot_be_right_is_two_items() -> None:
    back = returned("FIELD_REQUIRED", "PHONE_INVALID", fields=(("class", "MISSING_APP", ""),))

    assert [(i.field, i.code) for i in back.items] == [
        ("class_name", "MISSING_APP"),
        ("guardian_phone", "PHONE_INVALID"),
    ]


@pytest.mark.parametrize(
    ("named", "mended"),
    [
        ("class", {"class_name": "三班"}),
        ("id", {"id_number": "320098201503150029"}),
        ("form", {"grade": "五年级"}),
    ],
)
def test_a_teachers_item_under_a_name_of_matching_is_answered_by_the_forms_field(
    named: str, mended: dict[str, str]
) -> None:
    back = by_teacher(status.ReturnItem(named, "CLASS_TO_CHECK"))

    assert type(give(back, app.Resubmit, form=form(**mended))) is status.Submitted
    other = form(guardian_name="陈爷爷")
    answer = decide(
        back,
        app.Resubmit(subject="A-1", by=ACTORS[Role.GUARDIAN], at=back.since, form=other, consent_text="v1"),
        policy=POLICY,
    )
    assert isinstance(answer, Refused) is (named != "form")


def test_the_code_of_the_school_answers_an_item_about_the_school() -> None:
    back = by_teacher(status.ReturnItem("school", "SCHOOL_TO_CHECK"))

    assert type(give(back, app.Resubmit, form=form(school_code="2132098001"))) is status.Submitted


# --- contests ------------------------------------------------------------------------------------------


def contested_again() -> Any:
    """Return a form whose name the system returned, the family contested, and the system would return again."""
    again = give(returned("NAME_INVALID"), app.Resubmit, form=FORM, contested=(("name", "so in the passport"),))
    return returned("NAME_INVALID", state=again)


def test_a_contest_of_the_systems_return_goes_to_a_person_and_never_back_for_the_same_thing() -> None:
    pending = contested_again()

    assert type(pending) is status.PendingReview
    assert pending.match.reasons == ("CONTESTED", "NAME_INVALID")
    assert (pending.match.tier, pending.match.outcome) == (2, "review")
    assert status.Flag.CONTESTED in pending.tally.flags
    assert all(text("CONTESTED", lang, {}) != "CONTESTED" for lang in ("zh", "en"))


def test_a_contested_return_opens_a_task() -> None:
    again = give(returned("NAME_INVALID"), app.Resubmit, form=FORM, contested=(("name", "so"),))
    result = status.MatchResult("returned", ("NAME_INVALID",))
    command = app.RecordMatch(subject="A-1", by=SYSTEM, at=again.since, rev=again.revision, result=result)
    (event,) = decide(again, command, policy=POLICY)

    effects = react(again, event, give(again, app.RecordMatch, SYSTEM, rev=again.revision, result=result))

    assert [e.command.name for e in effects if isinstance(e, IssueCommand)] == ["open_task"]


def test_a_fault_that_is_not_contested_is_returned_beside_one_that_is() -> None:
    again = give(returned("NAME_INVALID"), app.Resubmit, form=FORM, contested=(("name", "so"),))

    back = returned("NAME_INVALID", "PHONE_INVALID", state=again)

    assert [item.field for item in back.items] == ["guardian_phone"]


def test_a_contest_ends_with_the_value_that_it_was_about() -> None:
    """The next value is another thing: the system may return it once more."""
    pending = contested_again()
    amended = give(pending, app.Amend, form=form(name="陈☆"), expected_rev=pending.revision)

    assert amended.tally.contested == frozenset()
    assert type(returned("NAME_INVALID", state=amended)) is status.Returned


def test_a_contested_number_that_cannot_be_right_may_be_handed_in_to_a_person() -> None:
    wrong = form(id_number="320098201503150011")
    draft = give(None, app.Open, form=wrong, account_id="acct")
    about = {"consent_text": "v1"}

    assert refused(draft, app.Submit, **about).code == "invalid_id_number"
    assert refused(draft, app.Submit, contested=(("id", " "),), **about).code == "invalid_id_number"
    handed = give(draft, app.Submit, contested=(("id", "so on the card"),), **about)
    assert type(returned("ID_INVALID", state=handed)) is status.PendingReview


def test_the_note_of_a_contest_is_private() -> None:
    command = app.Resubmit(
        subject="A-1", by=SYSTEM, at=submitted().since, form=FORM, contested=(("name", "陈小雨 13912345678"),)
    )

    assert command.contested == (("name", PrivateText("陈小雨 13912345678")),)
    assert "1391234" not in repr(command)


def test_contests_of_one_field_are_limited() -> None:
    """The limit is the policy's; the names of matching and of the form count as one."""
    policy = Policy(review=ReviewPolicy(max_contests=1))
    pending = contested_again()
    item = status.ReturnItem("name", "NAME_AS_IN_HOUSEHOLD_REGISTER")
    back = give(pending, app.ReturnForCorrection, TEACHER, items=(item,), expected_rev=pending.revision)
    again = app.Resubmit(
        subject="A-1", by=ACTORS[Role.GUARDIAN], at=back.since, form=FORM, contested=(("name", "so"),)
    )

    answer = decide(back, again, policy=policy)

    assert answer == Refused("contest_limit_exceeded", {"fields": ["name"]})
    assert not isinstance(decide(back, again, policy=POLICY), Refused)
