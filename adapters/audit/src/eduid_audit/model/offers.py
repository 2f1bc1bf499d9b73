"""
The commands that the walks try: every command of every aggregate, with each content that a rule
distinguishes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from eduid_audit.model.cast import ACTORS, FORMS, RESULTS, T0, TEACHER
from eduid_core.private import IdNumber, Phone, PrivateText
from eduid_core.workflow import Actor, Command, Role, card, comms_card
from eduid_core.workflow.account import commands as account_commands
from eduid_core.workflow.account import states as account
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application import states as status
from eduid_core.workflow.links import Confirmation
from eduid_core.workflow.review_task import commands as task_commands
from eduid_core.workflow.reviewer_grant import commands as grant_commands
from eduid_core.workflow.reviewer_grant import states as grant

__all__ = ["CONTENTS", "ITEMS", "RENAMING", "given", "offers"]

Content = tuple[type[Command], dict[str, Any]]

ITEMS = (status.ReturnItem("class_name", "CLASS_TO_CHECK"),)
_MOBILE, _LANDLINE = Phone("15400001234"), Phone("02552345678")
_NUMBER, _NO_NUMBER = IdNumber(card.card_number("123456789012")), IdNumber("12345678901200")
_UNTIL = dt.date(2027, 8, 31)


def _each(kind: type[Command], **choices: Iterable[Any]) -> Iterator[Content]:
    """Yield *kind* with every combination of the choices of its fields."""
    made: list[dict[str, Any]] = [{}]
    for field, values in choices.items():
        made = [{**m, field: v} for m in made for v in values]
    return ((kind, m) for m in made)


REVISIONS = (0, 1, None)
"""The current revision of a submitted form is 1, of a draft 0: each is the other's stale one."""


def _account() -> Iterator[Content]:
    start = {
        "role": (Role.GUARDIAN,),
        "username": (PrivateText("mum"),),
        "password_hash": ("x",),
        "nonce": ("",),
    }
    yield from _each(account_commands.StartRegistration, phone=(_MOBILE, _LANDLINE), **start)
    yield from _each(account_commands.ResendChallenge, nonce=("",))
    yield from _each(account_commands.ChangePhone, phone=(_MOBILE, _LANDLINE), nonce=("",))
    yield from _each(account_commands.CountAttempt)
    yield from _each(account_commands.VerifyChallenge, matches=(True, False), free=(True, False))
    yield from _each(
        account_commands.ChooseUsername, username=(PrivateText("mum"),), ticket=("",), free=(True, False)
    )
    yield from _each(account_commands.ExpireRegistration)
    yield from _each(
        account_commands.StartProof, purpose=(account.Purpose.PROOF, account.Purpose.RECOVERY), nonce=("",)
    )
    yield from _each(account_commands.RecordLogin, right=(True, False))
    yield from _each(account_commands.Unlock)
    yield from _each(account_commands.CompleteRecovery, password_hash=("x",))
    yield from _each(account_commands.OpenAppeal)
    yield from _each(account_commands.ResolveAppeal, granted=(True, False), phone=(None, _MOBILE, _LANDLINE))
    yield from _each(account_commands.CloseAccount)


def _links() -> Iterator[Content]:
    """Repeat the account for its links to children: known and not, by a phone and by a seat."""
    start = {"username": (PrivateText("mum"),), "password_hash": ("x",), "nonce": ("",)}
    yield from _each(account_commands.StartRegistration, role=(Role.GUARDIAN,), phone=(_MOBILE,), **start)
    yield from _each(account_commands.CountAttempt)
    yield from _each(account_commands.VerifyChallenge, matches=(True,))
    yield from _each(account_commands.ExpireRegistration)
    yield from _each(account_commands.StartProof, purpose=(account.Purpose.PROOF,), nonce=("",))
    for kind, child, typed in (("application", "A", "1"), ("", "", "2")):
        asked = {"typed": (typed,), "link": (f"L{typed}",), "aggregate": (kind,), "found": (child,)}
        yield from _each(account_commands.LinkChild, child=("child",), **asked)
    for of_link in (account_commands.CountLinkAttempt, account_commands.RecordLink, account_commands.EndLink):
        yield from _each(of_link, link=("L1",))
    way = (Confirmation.APPLICATION,)
    yield from _each(account_commands.VerifyLink, link=("L1",), matches=(True, False), way=way)
    offered = {"guardian": ("other",), "asker": (PrivateText("x"),), "nonce": ("",), "minutes": (5,)}
    yield from _each(account_commands.OfferLink, **offered)
    yield from _each(account_commands.RecordLogin, right=(False,))
    yield from _each(account_commands.Unlock)
    yield from _each(account_commands.CloseAccount)


