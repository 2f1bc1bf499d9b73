"""Forms, actors and commands of an invented family, for the tests of the lifecycle."""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs

from eduid_core.matching import Application
from eduid_core.private import IdNumber, PersonName, Phone, PrivateText
from eduid_core.validation.check_digits import check_character
from eduid_core.workflow import Actor, Role, card, review_task
from eduid_core.workflow import comms_card as comms
from eduid_core.workflow.account import vocabulary as account
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application import states as status
from eduid_core.workflow.reviewer_grant import vocabulary as grant

NOW = dt.datetime(2026, 11, 1, 8, 0, tzinfo=dt.UTC)
ACTORS = {role: Actor(id=role.value, role=role, assurance=2) for role in Role}
WEAK = Actor(id="admin", role=Role.SCHOOL_ADMIN)
SELF = Actor(id="teacher", role=Role.SCHOOL_ADMIN, assurance=2)
BARRED = Actor(id="acct", role=Role.SCHOOL_ADMIN, assurance=2)
ACTORS[Role.GUARDIAN] = Actor(id="acct", role=Role.GUARDIAN)
ACTORS[Role.STUDENT] = Actor(id="acct", role=Role.STUDENT)

FORM = Application(
    application_id="A-1",
    name="陈小雨",
    id_number="320098201503150010",
    school="南京市海英小学",
    grade="四年级",
    class_name="一班",
    entry_year="2023",
    guardian_name="陈大雨",
    guardian_phone="15400001234",
)


def form(**changed: str) -> Application:
    return attrs.evolve(FORM, **changed)


OLDER = form(id_number="32009820100315001" + check_character("32009820100315001"))
"""Sixteen years old: consents alone."""

RESULTS = {
    outcome: status.MatchResult(outcome, (reason,), fields, tier=tier)
    for outcome, reason, fields, tier in (
        ("approved", "CONSISTENT", (), 0),
        ("review", "VISITING_STUDENT", (("school", "DIFFERENT", ""),), 2),
        ("returned", "FIELD_REQUIRED", (("name", "MISSING_APP", ""),), 0),
    )
}
AWAY = status.MatchResult("review", ("SOURCE_UNAVAILABLE",), tier=1)
TEACHER = status.Teacher("teacher", PersonName("王老师"), Phone("15400990001"))
ITEMS = (status.ReturnItem("school", "SCHOOL_TO_CHECK"),)
ADMIN_CLAIM = grant.Claim(
    teacher_id="teacher", school_code="2132098001", position=grant.Position.SCHOOL_ADMIN, evidence="T"
)
CLAIM = grant.Claim(teacher_id="teacher", school_code="2132098001", class_name="四1", evidence="T-17")
MOBILE, LANDLINE = Phone("15400001234"), Phone("02552345678")
PERSON = {"username": PrivateText("mum"), "password_hash": "x", "nonce": "00", "role": Role.GUARDIAN}

Offers = list[tuple[Any, dict[str, Any]]]


