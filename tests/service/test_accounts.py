"""What a person gives is compared by the service; what only the service can know is taken from nobody."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from eduid_core.findings import Refused
from eduid_core.private import OtpCode, Phone, PrivateText
from eduid_core.service import EnterCode, EnterNumberCode, LogIn, Recover, Register, ResendCode
from eduid_core.service.handlers.dispatch import INNER
from eduid_core.testing.doubles import NUMBERS, form_of
from eduid_core.workflow import Actor, Command, Role, comms_card
from eduid_core.workflow.account import commands as account_commands
from eduid_core.workflow.account import states as account
from eduid_core.workflow.application import commands as app

from .house import ANYONE, NOW, House

PASSWORD = PrivateText("long enough")


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def about(subject: str, by: Actor = ANYONE, after_s: int = 0, **more: Any) -> dict[str, Any]:
    return {"subject": subject, "by": by, "at": NOW + dt.timedelta(seconds=after_s), **more}


def code(answer: Any) -> str:
    return answer.code if isinstance(answer, Refused) else "done"


CONTENT: dict[type[Command], dict[str, Any]] = {
    account_commands.StartRegistration: {
        "role": Role.GUARDIAN,
        "username": PrivateText("x"),
        "phone": Phone("15400001234"),
        "password_hash": "x",
        "nonce": "00",
    },
    account_commands.VerifyChallenge: {"matches": True},
    account_commands.RecordLogin: {"right": True},
    account_commands.CompleteRecovery: {"password_hash": "x"},
    comms_card.VerifyNumber: {"matches": True},
    app.Approve: {"basis": "known_in_person"},
    app.ReturnForCorrection: {"items": ()},
    app.Reject: {"code": "NOT_MY_STUDENT"},
}


@pytest.mark.parametrize("kind", sorted(INNER, key=lambda k: (k.__module__, k.__name__)))
def test_what_only_the_service_can_know_is_taken_from_nobody(house: House, kind: type[Command]) -> None:
    by = house.registered()
    for actor in (by, ANYONE, Actor(id="system", role=Role.SYSTEM)):
        content = {f.name: None for f in attrs.fields(kind) if f.init} | CONTENT.get(kind, {})
        command = kind(**(content | about("acct", actor)))

        assert code(house.service.handle(command)) == "forbidden"


def test_the_right_password_logs_in_and_ten_wrong_ones_lock(house: House) -> None:
    house.registered()

    assert house.service.handle(LogIn(username=PrivateText("acct"), password=PASSWORD, **about("acct"))).ok
    for _ in range(10):
        wrong = LogIn(username=PrivateText("acct"), password=PrivateText("quite wrong"), **about("acct"))
        assert code(house.service.handle(wrong)) == "login_failed"
    assert isinstance(house.service.state("account", "acct"), account.LockedAccount)
    assert (
        code(house.service.handle(LogIn(username=PrivateText("acct"), password=PASSWORD, **about("acct"))))
        == "login_failed"
    )


def test_a_wrong_password_given_again_under_its_key_stays_wrong_and_is_counted_once(house: House) -> None:
    """A client that was not answered asks again; that must neither open the account nor count twice."""
    house.registered()
    wrong = LogIn(username=PrivateText("acct"), password=PrivateText("quite wrong"), key="k", **about("acct"))

    assert [code(house.service.handle(wrong)) for _ in range(3)] == ["login_failed"] * 3
    assert house.service.state("account", "acct").standing.failures == 1


def test_under_the_key_of_a_wrong_password_no_other_is_compared(house: House) -> None:
    """Else one key would buy any number of guesses that nobody counts."""
    house.registered()
    house.service.handle(
        LogIn(username=PrivateText("acct"), password=PrivateText("quite wrong"), key="k", **about("acct"))
    )

    for guess in (PrivateText("wrong as well"), PASSWORD):
        assert (
            code(
                house.service.handle(
                    LogIn(username=PrivateText("acct"), password=guess, key="k", **about("acct"))
                )
            )
            == "login_failed"
        )
    assert house.service.handle(
        LogIn(username=PrivateText("acct"), password=PASSWORD, key="another", **about("acct"))
    ).ok


@pytest.mark.parametrize("what", ["failed", "accepted"])
def test_no_key_leads_to_what_was_kept_of_another(house: House, what: str) -> None:
    """What is kept of a failure is that it was recorded, which is no leave to come in."""
    house.registered()
    wrong = LogIn(username=PrivateText("acct"), password=PrivateText("quite wrong"), key="k", **about("acct"))
    right = LogIn(username=PrivateText("acct"), password=PASSWORD, key="k", **about("acct"))
    for given in (wrong, right) if what == "failed" else (right, wrong):
        house.service.handle(given)

    for given in (wrong, right):
        guessed = attrs.evolve(given, key=f"k\x1f{what}")
        assert code(house.service.handle(guessed)) == "idempotency_conflict"


def test_no_key_makes_a_guess_that_was_counted_one_that_was_right(house: House) -> None:
    names = {"username": PrivateText("mum"), "phone": Phone("15400001234"), "password": PASSWORD}
    assert house.service.handle(Register(role=Role.GUARDIAN, **names, **about("acct"))).ok
    for key in ("k", "k\x1fcounted"):
        guess = EnterCode(code=OtpCode("000000"), **about("acct", key=key))
        assert not house.service.handle(guess).ok


def test_a_login_given_again_is_answered_alike_and_recorded_once(house: House) -> None:
    house.registered()
    log_in = LogIn(username=PrivateText("acct"), password=PASSWORD, key="k", **about("acct"))

    first, again = (house.service.handle(log_in) for _ in range(2))

    assert first.ok
    assert again == first
    assert again.token not in {None, first.token}, "each success begins a session of its own"
    assert [e.name for e in house.service.history("account", "acct")].count("LoginSucceeded") == 1
    other = LogIn(username=PrivateText("acct"), password=PrivateText("quite wrong"), key="k", **about("acct"))
    assert code(house.service.handle(other)) == "idempotency_conflict"


def recovered(house: House, password: str) -> None:
    ask = account_commands.StartProof(purpose=account.Purpose.RECOVERY, nonce="", **about("acct", after_s=90))
    assert house.service.handle(ask).ok
    house.service.send_messages()
    assert house.service.handle(EnterCode(code=house.sms.last_code(), **about("acct", after_s=100))).ok
    assert house.service.handle(Recover(password=PrivateText(password), **about("acct", after_s=100))).ok


def closed(house: House) -> None:
    by = Actor(id="acct", role=Role.GUARDIAN)
    assert house.service.handle(account_commands.CloseAccount(**about("acct", by, after_s=90))).ok


@pytest.mark.parametrize("changed", [lambda house: recovered(house, "another one"), closed])
def test_what_once_logged_in_does_not_once_the_password_or_the_account_is_no_more(
    house: House, changed: Callable[[House], None]
) -> None:
    """An answer that was kept is no door: the password is compared with what stands now."""
    house.registered()
    log_in = LogIn(username=PrivateText("acct"), password=PASSWORD, key="k", **about("acct"))
    assert house.service.handle(log_in).ok
    changed(house)
    late = attrs.evolve(log_in, at=NOW + dt.timedelta(days=100))

    assert [code(house.service.handle(late)) for _ in range(3)] == ["login_failed"] * 3
    names = [e.name for e in house.service.history("account", "acct")]
    assert names.count("LoginFailed") <= 1


def test_an_account_that_is_not_there_answers_as_one_with_another_password(house: House) -> None:
    answer = house.service.handle(LogIn(username=PrivateText("nobody"), password=PASSWORD, **about("nobody")))

    assert answer == Refused("login_failed")
    assert house.service.state("account", "nobody") is None


def test_an_account_is_recovered_by_its_phone_alone(house: House) -> None:
    house.registered()
    early = Recover(password=PrivateText("another one"), **about("acct", after_s=90))
    assert code(house.service.handle(early)) == "ticket_wrong"
    ask = account_commands.StartProof(purpose=account.Purpose.RECOVERY, nonce="", **about("acct", after_s=90))
    assert house.service.handle(ask).ok
    house.service.send_messages()

    assert house.service.handle(EnterCode(code=house.sms.last_code(), **about("acct", after_s=100))).ok
    assert (
        code(house.service.handle(Recover(password=PrivateText("short"), **about("acct"))))
        == "password_too_weak"
    )
    endless = Recover(password=ENDLESS, **about("acct"))
    assert code(house.service.handle(endless)) == "password_too_long"
    recover = Recover(password=PrivateText("another one"), **about("acct", after_s=100))
    assert house.service.handle(recover).ok

    assert (
        code(
            house.service.handle(
                LogIn(username=PrivateText("acct"), password=PASSWORD, **about("acct", after_s=101))
            )
        )
        == "login_failed"
    )
    assert house.service.handle(
        LogIn(username=PrivateText("acct"), password=PrivateText("another one"), **about("acct", after_s=102))
    ).ok


ENDLESS = PrivateText("e" + "\N{COMBINING GRAVE ACCENT}\N{COMBINING DOT BELOW}" * 15_000)
"""To normalise it takes time by the square of its length: seconds in which nobody else is served."""


def test_an_endless_password_is_refused_before_anything_is_made_of_it(house: House) -> None:
    house.registered()
    names = {"username": PrivateText("mum"), "phone": Phone("15400001235")}
    commands = [
        Register(role=Role.GUARDIAN, **names, **about("mum"), password=ENDLESS),
        LogIn(username=PrivateText("acct"), password=ENDLESS, **about("acct")),
        LogIn(username=PrivateText("nobody"), password=ENDLESS, **about("nobody")),
    ]

    began = time.process_time()
    answers = [house.service.handle(command) for command in commands]

    too_long, failed = Refused("password_too_long", {"max": 256}), Refused("login_failed")
    assert answers == [too_long, failed, failed]
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(("length", "answer"), [(256, "done"), (257, "password_too_long")])
def test_a_password_may_have_256_characters(house: House, length: int, answer: str) -> None:
    names = {"username": PrivateText("mum"), "phone": Phone("15400001235")}
    long = PrivateText("峰" * length)
    assert (
        code(house.service.handle(Register(role=Role.GUARDIAN, password=long, **names, **about("m")))) == answer
    )


def test_nobody_chooses_the_nonce_of_a_code(house: House) -> None:
    """With a nonce of one's own an old code could be made to come again."""
    house.registered()
    for after in (90, 200):
        ask = account_commands.StartProof(
            purpose=account.Purpose.PROOF, nonce="00" * 16, **about("acct", after_s=after)
        )
        assert house.service.handle(ask).ok
    state: Any = house.service.state("account", "acct")

    nonces = [c.nonce for c in state.codes.challenges]

    assert len(set(nonces)) == len(nonces)
    assert "00" * 16 not in nonces