def _grant() -> Iterator[Content]:
    claims = [
        grant.RoleClaim(
            teacher_id=who, school_code="2132098001", class_name="一班", position=position, evidence="T-17"
        )
        for who, position in (
            ("teacher", grant.Position.HOMEROOM),
            ("head", grant.Position.HOMEROOM),
            ("head", grant.Position.SCHOOL_ADMIN),
            ("district", grant.Position.DISTRICT_ADMIN),
        )
    ]
    bare = grant.RoleClaim(teacher_id="teacher", school_code="2132098001", class_name="一班")
    yield from _each(grant_commands.ClaimRole, claim=(*claims, bare), class_known=(True, False))
    yield from _each(grant_commands.Verify, until=(_UNTIL,), same_school=(True, False))
    yield from _each(grant_commands.Decline, reason=("", "unknown"), same_school=(True, False))
    yield from _each(grant_commands.Return, wanted=("", "a letter"), same_school=(True, False))
    yield from _each(
        grant_commands.DelegateGrant,
        to=("teacher", "deputy"),
        until=(_UNTIL, T0.date(), dt.date(2028, 1, 1)),
        eligible=(True, False),
    )
    yield from _each(grant_commands.EndDelegation)
    yield from _each(grant_commands.MapClass, new=("", "二班"))
    yield from _each(grant_commands.RevokeGrant, reason=("", "left"), same_school=(True, False))
    yield from _each(grant_commands.EndGrant)


def _application() -> Iterator[Content]:
    forms = tuple(FORMS[name] for name in ("whole", "class", "blank"))
    opened = (FORMS["whole"], FORMS["blank"], FORMS["impossible"])
    yield from _each(app.Open, form=opened, account_id=("acct",))
    yield from _each(app.Save, form=(FORMS["whole"], FORMS["class"]))
    seen = attrs.evolve(FORMS["whole"], class_name="三班")
    yield from _each(app.Save, form=(FORMS["class"],), expected_rev=(0, 1), base=(None, seen))
    proofs = (T0, T0 - dt.timedelta(hours=1))
    yield from _each(app.GrantConsent, text=("v1",), proved_at=proofs)
    yield from _each(app.Submit, basis=tuple(status.Basis), consent_text=("", "v1"), expected_rev=(0, 1))
    yield from _each(app.RecordMatch, rev=(0, 1), result=tuple(RESULTS.values()), teacher=(TEACHER, None))
    yield from _each(app.RetryMatch)
    yield from _each(app.Amend, form=forms, expected_rev=(0, 1))
    contested = ((), (("name", "it is so"),))
    yield from _each(app.Resubmit, form=forms, contested=contested, expected_rev=(0, 1))
    yield from _each(app.Resubmit, form=(FORMS["impossible"],), contested=contested[1:])
    yield from _each(app.RequestCorrection, form=forms, expected_rev=(0, 1))
    yield from _each(app.StartReverification, school_year=(2027,))
    yield from _each(app.EndGrace)
    yield from _each(app.Approve, basis=("known_in_person",), expected_rev=REVISIONS)
    yield from _each(app.ReturnForCorrection, items=(ITEMS, ()), expected_rev=REVISIONS)
    yield from _each(app.Reject, code=("NOT_MY_STUDENT", "BECAUSE"), expected_rev=REVISIONS)
    asked = {"statement": (PrivateText("please look again"),), "to": (TEACHER, None)}
    yield from _each(app.Appeal, **asked, expected_rev=(0, 1))
    yield from _each(app.Escalate)
    yield from _each(app.FlagDuplicate)
    yield from _each(app.Withdraw, expected_rev=(0, 1))
    yield from _each(app.WithdrawConsent, expected_rev=(0, 1))
    codes = ("FRAUD", "REPUDIATED", "BECAUSE")
    yield from _each(app.RevokeApplication, code=codes, seconded_by=("", "another"), expected_rev=(0, 1))
    yield from _each(app.Supersede, reason=("graduated",))
    yield from _each(app.ExpireApplication)


def _consent() -> Iterator[Content]:
    """
    Repeat the application for the effects of age and consent, a student of eleven and one of fifteen, of another
    guardian in the form, and of guardians who are linked.
    """
    forms = (FORMS["whole"], FORMS["grown"], FORMS["renamed"])
    asked = {"asker": (PrivateText("x"),), "phone": (_MOBILE,), "nonce": ("",), "minutes": (5,)}
    yield from _each(app.AskGuardian, guardian=("kin",), **asked)
    ways = (Confirmation.STUDENT, Confirmation.SEAT)
    yield from _each(app.LinkGuardian, guardian=("kin",), link=("L1",), way=ways)
    yield from _each(app.UnlinkGuardian, guardian=("kin",))
    yield from _each(app.WithdrawConsent)
    yield from _each(app.Open, form=forms, account_id=("acct",))
    yield from _each(app.Save, form=forms)
    yield from _each(app.GrantConsent, text=("v1",), proved_at=(T0,))
    yield from _each(app.Submit, basis=tuple(status.Basis), consent_text=("", "v1"))
    yield from _each(app.RecordMatch, rev=(1,), result=(RESULTS["agrees"], RESULTS["differs"]))
    for kind in (app.Amend, app.RequestCorrection):
        yield from _each(kind, form=forms, consent_text=("", "v1"))
    contested = ((("class_name", "it is so"),),)
    yield from _each(app.Resubmit, form=forms, contested=contested, consent_text=("", "v1"))
    yield from _each(app.ReturnForCorrection, items=(ITEMS,))
    yield from _each(app.Reject, code=("NOT_MY_STUDENT",))
    yield from _each(app.StartReverification, school_year=(2027,))
    yield from _each(app.Withdraw)


