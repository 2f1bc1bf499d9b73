"""Journeys of families: accounts, codes, applications, cards."""

from __future__ import annotations

from typing import Any, Final

from eduid_audit.crash.steps import Journey, JourneyStep, fires, relays, says
from eduid_audit.crash.world import BEGAN, NUMBERS, form_of
from eduid_core.private import OtpCode, Phone, PrivateText
from eduid_core.service import EnterCode, EnterNumberCode, LogIn, Recover, Register, ResendCode
from eduid_core.workflow import Role, card, comms_card
from eduid_core.workflow.account import commands as account_commands
from eduid_core.workflow.account import states as account
from eduid_core.workflow.application import commands as app

__all__ = ["ACCOUNTS", "APPLICATIONS", "CARDS", "opened", "registers"]

_MINUTE: Final = 1 / 1440
PHONES: Final = {
    "mother": "15400001234",
    "father": "15400001235",
    "deputy": "15400003333",
    "head": "15400004444",
}
PASSWORD: Final = PrivateText("long enough")


def code(world: Any) -> OtpCode:
    """Return the newest code."""
    youngest: OtpCode = world.last_code()
    return youngest


def wrong(world: Any) -> OtpCode:
    """Return a code other than the newest."""
    zeros = OtpCode("000000")
    return OtpCode("111111") if world.last_code() == zeros else zeros


USERNAME: Final = PrivateText("mother")
WRONG_LOGIN: Final[dict[str, Any]] = {"username": USERNAME, "password": PrivateText("quite wrong")}


def registered(who: str, *, subject: str = "", days: float = 0) -> JourneyStep:
    """Return the step in which the person *who* begins to register."""
    fields = {"username": PrivateText(who), "phone": Phone(PHONES[who]), "password": PASSWORD}
    return says("anyone", Register, subject or who, days=days, role=Role.GUARDIAN, **fields)


def registers(who: str) -> tuple[JourneyStep, ...]:
    """Return the steps by which the person *who* gets an account."""
    return registered(who), relays(), says("anyone", EnterCode, who, code=code)


def opened(subject: str = "A-1", by: str = "mother", **changed: Any) -> tuple[JourneyStep, ...]:
    """Return the steps that submit a form; it agrees with the registry, unless it is *changed*."""
    number = changed.pop("number", NUMBERS[0])
    return (
        says(by, app.Open, subject, form=form_of(number, **changed)),
        says(by, app.Submit, subject, consent_text="v1"),
    )


def _proves(purpose: account.Purpose) -> tuple[JourneyStep, ...]:
    """Return the steps by which the phone is proved again."""
    return (
        says("mother", account_commands.StartProof, "mother", days=1, purpose=purpose, nonce=""),
        relays(),
        says("mother", EnterCode, "mother", code=code),
    )


ACCOUNTS: Final = (
    Journey("starts for the first time", (registered("mother"),), begins="nothing"),
    Journey("registers", registers("mother")),
    Journey(
        "asks for the code again",
        (
            registered("mother"),
            relays(),
            says("anyone", ResendCode, "mother", days=2 * _MINUTE),
            relays(),
            says("anyone", EnterCode, "mother", code=code),
        ),
    ),
    Journey(
        "guesses before it reads the code",
        (
            registered("mother"),
            relays(),
            *(says("anyone", EnterCode, "mother", code=wrong) for _ in range(2)),
            says("anyone", EnterCode, "mother", code=code),
        ),
    ),
    Journey(
        "guesses too often",
        (registered("mother"), relays(), *(says("anyone", EnterCode, "mother", code=wrong) for _ in range(6))),
    ),
    Journey(
        "gives up, and another takes the name",
        (registered("mother"), relays(), *fires(0.5), registered("mother", subject="other", days=0.6)),
    ),
    Journey(
        "finds the name taken",
        (registered("mother", subject="other"), *registers("father")),
        begins="family",
    ),
    Journey(
        "logs in, at first with a wrong password",
        (
            says("anyone", LogIn, "mother", **WRONG_LOGIN),
            says("anyone", LogIn, "mother", username=USERNAME, password=PASSWORD),
        ),
        begins="family",
    ),
    Journey(
        "is locked out and let in again",
        (
            *(says("anyone", LogIn, "mother", **WRONG_LOGIN) for _ in range(10)),
            relays(),
            *fires(0.5),
            says("anyone", LogIn, "mother", username=USERNAME, days=0.6, password=PASSWORD),
        ),
        begins="family",
    ),
    Journey(
        "recovers the account",
        (
            *_proves(account.Purpose.RECOVERY),
            says("mother", Recover, "mother", password=PrivateText("another one")),
            relays(),
        ),
        begins="family",
    ),
    Journey(
        "changes the phone",
        (
            *_proves(account.Purpose.PROOF),
            says(
                "mother",
                account_commands.ChangePhone,
                "mother",
                days=1.001,
                phone=Phone("15400001299"),
                nonce="",
            ),
            relays(),
            says("mother", EnterCode, "mother", code=code),
        ),
        begins="family",
    ),
    Journey(
        "appeals for a lost phone",
        (
            says("mother", account_commands.OpenAppeal, "mother", days=1),
            says(
                "head",
                account_commands.ResolveAppeal,
                "mother",
                granted=True,
                phone=Phone("15400001299"),
                nonce="",
            ),
            relays(),
            says("mother", EnterCode, "mother", code=code),
        ),
        begins="school",
    ),
    Journey("closes the account", (says("mother", account_commands.CloseAccount, "mother"),), begins="family"),
)