def test_a_guess_given_again_under_its_key_is_counted_once(house: House) -> None:
    names = {"username": PrivateText("mum"), "phone": Phone("15400001234"), "password": PASSWORD}
    assert house.service.handle(Register(role=Role.GUARDIAN, **names, **about("acct"))).ok
    guess = EnterCode(code=OtpCode("000000"), **about("acct", key="k-1"))

    answers = [house.service.handle(guess) for _ in range(3)]
    changed = house.service.handle(EnterCode(code=OtpCode("000001"), **about("acct", key="k-1")))
    other = house.service.handle(EnterCode(code=OtpCode("000000"), **about("acct", key="k-2")))

    assert answers == [Refused("challenge_mismatch", {"left": 4})] * 3
    assert changed == Refused("idempotency_conflict")
    assert other == Refused("challenge_mismatch", {"left": 3})


def test_a_guess_given_again_is_counted_again_for_every_new_code(house: House) -> None:
    """Else one guess, counted once, would be compared with every code that is asked for later."""
    names = {"username": PrivateText("mum"), "phone": Phone("15400001234"), "password": PASSWORD}
    assert house.service.handle(Register(role=Role.GUARDIAN, **names, **about("acct"))).ok
    answers = []
    for after_s in (1, 201, 401):
        guess = EnterCode(code=OtpCode("000000"), **about("acct", key="k", after_s=after_s))
        answers += [house.service.handle(guess) for _ in range(2)]
        assert house.service.handle(ResendCode(**about("acct", after_s=after_s + 190))).ok

    assert answers == [Refused("challenge_mismatch", {"left": n}) for n in (4, 4, 3, 3, 2, 2)]


