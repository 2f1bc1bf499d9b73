"""People's next commands: plausible in the current state; some are mistakes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from eduid_audit.simulator.people import SimulatedFamily
from eduid_audit.simulator.view import ViewOfWorld
from eduid_core.private import OtpCode, Phone, PrivateText
from eduid_core.service import commands as own
from eduid_core.workflow import Actor, Command, Role, card, comms_card
from eduid_core.workflow.account import commands as account_commands
from eduid_core.workflow.account import states as account
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application import states as status
from eduid_core.workflow.review_task import commands as task_commands
from eduid_core.workflow.review_task import states as task

__all__ = ["wish"]

ANYONE = Actor(id="", role=Role.ANONYMOUS)
PASSWORD = "long enough"  # noqa: S105 - of nobody
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)  # corrected when the command arrives
ITEMS = (status.ReturnItem("school", "SCHOOL_TO_CHECK"),)

Wish = Command | None


def wish(world: ViewOfWorld) -> Wish:
    """Return a person's next command, or None if they have none."""
    if world.chance.random() < 0.35:
        return _of_staff(world)
    family = _next_family(world)
    if not family.account:
        family.accounts += 1
        family.account = f"U-{family.number}-{family.accounts}"
    state = world.books.state("account", family.account)
    if not isinstance(state, account.ActiveAccount) or world.chance.random() < 0.25:
        return _of_owner(world, family, state)
    return _of_applicant(world, family)


def _next_family(world: ViewOfWorld) -> SimulatedFamily:
    """Return any family, but first one that waits for a code for its number: a code is soon entered."""

    def waits(family: SimulatedFamily) -> bool:
        cards = (world.books.state("comms_card", key) for key in family.applications)
        return any(isinstance(state, comms_card.OwnershipChallenge) for state in cards)

    waiting = [family for family in world.families if waits(family)]
    return world.chance.choice(waiting if waiting and world.chance.random() < 0.95 else world.families)


# --- accounts ------------------------------------------------------------------------------------------


def _of_owner(world: ViewOfWorld, family: SimulatedFamily, state: Any) -> Wish:
    by = Actor(id="", role=Role.ANONYMOUS, origin=family.actor.origin)
    about: dict[str, Any] = {"subject": family.account, "by": by, "at": NOW}
    if state is None:
        taken = world.chance.choice(world.families).account if world.chance.random() < 0.08 else ""
        name, password = PrivateText(taken or family.account), PrivateText(PASSWORD)
        return own.Register(role=Role.GUARDIAN, username=name, phone=family.phone, password=password, **about)
    if state.terminal:
        family.account = ""
        return None
    if isinstance(state, account.UsernameWanted):
        typed = family.account if world.chance.random() < 0.7 else world.chance.choice(world.families).account
        return account_commands.ChooseUsername(username=PrivateText(typed or family.account), **about)
    choice = world.chance.randrange(10)
    if state.codes is not None and choice < 7:
        return own.EnterCode(code=_code(world, family.phone), **about)
    if isinstance(state, account.ChallengeSent):
        return own.ResendCode(**about)
    return _of_active(world, choice, about, family)


def _code(world: ViewOfWorld, phone: Phone) -> OtpCode:
    """Return the newest code, an older one, or an invented one."""
    came = world.provider.inbox.get(phone.reveal("look"), [])
    if came and world.chance.random() < 0.85:
        return came[-1] if world.chance.random() < 0.8 else world.chance.choice(came)
    return OtpCode(f"{world.chance.randrange(10**6):06d}")