def _of_application(revision: int, about: dict[str, Any]) -> Offers:
    now, at = about | {"expected_rev": revision}, about["at"]
    odd = revision % 2
    return [
        (app.Open, about | {"form": FORM, "account_id": "acct"}),
        (app.Open, about | {"form": form(name=" "), "account_id": "acct"}),
        (app.Open, about | {"form": form(id_number="320098201502300010"), "account_id": "acct"}),
        (app.Save, now | {"form": form(name="陈大雨")}),
        (app.GrantConsent, now | {"text": "v1", "proved_at": at}),
        (app.GrantConsent, now | {"text": "v1", "proved_at": at - dt.timedelta(hours=1)}),
        (app.Submit, now | {"consent_text": "v1"}),
        (app.Submit, now),
        (app.Submit, now | {"consent_text": "v1", "basis": status.Basis.SCHOOL_ATTESTED}),
        *(
            (app.RecordMatch, about | {"rev": revision, "result": r, "teacher": TEACHER})
            for r in RESULTS.values()
        ),
        (app.RecordMatch, about | {"rev": revision, "result": AWAY}),
        (app.RecordMatch, about | {"rev": revision + 1, "result": RESULTS["approved"]}),
        (app.RetryMatch, about),
        (app.Amend, now | {"form": form(class_name=f"{odd + 2}班")}),
        (app.Amend, now | {"form": form(name="")}),
        (app.Amend, now | {"form": FORM}),
        (app.Open, about | {"form": OLDER, "account_id": "acct"}),
        (app.Resubmit, now | {"form": form(school=f"学校{odd}")}),
        (app.Resubmit, now | {"form": FORM}),
        (app.Resubmit, now | {"form": form(school=" ")}),
        (app.Resubmit, now | {"form": form(school="学校", id_number="320098201502300010")}),
        (app.RequestCorrection, now | {"form": form(class_name=f"{odd + 4}班")}),
        (app.RequestCorrection, now | {"form": FORM}),
        (app.RequestCorrection, now | {"form": form(name="")}),
        (app.StartReverification, about | {"school_year": 2027}),
        (app.EndGrace, about),
        (app.EndGrace, about | {"at": at + dt.timedelta(days=61)}),
        (app.Approve, now | {"basis": "known_in_person"}),
        (app.ReturnForCorrection, now | {"items": ITEMS}),
        (app.ReturnForCorrection, now | {"items": ()}),
        (app.Reject, now | {"code": "NOT_MY_STUDENT"}),
        (app.Reject, now | {"code": "BECAUSE"}),
        (app.Appeal, now | {"statement": PrivateText("please")}),
        (app.Escalate, about),
        (app.FlagDuplicate, about),
        (app.Withdraw, now),
        (app.WithdrawConsent, now),
        (app.Revoke, now | {"code": "ISSUED_IN_ERROR"}),
        (app.Revoke, now | {"code": "FRAUD"}),
        (app.Revoke, now | {"code": "BECAUSE"}),
        (app.Supersede, about | {"reason": "graduated"}),
        (app.Expire, about),
    ]


def _of_task(revision: int, about: dict[str, Any]) -> Offers:
    now, at = about | {"expected_rev": revision}, about["at"]
    barred = frozenset({"acct", "guardian"})
    complete = review_task.CompleteReview
    return [
        (review_task.OpenTask, about | {"about": 1, "assignee": "teacher", "barred": barred}),
        (review_task.OpenTask, about | {"about": 1}),
        (
            review_task.OpenTask,
            about | {"about": 2, "needs_second": True, "assignee": "teacher", "barred": barred},
        ),
        (review_task.Assign, about | {"assignee": "teacher"}),
        (review_task.Assign, about | {"assignee": "acct"}),
        (review_task.Assign, about | {"assignee": "x", "eligible": False}),
        (review_task.ClaimTask, about),
        (review_task.ClaimTask, about | {"eligible": False}),
        (review_task.Delegate, about | {"to": "deputy"}),
        (review_task.Delegate, about | {"to": "acct"}),
        (review_task.Delegate, about | {"to": "x", "eligible": False}),
        (review_task.StartReview, about),
        (review_task.EndLease, about),
        (review_task.EndLease, about | {"at": at + dt.timedelta(hours=1)}),
        (complete, now | {"outcome": "approve"}),
        (complete, about | {"outcome": "approve"}),
        (complete, now | {"outcome": "return"}),
        (complete, now | {"outcome": "return", "items": ITEMS}),
        (complete, now | {"outcome": "reject", "code": "IMPERSONATION"}),
        (complete, now | {"outcome": "approve", "grant_active": False}),
        (complete, now | {"outcome": "approve", "eligible": False}),
        (complete, now | {"outcome": "approve", "at": at + dt.timedelta(hours=1)}),
        (review_task.SecondReview, now | {"agrees": True}),
        (review_task.SecondReview, now | {"agrees": False}),
        (review_task.SecondReview, about | {"agrees": True}),
        (review_task.SecondReview, now | {"agrees": True, "eligible": False}),
        (review_task.SecondReview, now | {"agrees": True, "grant_active": False}),
        (review_task.EscalateTask, about | {"level": 1}),
        (review_task.EscalateTask, about | {"level": 1, "assignee": "deputy"}),
        (review_task.RecallTask, about),
        (review_task.CancelTask, about),
    ]


