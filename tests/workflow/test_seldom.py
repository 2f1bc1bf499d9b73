"""Turns that come seldom: boundaries, second times, corrections of an approval, events that do not fit."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import attrs
import pytest

from eduid_core.findings import CallerError
from eduid_core.limits import PolicyFault, limit_of
from eduid_core.private import PersonName, Phone
from eduid_core.workflow import (
    CHINA,
    TABLES,
    Actor,
    Command,
    MondayToFriday,
    Policy,
    Role,
    decide,
    evolve,
    fold,
    next_deadline,
    react,
)
from eduid_core.workflow import card as cards
from eduid_core.workflow import comms_card as comms
from eduid_core.workflow.account import commands as account_commands
from eduid_core.workflow.account import states as account
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application import events as happened
from eduid_core.workflow.application import states as status
from eduid_core.workflow.effects import ClaimKey, IssueCommand, ReleaseKey, SendMessage
from eduid_core.workflow.forms import age_at, blank_fields, number_errors, person_of
from eduid_core.workflow.lifecycle import lifecycle_mermaid
from eduid_core.workflow.policy import AccountPolicy, ReviewPolicy, SmsPolicy, TimerPolicy
from eduid_core.workflow.reactions.applications import SYSTEM as MACHINE
from eduid_core.workflow.review_task import commands

from .journeys import ACTORS, FORM, NOW, TEACHER, form
from .test_logs import STORIES, event_of
from .test_rules import GUARDIAN, OWN, POLICY, SYSTEM, give, later, matched, refused, registering, submitted

STUDENT = ACTORS[Role.STUDENT]
REVIEWER = ACTORS[Role.TEACHER]
IMPORTER = ACTORS[Role.IMPORTER]
DAY = dt.timedelta(days=1)
OLDER, OLDER_TOO, YOUNGER = "320098201211010016", "320098201101010015", "320098201503150029"
"""Numbers of pupils who are 14 on the very day of `NOW`, 15, and 11."""


def effects(before: Any, kind: type[Command], by: Actor = GUARDIAN, **content: Any) -> list[Any]:
    """Return what follows from a command that must be accepted."""
    events = decide(before, kind(subject="A-1", by=by, at=NOW, **content), policy=POLICY)
    assert isinstance(events, tuple), events
    return [effect for event in events for effect in react(before, event, evolve(before, event))]


# --- a pupil who agreed alone ----------------------------------------------------------------------------


def alone() -> Any:
    """Return the application of a pupil who is fourteen today and agreed alone."""
    draft = give(None, app.Open, STUDENT, form=form(id_number=OLDER), account_id="acct")
    return give(draft, app.Submit, STUDENT, consent_text="v1")


def test_on_the_fourteenth_birthday_a_pupil_agrees_alone_and_not_the_day_before() -> None:
    assert type(alone()) is status.Submitted
    draft = give(None, app.Open, STUDENT, form=form(id_number=OLDER), account_id="acct")

    assert refused(draft, app.Submit, STUDENT, NOW - DAY, consent_text="v1").code == "guardian_consent_required"


def test_an_agreement_alone_covers_another_number_only_of_somebody_old_enough() -> None:
    other = give(alone(), app.Amend, STUDENT, form=form(id_number=OLDER_TOO))
    same = give(alone(), app.Amend, STUDENT, form=form(id_number=OLDER, class_name="三班"))

    assert (type(other), type(same)) == (status.Submitted, status.Submitted)
    younger = refused(alone(), app.Amend, STUDENT, form=form(id_number=YOUNGER))
    assert younger.code == "guardian_consent_required"


def test_what_was_agreed_to_is_what_was_handed_in_not_a_draft_saved_since() -> None:
    item = status.ReturnItem("id_number", "ID_NUMBER_TO_CHECK")
    pending = matched("review", alone())
    back = give(pending, app.ReturnForCorrection, REVIEWER, items=(item,), expected_rev=1)
    saved = give(back, app.Save, STUDENT, form=form(id_number=YOUNGER))

    answer = refused(
        saved, app.Resubmit, STUDENT, form=form(id_number=YOUNGER), contested=(("id_number", "so"),)
    )

    assert answer.code == "guardian_consent_required"


def test_a_schools_attestation_and_a_guardians_consent_cover_any_number() -> None:
    attested = give(None, app.Open, IMPORTER, form=FORM)
    attested = give(attested, app.Submit, IMPORTER, basis=status.Basis.SCHOOL_ATTESTED, consent_text="v1")

    for state, by in ((attested, IMPORTER), (submitted(), GUARDIAN)):
        assert type(give(state, app.Amend, by, form=form(id_number=YOUNGER))) is status.Submitted


def test_where_a_file_attests_nothing_a_guardian_still_may_agree() -> None:
    policy = Policy(file_consent="required")
    about: dict[str, Any] = {"subject": "A-1", "at": NOW, "consent_text": "v1"}
    draft = give(None, app.Open, form=FORM, account_id="acct")

    assert isinstance(decide(draft, app.Submit(by=GUARDIAN, **about), policy=policy), tuple)
    imported = give(None, app.Open, IMPORTER, form=FORM)
    by_file: Any = decide(
        imported, app.Submit(by=IMPORTER, basis=status.Basis.SCHOOL_ATTESTED, **about), policy=policy
    )
    assert by_file.code == "guardian_consent_required"


# --- corrections and re-verification ---------------------------------------------------------------------


def correcting(**changed: str) -> Any:
    """Return an approved application whose holder asked for a correction, which waits for a person."""
    asked = give(matched("approved"), app.RequestCorrection, form=form(**(changed or {"class_name": "三班"})))
    return matched("review", asked)


def reverifying() -> Any:
    again = give(matched("approved"), app.StartReverification, SYSTEM, school_year=2027)
    return matched("review", again)


def test_a_corrected_number_frees_the_old_person_and_takes_the_new() -> None:
    followed = effects(
        correcting(id_number=YOUNGER), app.Approve, REVIEWER, basis="known_in_person", expected_rev=2
    )

    old, new = person_of(FORM), person_of(form(id_number=YOUNGER))
    assert [e for e in followed if isinstance(e, ReleaseKey) and e.kind == "person"] == [
        ReleaseKey("person", old, "A-1")
    ]  # type: ignore[arg-type]
    assert [e for e in followed if isinstance(e, ClaimKey)] == [ClaimKey("person", new, "A-1")]  # type: ignore[arg-type]
    assert not [e for e in followed if isinstance(e, IssueCommand)]


def test_a_correction_of_anything_else_frees_nobody() -> None:
    followed = effects(correcting(), app.Approve, REVIEWER, basis="known_in_person", expected_rev=2)

    assert not [e for e in followed if isinstance(e, ReleaseKey) and e.kind == "person"]


def test_a_person_without_a_number_takes_and_frees_none() -> None:
    nobody = form(id_number="", id_type="其他")
    draft = give(None, app.Open, form=nobody, account_id="acct")
    pending = matched("review", give(draft, app.Submit, consent_text="v1"))

    first = effects(pending, app.Approve, REVIEWER, basis="known_in_person", expected_rev=1)
    held = give(pending, app.Approve, REVIEWER, basis="known_in_person", expected_rev=1)
    asked = matched("review", give(held, app.RequestCorrection, form=attrs.evolve(nobody, class_name="三班")))
    second = effects(asked, app.Approve, REVIEWER, basis="known_in_person", expected_rev=2)

    assert not [e for e in first + second if isinstance(e, ClaimKey | ReleaseKey)]


def test_what_is_verified_again_makes_the_card_usable_again_if_nobody_else_holds_it() -> None:
    followed = effects(reverifying(), app.Approve, REVIEWER, basis="known_in_person", expected_rev=2)

    about: dict[str, Any] = {"subject": "A-1", "by": MACHINE, "at": NOW}
    wanted = [
        IssueCommand(cards.Reinstate(**about), optional=True),
        IssueCommand(cards.Renew(**about), optional=True),
    ]
    assert [e for e in followed if isinstance(e, IssueCommand)] == wanted


def test_who_is_refused_at_re_verification_has_the_card_suspended() -> None:
    followed = effects(reverifying(), app.Reject, REVIEWER, code="NOT_MY_STUDENT", expected_rev=2)

    held = cards.Suspend(subject="A-1", by=MACHINE, at=NOW, reason="rejected")
    assert [e for e in followed if isinstance(e, IssueCommand)] == [IssueCommand(held, optional=True)]
    first = effects(matched("review"), app.Reject, REVIEWER, code="NOT_MY_STUDENT", expected_rev=1)
    assert not [e for e in first if isinstance(e, IssueCommand)]


def test_a_refused_correction_says_by_whom_and_why_and_leaves_its_finished_task_alone() -> None:
    command = app.Reject(subject="A-1", by=REVIEWER, at=NOW, code="NOT_MY_STUDENT")

    events = decide(correcting(), command, policy=POLICY)

    assert events == (happened.CorrectionRefused(stamp=command.stamp, code="NOT_MY_STUDENT"),)
    followed = effects(correcting(), app.Reject, REVIEWER, code="NOT_MY_STUDENT")
    assert not [e for e in followed if isinstance(e, IssueCommand)]


def test_a_correction_that_is_dropped_closes_its_task_where_one_is_open() -> None:
    followed = effects(correcting(), app.Withdraw)

    cancel = commands.CancelTask(subject="A-1", by=MACHINE, at=NOW)
    assert [e for e in followed if isinstance(e, IssueCommand)] == [IssueCommand(cancel)]
    still_asked = give(matched("approved"), app.RequestCorrection, form=form(class_name="三班"))
    assert not [e for e in effects(still_asked, app.Withdraw) if isinstance(e, IssueCommand)]


def test_a_correction_left_lying_is_dropped_and_the_approval_stands() -> None:
    item = status.ReturnItem("class_name", "CLASS_TO_CHECK")
    back = give(correcting(), app.ReturnForCorrection, REVIEWER, items=(item,), expected_rev=2)
    command = app.ExpireApplication(subject="A-1", by=SYSTEM, at=NOW)

    events = decide(back, command, policy=POLICY)

    assert events == (happened.CorrectionDropped(stamp=command.stamp),)
    assert type(fold(events, back)) is status.Approved  # type: ignore[arg-type]  # events, as shown
    first: Any = decide(matched("returned"), command, policy=POLICY)
    assert first == (happened.ApplicationExpired(stamp=command.stamp),)


def test_a_new_application_names_the_expired_one_it_is_filled_from() -> None:
    command = app.Open(subject="A-1", by=GUARDIAN, at=NOW, form=FORM, account_id="acct", resumed_from="A-0")

    (opens,) = decide(None, command, policy=POLICY)  # type: ignore[misc]  # events

    assert opens.resumed_from == "A-0"  # type: ignore[attr-defined]  # as above


# --- returns, edits, escalation --------------------------------------------------------------------------


def test_what_the_machine_returns_without_naming_a_field_names_the_form() -> None:
    result = status.MatchResult("returned", ("CONSENT_REQUIRED",))

    back = give(submitted(), app.RecordMatch, SYSTEM, rev=1, result=result)

    assert back.items == (status.ReturnItem("form", "CONSENT_REQUIRED"),)


def test_edits_are_counted_anew_after_each_return() -> None:
    item = status.ReturnItem("class_name", "CLASS_TO_CHECK")
    edited = matched("review", give(matched("review"), app.Amend, form=form(class_name="二班")))
    assert edited.tally.edits == 1
    back = give(edited, app.ReturnForCorrection, REVIEWER, items=(item,), expected_rev=2)

    again = give(back, app.Resubmit, form=form(class_name="三班"))

    assert again.tally == attrs.evolve(back.tally, edits=0)


def test_every_reason_of_a_return_is_on_the_list_and_the_last_return_is_the_last() -> None:
    good, bad = status.ReturnItem("class_name", "CLASS_TO_CHECK"), status.ReturnItem("name", "BECAUSE")
    both = {"items": (good, bad), "expected_rev": 1}
    assert refused(matched("review"), app.ReturnForCorrection, REVIEWER, **both).code == "reason_required"

    pending = matched("review")
    worn = attrs.evolve(pending, tally=attrs.evolve(pending.tally, returns=POLICY.review.max_returns))
    answer = refused(worn, app.ReturnForCorrection, REVIEWER, items=(good,), expected_rev=1)
    assert answer.code == "return_limit_exceeded"


def test_an_escalation_begins_the_wait_anew_and_is_told_once_a_day_of_china() -> None:
    late = dt.datetime(2026, 11, 4, 20, tzinfo=dt.UTC)  # the fifth in China
    pending = matched("review")
    events: Any = decide(pending, app.Escalate(subject="A-1", by=SYSTEM, at=late, to=TEACHER), policy=POLICY)
    after: Any = fold(events, pending)

    assert after.since == late
    (told,) = [e for e in react(pending, events[0], after) if isinstance(e, SendMessage)]
    assert told.event == "Escalated 2026-11-05"


# --- deadlines -------------------------------------------------------------------------------------------


def test_above_the_ladder_the_last_rung_repeats() -> None:
    policy = Policy(review=ReviewPolicy(sla_working_days=(1, 2, 5)))
    monday = dt.datetime(2026, 11, 2, 9, tzinfo=CHINA)
    pending = attrs.evolve(matched("review"), since=monday)

    days = []
    for level in range(5):
        there = attrs.evolve(pending, tally=attrs.evolve(pending.tally, level=level))
        due = next_deadline(there, policy, MondayToFriday())
        assert due is not None
        days.append((due.at - monday).days)

    assert days == [1, 2, 7, 7, 7]


def test_the_end_of_the_grace_comes_before_an_escalation_that_is_later() -> None:
    waiting = reverifying()
    ends = NOW + DAY
    cycle = attrs.evolve(waiting.tally.cycle, grace_until=ends)

    due = next_deadline(
        attrs.evolve(waiting, tally=attrs.evolve(waiting.tally, cycle=cycle)), POLICY, MondayToFriday()
    )

    assert due is not None
    assert (due.at, due.what) == (ends, "end_grace")


@pytest.mark.parametrize(("since", "year"), [("2027-08-31T15:59", 2027), ("2027-08-31T16:00", 2028)])
def test_a_school_year_begins_in_september_of_china(since: str, year: int) -> None:
    approved = attrs.evolve(matched("approved"), since=dt.datetime.fromisoformat(since + "+00:00"))

    due = next_deadline(approved, POLICY, MondayToFriday())

    assert due is not None
    assert due.at == dt.datetime(year, 9, 1, tzinfo=CHINA)


# --- policy ----------------------------------------------------------------------------------------------

PARTS = (AccountPolicy, SmsPolicy, ReviewPolicy, TimerPolicy)
HOURS = {"quiet_from", "quiet_until"}
"""Hours of the day, which begin at 0."""
COUNTS = [(part, f.name) for part in PARTS for f in attrs.fields(part) if f.type in {"int", int}]


@pytest.mark.parametrize(("part", "name"), COUNTS, ids=lambda x: x if isinstance(x, str) else x.__name__)
def test_every_limit_is_a_positive_number_in_its_range(part: Any, name: str) -> None:
    limit = limit_of(attrs.fields_dict(part)[name])
    assert limit is not None
    least, most = map(int, re.findall(r"[0-9]+", limit.en))

    assert (0 if name in HOURS else 1) <= least < most
    for value in (least, most):
        assert getattr(part(**{name: value}), name) == value
    for value in (least - 1, most + 1, -1, 2**63, True, float(least), str(least), None):
        with pytest.raises(PolicyFault, match=name) as refused:
            part(**{name: value})
        assert name in refused.value.zh


@pytest.mark.parametrize(
    ("name", "most"), [("otp_life_s", 600), ("otp_tries_per_flow", 100), ("login_failures", 100)]
)
def test_the_standards_ceilings_hold(name: str, most: int) -> None:
    assert AccountPolicy(**{name: most})
    with pytest.raises(ValueError, match=name):
        AccountPolicy(**{name: most + 1})


@pytest.mark.parametrize("ladder", [(), (3, 0), (61,), (1,) * 11, 3, (True,), None])
def test_a_ladder_has_rungs_of_a_day_at_least(ladder: Any) -> None:
    with pytest.raises(ValueError, match="sla_working_days"):
        ReviewPolicy(sla_working_days=ladder)


# --- forms -----------------------------------------------------------------------------------------------


def test_a_number_may_be_blank_for_other_documents_only() -> None:
    assert blank_fields(form(id_number=" ")) == ["id_number"]
    assert blank_fields(form(id_number=" ", id_type="Z")) == []
    assert person_of(form(id_number=" ")) is None


def test_a_day_begins_at_midnight_in_china() -> None:
    midnight = dt.datetime(2026, 10, 31, 16, tzinfo=dt.UTC)
    born_today = form(id_number="32009820261101001X")

    assert [age_at(form(id_number=OLDER), midnight - dt.timedelta(seconds=s)) for s in (1, 0)] == [13, 14]
    assert [bool(number_errors(born_today, midnight - dt.timedelta(seconds=s))) for s in (1, 0)] == [
        True,
        False,
    ]


# --- accounts and numbers --------------------------------------------------------------------------------


def active() -> Any:
    return give(
        give(registering(), account_commands.CountAttempt, at=later(1)),
        account_commands.VerifyChallenge,
        matches=True,
    )


def proving(state: Any, second: int, purpose: account.Purpose = account.Purpose.PROOF) -> Any:
    return give(
        state, account_commands.StartProof, at=later(second), purpose=purpose, nonce=f"{second:04d}", by=OWN
    )


def test_a_code_for_another_purpose_voids_the_one_before() -> None:
    other = proving(proving(active(), 70), 140, account.Purpose.RECOVERY)

    assert other.codes.purpose is account.Purpose.RECOVERY
    assert [c.nonce for c in other.codes.challenges] == ["0140"]


def test_two_codes_live_at_most() -> None:
    third = proving(proving(proving(active(), 70), 131), 192)

    assert [c.nonce for c in third.codes.challenges] == ["0131", "0192"]


def test_a_flow_whose_sends_or_tries_are_used_up_is_not_begun_anew() -> None:
    sent = tried = proving(active(), 70)
    for n in range(1, POLICY.account.sends_per_flow):
        sent = proving(sent, 70 + 61 * n)
    for n in range(POLICY.account.otp_tries_per_flow):
        tried = give(tried, account_commands.CountAttempt, at=later(71 + n), by=OWN)
    more: dict[str, Any] = {"purpose": account.Purpose.PROOF, "nonce": "ff", "by": OWN}

    assert refused(sent, account_commands.StartProof, at=later(500), **more).code == "challenge_limit_exceeded"
    assert refused(tried, account_commands.StartProof, at=later(500), **more).code == "challenge_locked"


def test_a_code_is_dead_at_the_end_of_its_life() -> None:
    state = give(registering(), account_commands.CountAttempt, at=later(1))
    ends = state.codes.challenges[0].expires_at

    assert refused(state, account_commands.VerifyChallenge, at=ends, matches=True).code == "challenge_expired"


def test_another_phone_stands_and_its_code_goes_on_in_the_flow_under_way() -> None:
    flow = proving(active(), 70)

    moved = give(
        flow, account_commands.ChangePhone, at=later(140), phone=Phone("15400009999"), nonce="aa", by=OWN
    )

    assert moved.person.phone == Phone("15400009999")
    assert (moved.codes.sends, [c.nonce for c in moved.codes.challenges]) == (2, ["aa"])
    assert moved.codes.started_at == flow.codes.started_at


def test_with_every_code_void_a_resend_makes_one() -> None:
    state = registering()
    void = attrs.evolve(state, codes=attrs.evolve(state.codes, challenges=()))

    assert len(give(void, account_commands.ResendChallenge, at=later(61), nonce="bb").codes.challenges) == 1


def test_the_code_for_a_sims_number_is_dead_at_the_end_of_its_life() -> None:
    waiting = comms.OwnershipChallenge(
        application_id="A-1", since=NOW, phone=Phone("15400001234"), nonce="00", expires_at=NOW + DAY, tries=1
    )

    assert refused(waiting, comms.VerifyNumber, at=NOW + DAY, matches=True).code == "challenge_expired"
    assert type(give(waiting, comms.VerifyNumber, matches=True)) is comms.LinkedNumber


# --- review tasks and grants -----------------------------------------------------------------------------


def opened(state: Any = None, **more: Any) -> Any:
    return give(state, commands.OpenTask, SYSTEM, about=1, **more)


def test_a_task_opened_again_keeps_its_class_unless_another_is_named() -> None:
    first = opened(class_ref=("S", "C1"), level=2, tier=3)
    assert (first.brief.level, first.brief.tier) == (2, 3)
    over = give(first, commands.CancelTask, SYSTEM)

    kept, other = opened(over), opened(over, class_ref=("S", "C2"))

    assert (kept.brief.class_ref, other.brief.class_ref) == (("S", "C1"), ("S", "C2"))


def test_whoever_takes_a_task_up_for_another_is_not_called_by_the_others_name() -> None:
    name = PersonName("王老师")
    held = opened(assignee="t1", assignee_name=name, class_ref=("S", "C1"))
    grants: dict[str, Any] = {"expected_rev": 1}

    own = give(held, commands.StartReview, Actor(id="t1", role=Role.TEACHER, assurance=2), **grants)
    head = give(held, commands.StartReview, Actor(id="head", role=Role.SCHOOL_ADMIN, assurance=2), **grants)

    assert (own.assignee_name, own.assignee) == (name, "t1")
    assert (head.assignee_name == name, head.assignee) == (False, "head")


# --- pages, events that do not fit --------------------------------------------------------------


def test_a_diagram_begins_as_one() -> None:
    for name in TABLES:
        assert lifecycle_mermaid(name).startswith("stateDiagram-v2\n    [*] --> ")


def test_a_command_of_nobody_is_named() -> None:
    with pytest.raises(CallerError, match="no aggregate takes Command"):
        decide(None, Command(subject="A-1", by=GUARDIAN, at=NOW))


def test_an_event_that_does_not_fit_never_fails() -> None:
    """Every event of the stories, folded into every state of its aggregate and into none."""
    states: dict[str, set[Any]] = {}
    events: dict[str, dict[str, Any]] = {}
    for story in STORIES:
        aggregate, state = story["story"].partition("/")[0], None
        for event in (event_of(*e) for e in story["events"]):
            states.setdefault(aggregate, set()).add(state)
            events.setdefault(aggregate, {}).setdefault(type(event).__name__, event)
            state = evolve(state, event)
        states.setdefault(aggregate, set()).add(state)
    for aggregate, known in states.items():
        by_status = {getattr(s, "status", None): s for s in known}
        for state in by_status.values():
            for event in events[aggregate].values():
                evolve(state, event)
