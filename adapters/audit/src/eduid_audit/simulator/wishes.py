"""People's next commands: plausible in the current state; some are mistakes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from eduid_audit.simulator.people import SimulatedFamily
from eduid_audit.simulator.staff import NOW, of_staff
from eduid_audit.simulator.view import ViewOfWorld
from eduid_core.private import OtpCode, Phone, PrivateText
from eduid_core.service import commands as own
from eduid_core.workflow import Actor, Command, Role, card, comms_card
from eduid_core.workflow.account import commands as account_commands
from eduid_core.workflow.account import states as account
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application import states as status
from eduid_core.workflow.forms import FIELDS, is_blank

__all__ = ["wish"]

ANYONE = Actor(id="", role=Role.ANONYMOUS)
PASSWORD = "long enough"  # noqa: S105 - of nobody

Wish = Command | None


def wish(world: ViewOfWorld) -> Wish:
    """Return a person's next command, or None if they have none."""
    if world.chance.random() < 0.35:
        return of_staff(world)
    family = _next_family(world)
    if not family.account:
        family.accounts += 1
        family.account = f"U-{family.number}-{family.accounts}"
    state = world.books.state("account", family.account)
    if not isinstance(state, account.ActiveAccount) or world.chance.random() < 0.25:
        return _of_owner(world, family, state)
    return _of_applicant(world, family)


def _next_family(world: ViewOfWorld) -> SimulatedFamily:
    """
    Return any family, but first one that waits for a code: a code is soon entered. Who waits for an answer
    about their account seldom asks again meanwhile.
    """

    def waits(family: SimulatedFamily) -> bool:
        cards = (world.books.state("comms_card", key) for key in family.applications)
        return any(isinstance(state, comms_card.OwnershipChallenge) for state in cards)

    def has_code(family: SimulatedFamily) -> bool:
        state = world.books.state("account", family.account)
        return getattr(state, "codes", None) is not None and family.account not in asked

    asked = world.asked_about()
    waiting = [family for family in world.families if waits(family)]
    if waiting and world.chance.random() < 0.95:
        return world.chance.choice(waiting)
    registering = [family for family in world.families if has_code(family)]
    if registering and world.chance.random() < 0.6:
        return world.chance.choice(registering)
    patient = [f for f in world.families if f.account not in asked]
    return world.chance.choice(patient if patient and world.chance.random() < 0.9 else world.families)


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
    came = world.provider.inbox.get(family.phone.reveal("look"))
    if isinstance(state, account.ChallengeSent) and not came and choice:
        return None  # a code is on its way: hardly anybody guesses at one
    if state.codes is not None and choice < 9:
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
    own = {k: world.books.state("application", k) for k in family.applications}
    theirs = (status.Returned, status.Rejected, status.Draft)
    mendable = [k for k, state in own.items() if isinstance(state, theirs)]
    key = chance.choice(mendable if mendable and chance.random() < 0.6 else family.applications)
    state = own[key]
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
    """Replace the whole draft: what is blank in the form is emptied."""
    form = _form(world, family)
    blank = tuple(name for name in FIELDS if is_blank(getattr(form, name)))
    return app.Save(form=form, clear=blank, **about)


def _consent(_: ViewOfWorld, __: SimulatedFamily, ___: Any, about: dict[str, Any]) -> Wish:
    return app.GrantConsent(text="text/1", proved_at=NOW, **about)


def _submit(_: ViewOfWorld, __: SimulatedFamily, ___: Any, about: dict[str, Any]) -> Wish:
    return app.Submit(consent_text="text/1", **about)


def _amend(world: ViewOfWorld, family: SimulatedFamily, _: Any, about: dict[str, Any]) -> Wish:
    return app.Amend(form=_form(world, family), consent_text="text/1", **about)


def _mend(world: ViewOfWorld, family: SimulatedFamily, _: Any, about: dict[str, Any]) -> Wish:
    contested = (("school", "it is right"),) if world.chance.random() < 0.7 else ()
    form = _form(world, family)
    return app.Resubmit(form=form, contested=contested, consent_text="text/1", **about)


def _correct(world: ViewOfWorld, family: SimulatedFamily, _: Any, about: dict[str, Any]) -> Wish:
    return app.RequestCorrection(form=_form(world, family), consent_text="text/1", **about)


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
