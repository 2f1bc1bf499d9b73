"""Forms, actors and commands of an invented family, for the tests of the lifecycle."""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs

from eduid_core.matching import Application
from eduid_core.private import IdNumber, PersonName, Phone, PrivateText
from eduid_core.workflow import Actor, Role, card, comms_card, review_task, reviewer_grant
from eduid_core.workflow.account import vocabulary as account
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application import states as status

NOW = dt.datetime(2026, 11, 1, 8, 0, tzinfo=dt.UTC)
ACTORS = {role: Actor(id=role.value, role=role, assurance=2) for role in Role}
WEAK = Actor(id="admin", role=Role.SCHOOL_ADMIN)
SELF = Actor(id="teacher", role=Role.SCHOOL_ADMIN, assurance=2)
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


RESULTS = {
    outcome: status.MatchResult(outcome, (reason,), fields, tier=tier)
    for outcome, reason, fields, tier in (
        ("approved", "CONSISTENT", (), 0),
        ("review", "VISITING_STUDENT", (("school", "DIFFERENT", ""),), 2),
        ("returned", "FIELD_REQUIRED", (("name", "MISSING_APP", ""),), 0),
    )
}
TEACHER = status.Teacher("teacher", PersonName("王老师"), Phone("15400990001"))
ITEMS = (status.ReturnItem("school", "SCHOOL_TO_CHECK"),)
CLAIM = reviewer_grant.Claim(teacher_id="teacher", school_code="2132098001", class_name="四1", evidence="T-17")


def commands_for(revision: int, at: dt.datetime, subject: str = "A-1") -> list[tuple[Any, dict[str, Any]]]:
    """Return commands of every kind, several of a kind where their content matters, without an actor."""
    about: dict[str, Any] = {"subject": subject, "at": at}
    now = about | {"expected_rev": revision}
    mine = about | {"subject": "acct"}
    number = IdNumber(card.card_number("123456789012"))
    person = {
        "username": PrivateText("mum"),
        "phone": Phone("15400001234"),
        "password_hash": "x",
        "nonce": "00",
    }
    made = [
        (app.Open, about | {"form": FORM, "account_id": "acct"}),
        (app.Open, about | {"form": form(name=" "), "account_id": "acct"}),
        (app.Open, about | {"form": form(id_number="320098201502300010"), "account_id": "acct"}),
        (app.Save, now | {"form": form(name="陈大雨")}),
        (app.Submit, now | {"consent_text": "v1"}),
        (app.Submit, now),
        (app.Submit, now | {"consent_text": "v1", "basis": status.Basis.SCHOOL_ATTESTED}),
        *(
            (app.RecordMatch, about | {"rev": revision, "result": r, "teacher": TEACHER})
            for r in RESULTS.values()
        ),
        (app.RecordMatch, about | {"rev": revision + 1, "result": RESULTS["approved"]}),
        (app.Amend, now | {"form": form(class_name=f"{revision % 2 + 2}班")}),
        (app.Amend, now | {"form": form(name="")}),
        (app.Resubmit, now | {"form": form(school=f"学校{revision % 2}")}),
        (app.Resubmit, now | {"form": FORM}),
        (app.Amend, now | {"form": FORM}),
        (app.Resubmit, now | {"form": form(school=" ")}),
        (app.Resubmit, now | {"form": form(school="学校", id_number="320098201502300010")}),
        (app.RequestCorrection, now | {"form": FORM}),
        (app.RequestCorrection, now | {"form": form(name="")}),
        (app.RequestCorrection, now | {"form": form(class_name=f"{revision % 2 + 4}班")}),
        (app.Approve, now | {"basis": "known_in_person"}),
        (app.ReturnForCorrection, now | {"items": ITEMS}),
        (app.ReturnForCorrection, now | {"items": ()}),
        (app.FlagDuplicate, about),
        (app.Withdraw, now),
        (app.Expire, about),
        (review_task.OpenTask, about | {"about": 1, "assignee": "teacher"}),
        (review_task.OpenTask, about | {"about": 1}),
        (review_task.Assign, about | {"assignee": "teacher"}),
        (review_task.CompleteReview, now | {"outcome": "approve"}),
        (review_task.CompleteReview, about | {"outcome": "approve"}),
        (review_task.CompleteReview, now | {"outcome": "return"}),
        (review_task.CompleteReview, now | {"outcome": "return", "items": ITEMS}),
        (review_task.CancelTask, about),
        (card.Issue, about | {"number": number}),
        (card.Issue, about | {"number": IdNumber("12345678901200")}),
        (card.Suspend, about | {"reason": "lost"}),
        (card.Suspend, about | {"reason": ""}),
        (card.Reinstate, about),
        (card.Revoke, about | {"reason": "fraud"}),
        (card.Revoke, about | {"reason": ""}),
        (comms_card.ChooseCommsCard, about | {"choice": "bundled"}),
        (reviewer_grant.ClaimRole, about | {"claim": CLAIM}),
        (reviewer_grant.ClaimRole, about | {"claim": attrs.evolve(CLAIM, evidence="")}),
        (reviewer_grant.Decline, about | {"reason": ""}),
        (reviewer_grant.Revoke, about | {"reason": ""}),
        (reviewer_grant.Verify, about | {"until": dt.date(2027, 8, 31)}),
        (reviewer_grant.Decline, about | {"reason": "unknown"}),
        (reviewer_grant.Revoke, about | {"reason": "left"}),
        (reviewer_grant.EndGrant, about),
        (account.StartRegistration, mine | {"role": Role.GUARDIAN, **person}),
        (account.StartRegistration, mine | {"role": Role.GUARDIAN, **person, "phone": Phone("02552345678")}),
        (account.ResendChallenge, mine | {"nonce": "01"}),
        (account.CountAttempt, mine),
        (account.VerifyChallenge, mine | {"matches": True}),
        (account.VerifyChallenge, mine | {"matches": False}),
        (account.ExpireRegistration, mine),
        (account.CloseAccount, mine),
    ]
    return list(made)