def _of_active(world: ViewOfWorld, choice: int, about: dict[str, Any], family: SimulatedFamily) -> Wish:
    right = world.chance.random() < 0.5
    password = PrivateText(PASSWORD if right else "a wrong guess")
    if choice < 3:
        name = PrivateText(family.account)
        return own.LogIn(username=name, password=password, **about)
    purpose = account.Purpose.RECOVERY if right else account.Purpose.PROOF
    if choice < 8:
        return account_commands.StartProof(purpose=purpose, nonce="", **about)
    if choice == 8:
        return own.Recover(password=PrivateText(PASSWORD), **about)
    phone = family.phone
    return account_commands.ChangePhone(phone=phone, nonce="", **{**about, "by": family.actor})


# --- applications --------------------------------------------------------------------------------------


def _of_applicant(world: ViewOfWorld, family: SimulatedFamily) -> Wish:
    about: dict[str, Any] = {"by": family.actor, "at": NOW}
    chance = world.chance
    if not family.applications or (chance.random() < 0.02 and len(family.applications) < 3):
        key = f"A-{family.number}-{len(family.applications)}"
        family.applications.append(key)
        return app.Open(subject=key, form=chance.choice(family.forms), **about)
    key = chance.choice(family.applications)
    state = world.books.state("application", key)
    about["subject"] = key
    if state is None:
        return app.Open(form=family.forms[0], **about)
    offers = OFFERS.get(type(state))
    if offers is None or state.file.account_id != family.account:
        return None
    return chance.choice(offers)(world, family, state, about)


def _form(world: ViewOfWorld, family: SimulatedFamily) -> Any:
    return world.chance.choice(family.forms)


def _sometimes(offer: Callable[..., Wish], per_cent: int) -> Callable[..., Wish]:
    def now_and_then(world: ViewOfWorld, *rest: Any) -> Wish:
        return offer(world, *rest) if world.chance.randrange(100) < per_cent else None

    return now_and_then


def _save(world: ViewOfWorld, family: SimulatedFamily, _: Any, about: dict[str, Any]) -> Wish:
    return app.Save(form=_form(world, family), **about)


def _consent(_: ViewOfWorld, __: SimulatedFamily, ___: Any, about: dict[str, Any]) -> Wish:
    return app.GrantConsent(text="text/1", proved_at=NOW, **about)


def _submit(_: ViewOfWorld, __: SimulatedFamily, ___: Any, about: dict[str, Any]) -> Wish:
    return app.Submit(consent_text="text/1", **about)


def _amend(world: ViewOfWorld, family: SimulatedFamily, _: Any, about: dict[str, Any]) -> Wish:
    return app.Amend(form=_form(world, family), **about)


def _mend(world: ViewOfWorld, family: SimulatedFamily, _: Any, about: dict[str, Any]) -> Wish:
    contested = (("school", "it is right"),) if world.chance.random() < 0.7 else ()
    return app.Resubmit(form=_form(world, family), contested=contested, **about)


def _correct(world: ViewOfWorld, family: SimulatedFamily, _: Any, about: dict[str, Any]) -> Wish:
    return app.RequestCorrection(form=_form(world, family), **about)


def _appeal(_: ViewOfWorld, __: SimulatedFamily, ___: Any, about: dict[str, Any]) -> Wish:
    return app.Appeal(statement=PrivateText("please look again"), **about)


def _withdraw(_: ViewOfWorld, __: SimulatedFamily, ___: Any, about: dict[str, Any]) -> Wish:
    return app.Withdraw(**about)


def _unconsent(_: ViewOfWorld, __: SimulatedFamily, ___: Any, about: dict[str, Any]) -> Wish:
    return app.WithdrawConsent(**about)


def _sim(world: ViewOfWorld, family: SimulatedFamily, _: Any, about: dict[str, Any]) -> Wish:
    state = world.books.state("comms_card", about["subject"])
    if isinstance(state, comms_card.OwnershipChallenge):
        return own.EnterNumberCode(code=_code(world, family.phone), **about)
    if isinstance(state, comms_card.FailedOrder):
        return comms_card.Retry(**about)
    if isinstance(state, comms_card.LinkedNumber | comms_card.ActiveCommsCard):
        return comms_card.Release(**about) if world.chance.random() < 0.5 else None
    if world.chance.random() < 0.5:
        return comms_card.ChooseExisting(phone=family.phone, nonce="", **about)
    return comms_card.ChooseBundled(**about)


