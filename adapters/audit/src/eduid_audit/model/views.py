"""The composed walks: the aggregates in each, and the commands given to them."""

from __future__ import annotations

from typing import Any, Final

import attrs

from eduid_audit.model.cast import BARRED, DEPUTY, FORMS, KIN, RESULTS, TEACHER, by_role
from eduid_audit.model.offers import ITEMS, given
from eduid_core.private import Phone, PrivateText
from eduid_core.workflow import Actor, Command, Role, card, comms_card
from eduid_core.workflow.account import commands as account_commands
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application.states import ReturnItem
from eduid_core.workflow.review_task import commands as task_commands

__all__ = ["VIEWS", "ComposedWalk"]

GUARDIAN = Actor(id="acct", role=Role.GUARDIAN)
HEAD = by_role(Role.SCHOOL_ADMIN)[1]
SYSTEM = by_role(Role.SYSTEM)
_TEACHER = by_role(Role.TEACHER)[0]
REVIEWERS = (_TEACHER, DEPUTY, BARRED, HEAD)
BOTH = (0, 1)


@attrs.frozen
class ComposedWalk:
    """A composed walk: its name, its aggregates, and all its commands."""

    name: str
    aggregates: str
    commands: tuple[Command, ...]


def _rows(*rows: tuple[type[Command], dict[str, Any]]) -> list[tuple[type[Command], dict[str, Any]]]:
    return [(kind, fields) for kind, fields in rows]


def _opening(by: Actor, subject: str) -> tuple[Command, ...]:
    whole = {"form": FORMS["whole"]}
    rows = _rows((app.Open, {**whole, "account_id": by.id}), (app.Submit, {"consent_text": "v1"}))
    return given(rows, subject, (by,))


def _answers(subject: str, *names: str) -> tuple[Command, ...]:
    rows = [
        (app.RecordMatch, {"rev": rev, "result": RESULTS[name], "teacher": TEACHER})
        for name in names
        for rev in BOTH
    ]
    return given(rows, subject, SYSTEM)


def _reviewing(subject: str, reviewers: tuple[Actor, ...] = REVIEWERS) -> tuple[Command, ...]:
    rows = _rows(
        (task_commands.ClaimTask, {}),
        (task_commands.Assign, {"assignee": "deputy"}),
        (task_commands.StartReview, {}),
        (task_commands.SecondReview, {"agrees": True, "expected_rev": 1}),
        (task_commands.SecondReview, {"agrees": False, "expected_rev": 1}),
    )
    for rev in BOTH:
        rows += _rows(
            (task_commands.CompleteReview, {"outcome": "approve", "expected_rev": rev}),
            (task_commands.CompleteReview, {"outcome": "return", "items": ITEMS, "expected_rev": rev}),
            (
                task_commands.CompleteReview,
                {"outcome": "reject", "code": "NOT_MY_STUDENT", "expected_rev": rev},
            ),
        )
    return given(rows, subject, reviewers)


def _review() -> tuple[Command, ...]:
    changed = {"form": FORMS["class"], "expected_rev": 1}
    rows = _rows(
        (app.Amend, changed),
        (app.Resubmit, changed),
        (app.Appeal, {"statement": PrivateText("again")}),
        (app.Withdraw, {"expected_rev": 1}),
    )
    return (
        *_opening(GUARDIAN, "A"),
        *_answers("A", "agrees", "differs", "identity"),
        *_reviewing("A"),
        *given(rows, "A", (GUARDIAN,)),
        *given(_rows((app.RetryMatch, {}), (app.StartReverification, {"school_year": 2027})), "A", SYSTEM),
    )


def _family() -> tuple[Command, ...]:
    name = {"role": Role.GUARDIAN, "username": PrivateText("mum"), "password_hash": "x", "nonce": ""}
    register = [(account_commands.StartRegistration, {**name, "phone": Phone("15400001234")})]
    rows = _rows((account_commands.CountAttempt, {}), (account_commands.VerifyChallenge, {"matches": True}))
    return (*given([*register, *rows], "acct", by_role(Role.ANONYMOUS)),)