def test_a_guess_at_a_number_is_counted_again_for_every_new_code(house: House) -> None:
    by = house.registered()
    house.handed_in("A-1", by, form_of())
    for after_s in (0, 400):
        choose = comms_card.ChooseExisting(phone=Phone("15400007777"), nonce="", **about("A-1", by, after_s))
        assert house.service.handle(choose).ok
        guess = EnterNumberCode(code=OtpCode("000000"), **about("A-1", by, after_s + 1, key="k"))
        assert [code(house.service.handle(guess)) for _ in range(2)] == ["challenge_mismatch"] * 2
        state: Any = house.service.state("comms_card", "A-1")
        assert state.tries == 1
        assert house.service.handle(comms_card.Release(**about("A-1", by, after_s + 2))).ok


def test_the_time_of_a_proof_stands_in_the_account(house: House) -> None:
    """A guardian consents within minutes of having proved the phone, whatever the command says."""
    by = house.registered()
    assert house.service.handle(app.Open(form=form_of(), **about("A-1", by))).ok
    late = about("A-1", by, after_s=3600)

    claimed = app.GrantConsent(text="v1", proved_at=late["at"], **late)

    assert code(house.service.handle(claimed)) == "challenge_required"
    fresh = app.GrantConsent(text="v1", proved_at=NOW - dt.timedelta(days=9), **about("A-1", by, after_s=60))
    assert house.service.handle(fresh).ok
    stranger = Actor(id="stranger", role=Role.GUARDIAN)
    assert code(house.service.handle(app.GrantConsent(text="v1", proved_at=NOW, **about("A-1", stranger)))) in {
        "challenge_required",
        "forbidden",
    }