def _card(world: ViewOfWorld, _: SimulatedFamily, __: Any, about: dict[str, Any]) -> Wish:
    state = world.books.state("card", about["subject"])
    if isinstance(state, card.ActiveCard):
        return card.Suspend(reason="lost", **about)
    return card.Reinstate(**about)


_OUT = (_sometimes(_withdraw, 10), _sometimes(_unconsent, 6))
OFFERS: dict[type, tuple[Callable[..., Wish], ...]] = {
    status.Draft: (_save, _consent, _submit, _submit, _submit, _submit, _OUT[0]),
    status.Submitted: (_amend, *_OUT),
    status.PendingReview: (_sometimes(_amend, 30), *_OUT),
    status.Returned: (_mend, _mend, _mend, _save, *_OUT),
    status.Rejected: (_appeal, _appeal, _OUT[0]),
    status.Approved: (*(_sim,) * 30, _card, _sometimes(_correct, 40), *_OUT),
}
"""Status -> the commands of the family."""


# --- staff ---------------------------------------------------------------------------------------------


def _of_staff(world: ViewOfWorld) -> Wish:
    """Let a reviewer look at a task; not always one with permission."""
    open_tasks = [k for k in world.books.applications if world.is_open(world.books.state("review_task", k))]
    if not open_tasks:
        return _takes_back(world)
    key = world.chance.choice(open_tasks)
    state = world.books.state("review_task", key)
    reviewer = _reviewer(world, state)
    if reviewer is None:
        return None
    about: dict[str, Any] = {"subject": key, "by": reviewer, "at": NOW}
    choice = world.chance.randrange(12)
    if isinstance(state, task.AwaitingSecond):
        return task_commands.SecondReview(agrees=choice < 9, expected_rev=state.revision, **about)
    if choice < 2:
        return (
            task_commands.StartReview(**about)
            if getattr(state, "assignee", "")
            else task_commands.ClaimTask(**about)
        )
    if choice < 3:
        return task_commands.DelegateTask(to=world.chance.choice(world.staff).actor.id, **about)
    return _decision(world, choice, state.revision, about)


def _reviewer(world: ViewOfWorld, state: Any) -> Actor | None:
    """Return the assignee of the task, a superior, or any reviewer."""
    given = getattr(state, "assignee", "")
    fitting = [s.actor for s in world.staff if s.actor.id == given or s.covers(state.brief.class_ref)]
    if fitting and world.chance.random() < 0.85:
        return world.chance.choice(fitting)
    return world.chance.choice(world.staff).actor


def _decision(world: ViewOfWorld, choice: int, revision: int, about: dict[str, Any]) -> Wish:
    """Decide: an honest reviewer approves a student they know, and returns or rejects another."""
    truth = world.truths[world.books.state("application", about["subject"]).form]
    expected = revision if choice < 11 else revision + 1
    if choice < 6:
        outcome = "approve" if truth.agrees else "return"
    else:
        outcome = world.chance.choice(("approve", "return", "reject"))
    return task_commands.CompleteReview(
        outcome=outcome,  # type: ignore[arg-type]
        items=ITEMS if outcome == "return" else (),
        code="NOT_MY_STUDENT" if outcome == "reject" else "",
        expected_rev=expected,
        **about,
    )


def _takes_back(world: ViewOfWorld) -> Wish:
    approved = [
        k for k in world.books.applications if isinstance(world.books.state("application", k), status.Approved)
    ]
    if not approved or world.chance.random() > 0.06:
        return None
    by = world.chance.choice(world.staff).actor
    return app.RevokeApplication(subject=world.chance.choice(approved), by=by, at=NOW, code="ISSUED_IN_ERROR")