def _of_cards(about: dict[str, Any]) -> Offers:
    mine = about | {"subject": "A-1"}
    return [
        (card.Issue, mine | {"number": IdNumber(card.card_number("123456789012"))}),
        (card.Issue, mine | {"number": IdNumber("12345678901200")}),
        *((kind, mine | {"reason": reason}) for kind in (card.Suspend, card.Revoke) for reason in ("lost", "")),
        *((kind, mine) for kind in (card.Reinstate, card.Expire, card.Renew, card.Reissue)),
        (comms.ChooseExisting, mine | {"phone": MOBILE, "nonce": "07"}),
        (comms.ChooseExisting, mine | {"phone": LANDLINE, "nonce": "07"}),
        (comms.ChooseExisting, mine | {"phone": MOBILE, "nonce": "07", "card_active": False}),
        (comms.ChooseBundled, mine),
        (comms.ChooseBundled, mine | {"card_active": False}),
        (comms.CountGuess, mine),
        *((comms.VerifyNumber, mine | {"matches": m}) for m in (True, False)),
        (comms.VerifyNumber, mine | {"matches": True, "at": about["at"] + dt.timedelta(hours=1)}),
        *((comms.CarrierAnswered, mine | {"served": s}) for s in (True, False)),
        *((kind, mine) for kind in (comms.ExpireChoice, comms.Retry, comms.Release)),
    ]


def _of_grant(about: dict[str, Any]) -> Offers:
    until = dt.date(2027, 8, 31)
    return [
        (grant.ClaimRole, about | {"claim": CLAIM}),
        (grant.ClaimRole, about | {"claim": ADMIN_CLAIM}),
        (grant.ClaimRole, about | {"claim": CLAIM, "class_known": False}),
        (grant.ClaimRole, about | {"claim": attrs.evolve(CLAIM, evidence="")}),
        (grant.Verify, about | {"until": until}),
        (grant.Verify, about | {"until": until, "same_school": False}),
        *((kind, about | {"reason": r}) for kind in (grant.Decline, grant.Revoke) for r in ("left", "")),
        *((grant.Return, about | {"wanted": w}) for w in ("a letter", "")),
        (grant.Delegate, about | {"to": "deputy", "until": dt.date(2027, 1, 1)}),
        (grant.Delegate, about | {"to": "deputy", "until": dt.date(2029, 1, 1)}),
        *((grant.MapClass, about | {"new": n}) for n in ("五1", "")),
        *((kind, about) for kind in (grant.EndDelegation, grant.EndGrant)),
    ]


def _of_account(about: dict[str, Any]) -> Offers:
    mine = about | {"subject": "acct"}
    return [
        *((account.StartRegistration, mine | PERSON | {"phone": phone}) for phone in (MOBILE, LANDLINE)),
        (account.ResendChallenge, mine | {"nonce": "01"}),
        *((account.ChangePhone, mine | {"phone": phone, "nonce": "02"}) for phone in (MOBILE, LANDLINE)),
        (account.CountAttempt, mine),
        *((account.VerifyChallenge, mine | {"matches": m}) for m in (True, False)),
        *((account.StartProof, mine | {"purpose": p, "nonce": "03"}) for p in account.Purpose),
        (account.LinkChild, mine | {"child": "pupil-1"}),
        *((account.RecordLogin, mine | {"right": r}) for r in (True, False)),
        (account.CompleteRecovery, mine | {"password_hash": "y"}),
        (account.ResolveAppeal, mine | {"granted": True, "phone": MOBILE, "nonce": "04"}),
        (account.ResolveAppeal, mine | {"granted": True, "phone": LANDLINE, "nonce": "04"}),
        (account.ResolveAppeal, mine | {"granted": False}),
        *(
            (k, mine)
            for k in (account.ExpireRegistration, account.Unlock, account.OpenAppeal, account.CloseAccount)
        ),
    ]


def commands_for(revision: int, at: dt.datetime, subject: str = "A-1") -> Offers:
    """Return commands of every kind, several of a kind where their content matters, without an actor."""
    about: dict[str, Any] = {"subject": subject, "at": at}
    return [
        *_of_application(revision, about),
        *_of_task(revision, about),
        *_of_cards(about),
        *_of_grant(about),
        *_of_account(about),
    ]
