"""Single rules of the lifecycle, one a test."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_97_10

from eduid_core.findings import CallerError
from eduid_core.private import IdNumber, Phone, PrivateText
from eduid_core.workflow import (
    CHINA,
    Actor,
    Command,
    MondayToFriday,
    Policy,
    Refused,
    Role,
    decide,
    evolve,
    fold,
    next_deadline,
    react,
)
from eduid_core.workflow.account import commands as account_commands
from eduid_core.workflow.account import states as account
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application import events as happened
from eduid_core.workflow.application import states as status
from eduid_core.workflow.card import card_number, is_card_number
from eduid_core.workflow.effects import ClaimKey, IssueCard, IssueCommand, ReleaseKey, SendMessage
from eduid_core.workflow.lifecycle import TABLES
from eduid_core.workflow.review_task.commands import OpenTask

from .journeys import ACTORS, FORM, ITEMS, NOW, RESULTS, TEACHER, form

POLICY = Policy()
GUARDIAN = ACTORS[Role.GUARDIAN]
SYSTEM = ACTORS[Role.SYSTEM]


def give(state: Any, kind: type[Command], by: Actor = GUARDIAN, at: dt.datetime = NOW, **content: Any) -> Any:
    """Return the state after a command that must be accepted."""
    events = decide(state, kind(subject="A-1", by=by, at=at, **content), policy=POLICY)
    assert not isinstance(events, Refused), events
    return fold(events, state)


def refused(
    state: Any, kind: type[Command], by: Actor = GUARDIAN, at: dt.datetime = NOW, **content: Any
) -> Refused:
    answer = decide(state, kind(subject="A-1", by=by, at=at, **content), policy=POLICY)
    assert isinstance(answer, Refused)
    return answer


def submitted() -> Any:
    draft = give(None, app.Open, form=FORM, account_id="acct")
    return give(draft, app.Submit, consent_text="v1")


def matched(outcome: str, state: Any = None) -> Any:
    state = state or submitted()
    return give(state, app.RecordMatch, SYSTEM, rev=state.revision, result=RESULTS[outcome], teacher=TEACHER)


def test_a_stranger_learns_nothing_but_that_it_is_not_theirs() -> None:
    stranger = Actor(id="somebody else", role=Role.GUARDIAN)

    answer = refused(submitted(), app.Withdraw, stranger, expected_rev=99)

    assert (answer.code, answer.params) == ("forbidden", {})


def test_a_stale_revision_is_told_which_one_stands() -> None:
    assert refused(submitted(), app.Withdraw, expected_rev=0).params == {"current": 1}


def test_an_answer_about_an_older_revision_approves_nothing() -> None:
    amended = give(submitted(), app.Amend, form=form(class_name="二班"))

    answer = refused(amended, app.RecordMatch, SYSTEM, rev=1, result=RESULTS["approved"])

    assert answer.code == "stale_revision"


def test_a_flagged_duplicate_is_never_approved_by_the_machine() -> None:
    flagged = give(give(None, app.Open, form=FORM, account_id="acct"), app.FlagDuplicate, SYSTEM)
    flagged = give(flagged, app.Submit, consent_text="v1")

    assert type(matched("approved", flagged)) is status.PendingReview


def test_a_blank_field_is_named_at_the_button() -> None:
    draft = give(None, app.Open, form=form(name=" ", school=""), account_id="acct")

    assert refused(draft, app.Submit, consent_text="v1").params == {"fields": ["name", "school"]}


def test_a_document_of_another_kind_may_have_no_number() -> None:
    draft = give(None, app.Open, form=form(id_number="", id_type="其他"), account_id="acct")

    assert type(give(draft, app.Submit, consent_text="v1")) is status.Submitted


def test_a_number_that_cannot_be_right_is_told_by_code_only() -> None:
    draft = give(None, app.Open, form=form(id_number="320098201502300010"), account_id="acct")

    answer = refused(draft, app.Submit, consent_text="v1")

    assert answer.code == "invalid_id_number"
    assert "3200" not in str(answer.params) + answer.zh + answer.en


def test_an_importer_may_not_claim_a_guardians_consent_nor_a_guardian_the_schools() -> None:
    draft = give(None, app.Open, form=FORM, account_id="acct")

    by_school = refused(draft, app.Submit, consent_text="v1", basis=status.Basis.SCHOOL_ATTESTED)
    by_guardian = refused(draft, app.Submit, ACTORS[Role.IMPORTER], consent_text="v1")

    assert by_school.code == by_guardian.code == "guardian_consent_required"


def test_a_contested_item_needs_no_change() -> None:
    returned = give(
        matched("review"), app.ReturnForCorrection, ACTORS[Role.TEACHER], items=ITEMS, expected_rev=1
    )

    unanswered = refused(returned, app.Resubmit, form=FORM)
    again = give(returned, app.Resubmit, form=FORM, contested=(("school", "it is right"),))

    assert unanswered.params == {"fields": ["school"]}
    assert (type(again), again.revision) == (status.Submitted, 2)


def test_a_correction_that_is_taken_back_leaves_the_approval_as_it_was() -> None:
    approved = matched("approved")
    correcting = give(approved, app.RequestCorrection, form=form(class_name="三班"))

    kept = give(correcting, app.Withdraw)

    assert type(kept) is status.Approved
    assert (kept.form, kept.evidence) == (FORM, approved.evidence)


def test_approval_takes_the_person_issues_the_card_and_tells_the_guardian_once() -> None:
    before = submitted()
    (event,) = decide(
        before, app.RecordMatch(subject="A-1", by=SYSTEM, at=NOW, rev=1, result=RESULTS["approved"])
    )

    effects = react(before, event, evolve(before, event))

    assert ClaimKey("person", IdNumber("320098201503150010"), "A-1") in effects
    assert IssueCard("A-1") in effects
    assert ReleaseKey("live_person", IdNumber("320098201503150010"), "A-1", unique=False) in effects
    assert [e.template for e in effects if isinstance(e, SendMessage)] == ["approved"]


def test_a_review_opens_a_task_for_the_homeroom_teacher_and_tells_them() -> None:
    before = submitted()
    command = app.RecordMatch(
        subject="A-1", by=SYSTEM, at=NOW, rev=1, result=RESULTS["review"], teacher=TEACHER
    )
    (event,) = decide(before, command)

    task, tell = react(before, event, evolve(before, event))

    assert isinstance(task, IssueCommand)
    assert isinstance(task.command, OpenTask)
    assert task.command.assignee == "teacher"
    assert isinstance(tell, SendMessage)
    assert (tell.template, tell.recipient, tell.to) == ("review_wanted", "teacher", TEACHER.phone)


def test_a_phone_that_is_no_mobile_is_told_nothing() -> None:
    returned = happened.ApplicationReturned(
        stamp=SYSTEM and app.ExpireApplication(subject="A-1", by=SYSTEM, at=NOW).stamp,
        items=ITEMS,
        by_person=False,
    )
    state = submitted()
    no_phone = give(None, app.Open, form=form(guardian_phone="025-52345678"), account_id="acct")

    assert not [e for e in react(state, returned, no_phone) if isinstance(e, SendMessage)]
    assert [e for e in react(state, returned, state) if isinstance(e, SendMessage)]


# --- one-time codes ------------------------------------------------------------------------------------


def registering() -> Any:
    return give(
        None,
        account_commands.StartRegistration,
        ACTORS[Role.ANONYMOUS],
        role=Role.GUARDIAN,
        username=PrivateText("mum"),
        phone=Phone("15400001234"),
        password_hash="x",
        nonce="00",
    )


def later(seconds: int) -> dt.datetime:
    return NOW + dt.timedelta(seconds=seconds)


def test_a_resend_repeats_the_code_and_never_its_life() -> None:
    sent = registering()

    again = give(sent, account_commands.ResendChallenge, at=later(61), nonce="01")

    assert again.codes.challenges == sent.codes.challenges


def test_with_little_life_left_a_resend_makes_a_second_code_and_both_are_accepted() -> None:
    again = give(registering(), account_commands.ResendChallenge, at=later(200), nonce="01")

    assert [c.nonce for c in again.codes.live(later(250))] == ["00", "01"]
    assert [c.nonce for c in again.codes.live(later(301))] == ["01"]


def test_tries_are_shared_survive_a_resend_and_lock_the_right_code_too() -> None:
    state = registering()
    for n in range(POLICY.account.otp_tries_per_flow):
        state = give(state, account_commands.CountAttempt, at=later(n))
        assert (
            refused(state, account_commands.VerifyChallenge, at=later(n), matches=False).code
            == "challenge_mismatch"
        )

    assert refused(state, account_commands.CountAttempt, at=later(9)).code == "challenge_locked"
    assert refused(state, account_commands.ResendChallenge, at=later(99), nonce="01").code == "challenge_locked"


def test_a_guess_that_was_not_counted_is_not_answered() -> None:
    assert refused(registering(), account_commands.VerifyChallenge, matches=True).code == "challenge_required"


# --- deadlines and cards -------------------------------------------------------------------------------


def test_every_waiting_status_has_a_deadline_and_no_other() -> None:
    waiting = [submitted(), matched("review"), matched("returned"), matched("approved"), registering()]
    still = [give(submitted(), app.Withdraw), None]

    assert all(next_deadline(s, POLICY, MondayToFriday()) for s in waiting)
    assert not any(next_deadline(s, POLICY, MondayToFriday()) for s in still)


def test_three_working_days_from_a_friday_end_on_wednesday() -> None:
    friday = dt.datetime(2026, 10, 30, 20, tzinfo=CHINA)
    pending = give(submitted(), app.RecordMatch, SYSTEM, friday, rev=1, result=RESULTS["review"])

    due = next_deadline(pending, POLICY, MondayToFriday())

    assert due is not None
    assert due.at == dt.datetime(2026, 11, 4, 20, tzinfo=CHINA)


def test_a_calendar_without_a_working_day_still_answers() -> None:
    class Never:
        def is_working_day(self, day: dt.date, /) -> bool:
            return day.year < 1

    assert next_deadline(matched("review"), POLICY, Never()) is not None


@given(st.integers(0, 10**12 - 1))
def test_every_card_number_has_its_check_digits(body: int) -> None:
    assert mod_97_10.is_valid(card_number(f"{body:012d}"))


@given(st.integers(0, 10**12 - 1), st.integers(0, 13), st.sampled_from("0123456789"))
def test_one_wrong_digit_of_a_card_number_is_always_noticed(body: int, at: int, digit: str) -> None:
    number = card_number(f"{body:012d}")

    assert is_card_number(number[:at] + digit + number[at + 1 :]) == (number[at] == digit)


@given(st.text(max_size=14))
def test_a_card_number_is_made_of_digits_only(text: str) -> None:
    if not (len(text) == 12 and text.isascii() and text.isdigit()):
        with pytest.raises(ValueError, match="12 digits"):
            card_number(text)


def test_a_command_of_nobody_is_the_callers_error() -> None:
    with pytest.raises(CallerError):
        decide(None, Command(subject="A-1", by=GUARDIAN, at=NOW))


def test_the_tables_are_those_of_the_contract() -> None:
    assert list(TABLES) == ["account", "reviewer_grant", "application", "review_task", "card", "comms_card"]


# --- what the model checker found -----------------------------------------------------------------------


def returned() -> Any:
    item = status.ReturnItem("class_name", "CLASS_TO_CHECK")
    return give(matched("review"), app.ReturnForCorrection, ACTORS[Role.TEACHER], items=(item,), expected_rev=1)


def test_what_was_mended_in_a_saved_draft_counts_as_mended() -> None:
    mended = form(class_name="三班")
    saved = give(returned(), app.Save, form=mended)

    assert type(give(saved, app.Resubmit, form=mended)) is status.Submitted


def test_the_consent_given_at_the_button_stays_and_is_the_guardians() -> None:
    assert (matched("approved").file.consent, matched("approved").file.by_guardian) == ("v1", True)


def test_whoever_refused_stays_barred_after_an_edit() -> None:
    refused_once = give(matched("review"), app.Reject, ACTORS[Role.TEACHER], code="NOT_MY_STUDENT")
    appealed = give(refused_once, app.Appeal, statement=PrivateText("again"))
    edited = give(appealed, app.Amend, form=form(class_name="三班"))
    again = matched("review", edited)

    assert again.tally.refused_by == "teacher"
    assert again.tally.level == 1


def test_a_code_for_another_purpose_does_not_begin_a_new_count() -> None:
    active = give(
        give(registering(), account_commands.CountAttempt, at=later(1)),
        account_commands.VerifyChallenge,
        matches=True,
    )
    proving = give(
        active, account_commands.StartProof, at=later(70), purpose=account.Purpose.PROOF, nonce="01", by=OWN
    )
    guessed = give(proving, account_commands.CountAttempt, at=later(71), by=OWN)
    other = give(
        guessed,
        account_commands.StartProof,
        at=later(140),
        purpose=account.Purpose.RECOVERY,
        nonce="02",
        by=OWN,
    )
    anew = give(
        other,
        account_commands.StartProof,
        at=later(70 + 3600),
        purpose=account.Purpose.RECOVERY,
        nonce="03",
        by=OWN,
    )

    assert (other.codes.tries, anew.codes.tries) == (1, 0)


OWN = Actor(id="A-1", role=Role.GUARDIAN)


def test_asking_the_registry_again_does_not_begin_the_wait_for_a_person_anew() -> None:
    """However often the registry is away, the review is escalated when its time has come."""
    away = status.MatchResult("review", ("SOURCE_UNAVAILABLE",), tier=1)
    hour = dt.timedelta(hours=1)

    def asked(state: Any, at: dt.datetime) -> Any:
        return give(state, app.RecordMatch, SYSTEM, at, rev=state.revision, result=away)

    first = give(asked(submitted(), NOW), app.Escalate, SYSTEM, NOW + hour)
    again = first
    for hours in range(2, 50):
        again = give(again, app.RetryMatch, SYSTEM, NOW + hours * hour)
        again = asked(again, NOW + hours * hour)

    assert again == first
    assert again.tally.level == 1
    amended = give(give(again, app.RetryMatch, SYSTEM, NOW), app.Amend, form=form(class_name="二班"))
    later = NOW + 60 * hour
    assert asked(amended, later).since == later
    assert asked(amended, later).tally.level == 0