def _task() -> Iterator[Content]:
    barred = (frozenset({"acct"}),)
    to = {"about": (1,), "barred": barred, "findings": (("NOT_FOUND",), ())}
    yield from _each(task_commands.OpenTask, **to, assignee=("", "teacher", "acct"), level=(0,))
    yield from _each(task_commands.Assign, assignee=("teacher", "deputy", "acct"), eligible=(True, False))
    yield from _each(task_commands.ClaimTask, eligible=(True, False))
    yield from _each(task_commands.DelegateTask, to=("deputy", "acct"), eligible=(True, False))
    yield from _each(task_commands.StartReview, eligible=(True, False))
    yield from _each(task_commands.EndLease)
    decided = {"grant_active": (True, False), "eligible": (True, False), "expected_rev": REVISIONS}
    yield from _each(task_commands.CompleteReview, outcome=("approve",), second=(None, TEACHER), **decided)
    yield from _each(task_commands.CompleteReview, outcome=("return",), items=(ITEMS, ()), **decided)
    yield from _each(
        task_commands.CompleteReview, outcome=("reject",), code=("NOT_MY_STUDENT", "BECAUSE"), **decided
    )
    yield from _each(task_commands.SecondReview, agrees=(True, False), **decided)
    yield from _each(task_commands.EscalateTask, level=(1,), assignee=("", "deputy", "acct"))
    yield from _each(task_commands.RequireSecond, findings=(("DUPLICATE_APPLICATION",),))
    yield from _each(task_commands.RecallTask)
    yield from _each(task_commands.CancelTask)


def _card() -> Iterator[Content]:
    yield from _each(card.Issue, number=(_NUMBER, _NO_NUMBER))
    yield from _each(card.Replace, number=(_NUMBER, _NO_NUMBER))
    yield from _each(card.Suspend, reason=("", "lost"))
    for kind in (card.Reinstate, card.ExpireCard, card.Renew, card.Reissue):
        yield from _each(kind)
    yield from _each(card.RevokeCard, reason=("", "fraud"))


def _comms() -> Iterator[Content]:
    standing = (True, False)
    yield from _each(comms_card.ChooseExisting, phone=(_MOBILE, _LANDLINE), nonce=("",), card_active=standing)
    yield from _each(comms_card.ChooseBundled, card_active=standing)
    yield from _each(comms_card.CountGuess)
    yield from _each(comms_card.VerifyNumber, matches=(True, False))
    yield from _each(comms_card.CarrierAnswered, served=(True, False))
    for kind in (comms_card.ExpireChoice, comms_card.Retry, comms_card.Release):
        yield from _each(kind)


CONTENTS: dict[str, tuple[Content, ...]] = {
    "account": tuple(_account()),
    "account: links": tuple(_links()),
    "reviewer_grant": tuple(_grant()),
    "application": tuple(_application()),
    "application: consent": tuple(_consent()),
    "review_task": tuple(_task()),
    "card": tuple(_card()),
    "comms_card": tuple(_comms()),
}
"""Walk -> every kind of command with every content; a walk is named by its aggregate."""


RENAMING = frozenset({"application: consent"})
"""Walks whose forms name several guardians."""


def given(contents: Iterable[Content], subject: str, actors: Iterable[Actor] = ACTORS) -> tuple[Command, ...]:
    """Return each of *contents* to *subject* by each of *actors*."""
    return tuple(kind(subject=subject, by=by, at=T0, **fields) for kind, fields in contents for by in actors)


def _odd(command: Any) -> bool:
    """Return whether an importer resubmits a form with gaps, which enlarges the walk without new results."""
    again = isinstance(command, app.Amend | app.Resubmit | app.RequestCorrection)
    return again and command.by.role is Role.IMPORTER and command.form not in _WHOLE


_WHOLE = (FORMS["whole"], FORMS["class"], FORMS["grown"], FORMS["renamed"])


def offers(name: str) -> tuple[Command, ...]:
    """Return every command of the walk *name*, with every content, by every actor."""
    made = given(CONTENTS[name], "acct" if name.startswith("account") else "A")
    return tuple(c for c in made if not _odd(c))