APPLICATIONS: Final = (
    Journey("agrees and is approved", (*opened(), relays()), begins="family"),
    Journey(
        "saves, consents and hands in",
        (
            says("mother", app.Open, form=form_of(name="陈")),
            says("mother", app.Save, form=form_of()),
            says("mother", app.GrantConsent, text="v1", proved_at=BEGAN),
            says("mother", app.Submit, consent_text="v1"),
            relays(),
        ),
        begins="family",
    ),
    Journey("lets a draft expire", (says("mother", app.Open, form=form_of()), *fires(31)), begins="family"),
    Journey(
        "withdraws a draft",
        (says("mother", app.Open, form=form_of()), says("mother", app.Withdraw)),
        begins="family",
    ),
    Journey(
        "is given back by the machine and mends it",
        (*opened(name="陈小雨2"), relays(), says("mother", app.Resubmit, form=form_of()), relays()),
        begins="family",
    ),
    Journey(
        "lets a return expire",
        (*opened(name="陈小雨2"), relays(), *fires(15)),
        begins="family",
    ),
    Journey(
        "edits while it waits and agrees",
        (*opened(school="南京市云杉小学"), says("mother", app.Amend, form=form_of()), relays()),
        begins="family",
    ),
    Journey(
        "withdraws while it waits",
        (*opened(school="南京市云杉小学"), relays(), says("mother", app.Withdraw)),
        begins="family",
    ),
    Journey(
        "applies for the second time and is seen",
        (*opened(), *opened("A-2", "father", guardian_phone="15400001235"), relays()),
        begins="family",
    ),
    Journey(
        "corrects what was approved",
        (says("mother", app.RequestCorrection, form=form_of(guardian_phone="15400001299")), relays()),
        begins="approved",
    ),
    Journey(
        "drops a correction",
        (
            says("mother", app.RequestCorrection, form=form_of(school="南京市云杉小学")),
            relays(),
            says("mother", app.Withdraw),
        ),
        begins="approved",
    ),
    Journey("takes the consent back", (says("mother", app.WithdrawConsent), relays()), begins="approved"),
)

_CHOSEN = says("mother", comms_card.ChooseBundled)

CARDS: Final = (
    Journey(
        "loses the card and has it found",
        (
            says("mother", card.Suspend, reason="lost"),
            says("head", card.Reinstate),
            says("head", card.Reissue),
        ),
        begins="approved",
    ),
    Journey(
        "links a number",
        (
            says("mother", comms_card.ChooseExisting, days=1, phone=Phone("15400001234"), nonce=""),
            relays(),
            says("mother", EnterNumberCode, code=wrong),
            says("mother", EnterNumberCode, code=code),
            says("mother", comms_card.Release),
        ),
        begins="approved",
    ),
    Journey(
        "lets a number's code expire",
        (
            says("mother", comms_card.ChooseExisting, days=1, phone=Phone("15400001234"), nonce=""),
            relays(),
            *fires(1.5),
        ),
        begins="approved",
    ),
    Journey("orders a SIM", (_CHOSEN, relays()), begins="approved"),
    Journey(
        "orders a SIM again",
        (_CHOSEN, says("mother", comms_card.Retry, days=0.1)),
        begins="approved",
        carrier="refuses first",
    ),
    Journey("orders a SIM and waits in vain", (_CHOSEN, *fires(2)), begins="approved", carrier="pending"),
    Journey(
        "loses the card with the SIM beside it",
        (_CHOSEN, says("head", card.RevokeCard, reason="misused")),
        begins="approved",
    ),
)