def _cards() -> tuple[Command, ...]:
    rows = _rows(
        (app.Withdraw, {}),
        (app.WithdrawConsent, {}),
        (app.Appeal, {"statement": PrivateText("again")}),
        (app.RequestCorrection, {"form": FORMS["class"]}),
        (card.Suspend, {"reason": "lost"}),
    )
    head = _rows(
        (card.Reinstate, {}),
        (card.Reissue, {}),
        (card.RevokeCard, {"reason": "error"}),
        (app.RevokeApplication, {"code": "REPUDIATED"}),
        (app.Supersede, {"reason": "graduated"}),
        (task_commands.CompleteReview, {"outcome": "approve", "expected_rev": 1}),
        (task_commands.CompleteReview, {"outcome": "reject", "code": "IMPERSONATION", "expected_rev": 1}),
    )
    return (
        *_opening(GUARDIAN, "A"),
        *_answers("A", "agrees", "differs"),
        *given(rows, "A", (GUARDIAN,)),
        *given(_rows((app.StartReverification, {"school_year": 2027})), "A", SYSTEM),
        *given(head, "A", (HEAD, *by_role(Role.DISTRICT_ADMIN))),
    )


def _sims() -> tuple[Command, ...]:
    phone = {"phone": Phone("15400001234"), "nonce": ""}
    rows = _rows(
        (app.Withdraw, {}),
        (card.Suspend, {"reason": "lost"}),
        (comms_card.ChooseExisting, {**phone, "card_active": True}),
        (comms_card.ChooseBundled, {"card_active": True}),
        (comms_card.ChooseBundled, {"card_active": False}),
        (comms_card.CountGuess, {}),
        (comms_card.VerifyNumber, {"matches": True}),
        (comms_card.Retry, {}),
        (comms_card.Release, {}),
    )
    machine = _rows(
        (app.StartReverification, {"school_year": 2027}),
        (comms_card.CarrierAnswered, {"served": True}),
        (comms_card.CarrierAnswered, {"served": False}),
    )
    head = _rows(
        (card.Reinstate, {}),
        (card.RevokeCard, {"reason": "error"}),
        (task_commands.CompleteReview, {"outcome": "approve", "expected_rev": 1}),
    )
    return (
        *_family(),
        *_opening(GUARDIAN, "A"),
        *_answers("A", "agrees", "differs"),
        *given(rows, "A", (GUARDIAN,)),
        *given(machine, "A", SYSTEM),
        *given(head, "A", (HEAD,)),
    )


NUMBER = (ReturnItem("id_number", "ID_NUMBER_TO_CHECK"),)


def _twice() -> tuple[Command, ...]:
    made: tuple[Command, ...] = ()
    for subject, by in (("A", GUARDIAN), ("B", KIN)):
        decide = _rows(
            (task_commands.CompleteReview, {"outcome": "approve", "expected_rev": 1}),
            (task_commands.CompleteReview, {"outcome": "return", "items": NUMBER, "expected_rev": 1}),
        )
        rows = _rows(
            (app.Amend, {"form": FORMS["number"]}),
            (app.Save, {"form": FORMS["number"]}),
            (app.Resubmit, {"form": FORMS["number"]}),
            (app.RequestCorrection, {"form": FORMS["number"]}),
            (app.Withdraw, {}),
        )
        if subject == "B":
            rows, decide = rows[-1:], decide[:1]
            seconds = _rows((task_commands.SecondReview, {"agrees": True, "expected_rev": 1}))
            made += given(seconds, subject, by_role(Role.DISTRICT_ADMIN))
        made += (
            *_opening(by, subject),
            *_answers(subject, "agrees", "differs"),
            *given(decide, subject, (HEAD,)),
            *given(rows, subject, (by,)),
        )
    return made


VIEWS: Final = (
    ComposedWalk("review", "application x review_task x card", _review()),
    ComposedWalk("card", "application x review_task x card", _cards()),
    ComposedWalk("sim", "account x application x review_task x card x comms_card", _sims()),
    ComposedWalk("person", "two of application x review_task x card, one person", _twice()),
)