def test_a_number_for_the_comms_card_is_proved_by_its_own_code(house: House) -> None:
    by = house.registered()
    house.handed_in("A-1", by, form_of())
    choose = comms_card.ChooseExisting(phone=Phone("15400007777"), nonce="", **about("A-1", by))
    assert house.service.handle(choose).ok
    house.service.send_messages()
    right = house.sms.last_code()
    wrong = OtpCode("000000" if right != OtpCode("000000") else "111111")

    answers = [
        house.service.handle(EnterNumberCode(code=c, **about("A-1", by, after_s=9, key=k)))
        for c, k in ((wrong, "1"), (wrong, "1"), (right, "2"))
    ]

    assert [code(a) for a in answers] == ["challenge_mismatch", "challenge_mismatch", "done"]
    state: Any = house.service.state("comms_card", "A-1")
    assert state.phone == Phone("15400007777")


def test_many_commands_are_answered_one_by_one(house: House) -> None:
    """One that is refused takes none of the others along."""
    by = house.registered()
    forms = [form_of(n) for n in NUMBERS]
    opened = house.service.handle_many([app.Open(form=f, **about(f"A-{i}", by)) for i, f in enumerate(forms)])
    answers = house.service.handle_many(
        [app.Submit(consent_text="v1" if i != 1 else "", **about(f"A-{i}", by)) for i in range(3)]
    )

    assert all(a.ok for a in opened)
    assert [code(a) for a in answers] == ["done", "guardian_consent_required", "done"]
    states: list[Any] = [house.service.state("application", f"A-{i}") for i in range(3)]
    assert [s.status for s in states] == ["approved", "draft", "approved"]
