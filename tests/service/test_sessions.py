"""
Sessions, tickets and the second factor, on a service that trusts nobody: every actor here comes from it, and
every id.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduid_core import commands
from eduid_core.findings import CallerError, Refused
from eduid_core.private import OtpCode, Phone, PrivateText
from eduid_core.service.ids import id_of, is_id
from eduid_core.testing.doubles import CLASS, NUMBERS, form_of, totp_of
from eduid_core.workflow import Actor, Role
from eduid_core.workflow.account.states import Purpose
from eduid_core.workflow.reviewer_grant.states import Position

from .town import PASSWORD, PHONE, Town, seat


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def code(answer: Any) -> str:
    return "" if answer.ok else answer.code


def test_a_family_gets_through_with_what_the_answers_bring(town: Town) -> None:
    """Register, code, log in, open, submit: no id and no actor of the caller's making is needed."""
    account_id = town.register("chen", PHONE)
    logged_in = town.log_in("chen")
    by = town.service.actor(logged_in.token, origin="198.51.100.7")
    assert (logged_in.subject, by.id, by.role, by.assurance) == (account_id, account_id, Role.GUARDIAN, 1)

    opened: Any = town.service.handle(commands.Open(by=by, form=form_of()))
    assert is_id(opened.subject)
    assert is_id(account_id)
    handed_in = commands.Submit(by=by, subject=opened.subject, consent_text="v1", key="submit")
    assert town.service.handle(handed_in).ok
    state: Any = town.service.state("application", opened.subject)

    assert state.status == "approved"
    assert state.file.account_id == account_id
    (event, *_) = town.service.history("application", opened.subject)
    assert event.stamp.at == town.now, "the time is that of the service's clock"


def test_an_open_given_again_under_its_key_is_the_same_application(town: Town) -> None:
    """The service makes the id, so a repeated request must not make a second one."""
    town.register("chen", PHONE)
    by = town.owner("chen")
    opening = commands.Open(by=by, form=form_of(), key="open")

    first, again = town.service.handle(opening), town.service.handle(opening)

    assert first == again
    assert town.service.handle(attrs.evolve(opening, key="another")).subject != first.subject  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", [commands.Open, commands.Register])
def test_an_id_of_the_callers_own_is_refused(town: Town, kind: Any) -> None:
    """A guardian who opens drafts under the ids a school will use would own what the school hands in."""
    town.register("chen", PHONE)
    fields = {"form": form_of()} if kind is commands.Open else {"role": Role.GUARDIAN, "password": PASSWORD}
    if kind is commands.Register:
        fields |= {"username": PrivateText("x"), "phone": Phone("15400005678")}

    with pytest.raises(CallerError, match="the service makes the id"):
        town.service.handle(kind(by=town.owner("chen"), subject="2026-0001", **fields))


def test_a_time_of_the_callers_own_is_refused(town: Town) -> None:
    """A proof dated in the future would be fresh for ever."""
    town.register("chen", PHONE)
    ahead = town.now + dt.timedelta(days=400)

    with pytest.raises(CallerError, match="the clock of the service counts"):
        town.service.handle(commands.Open(by=town.owner("chen"), form=form_of(), at=ahead))


def test_an_id_made_up_is_no_actor_and_a_token_made_up_is_no_session(town: Town) -> None:
    account_id = town.register("chen", PHONE)

    with pytest.raises(CallerError, match="an actor given out by this service is wanted"):
        town.service.handle(commands.Open(by=Actor(id=account_id, role=Role.GUARDIAN), form=form_of()))
    for token in ("", account_id, "x" * 43, "令牌"):
        assert town.service.actor(token) == Refused("session_ended")


def test_an_account_has_no_role_that_it_was_not_registered_in(town: Town) -> None:
    account_id = town.register("chen", PHONE)
    token = town.log_in("chen").token

    for role in set(Role) - {Role.GUARDIAN}:
        assert town.service.actor(token, role=role) == Refused("forbidden")
        assert town.service.acting(account_id, role) == Refused("forbidden")


# --- the end of a session ------------------------------------------------------------------------------


def opens(town: Town, by: Any) -> str:
    return code(town.service.handle(commands.Open(by=by, form=form_of())))


def test_a_session_ends_with_its_rest_and_with_its_life(town: Town) -> None:
    town.register("gao", PHONE, Role.TEACHER)
    token = town.log_in("gao").token
    by: Any = town.service.actor(token)
    ending = commands.EndSession(by=by, subject=by.id, session="another")
    for _ in range(12):
        town.later(minutes=59)
        assert town.service.handle(ending).ok, "a session in use goes on"
    town.later(minutes=59)
    assert code(town.service.handle(ending)) == "session_ended", "to its life of twelve hours"

    token = town.log_in("gao").token
    town.later(minutes=60)
    assert town.service.actor(token) == Refused("session_ended"), "after an hour of rest"


def test_what_ends_a_session_ends_it_at_once_for_the_actor_in_hand(town: Town) -> None:
    """Log-out, the list of sessions, a new password, a closed account (SNU-H74)."""
    account_id = town.register("chen", PHONE)
    token, by = (answer := town.log_in("chen")).token, town.service.actor(answer.token)
    town.service.log_out(token)
    assert opens(town, by) == "session_ended"

    one, other = town.owner("chen"), town.owner("chen")
    listed = town.service.sessions(by=one)
    assert len(listed) == 2
    assert token not in str(listed)
    ending = commands.EndSession(by=one, subject=account_id, session=other.session)
    assert town.service.handle(ending).ok
    assert (opens(town, other), opens(town, one)) == ("session_ended", "")

    recover(town, account_id, PrivateText("another one"))
    assert opens(town, one) == "session_ended"

    last = town.service.actor(town.log_in("chen", password=PrivateText("another one")).token)
    assert town.service.handle(commands.CloseAccount(by=last, subject=account_id)).ok  # type: ignore[arg-type]
    assert opens(town, last) == "session_ended"


def test_one_ends_only_sessions_of_ones_own(town: Town) -> None:
    town.register("chen", PHONE)
    victim = town.register("wang", "15400005678")
    by, other = town.owner("chen"), town.owner("wang")

    stolen = commands.EndSession(by=by, subject=victim, session=other.session)
    assert code(town.service.handle(stolen)) == "forbidden"
    crossed = commands.EndSession(by=by, subject=by.id, session=other.session)
    assert town.service.handle(crossed).ok
    assert opens(town, other) == "", "the session of another account goes on"


def test_an_account_has_at_most_twenty_sessions(town: Town) -> None:
    town.register("chen", PHONE)
    first = town.owner("chen")
    for _ in range(20):
        town.later(seconds=1)
        last = town.owner("chen")

    assert len(town.service.sessions(by=last)) == 20
    assert opens(town, first) == "session_ended"


def test_no_token_stands_in_the_store(town: Town) -> None:
    town.register("chen", PHONE)
    tokens = [town.log_in("chen").token for _ in range(3)]
    secret, _ = town.with_factor("chen")
    stored = b"".join(path.read_bytes() for path in town.store_files())

    assert not any(token.encode() in stored for token in (*tokens, secret))


# --- tickets -------------------------------------------------------------------------------------------


def ask(town: Town, account_id: str, **more: Any) -> Any:
    by = more.pop("by", None) or town.stranger()
    asked = town.service.handle(
        commands.StartProof(by=by, subject=account_id, purpose=Purpose.RECOVERY, **more)
    )
    town.service.send_messages()
    return asked


def enter(town: Town, account_id: str, ticket: str | None, typed: OtpCode) -> Any:
    entering = commands.EnterCode(by=town.stranger(), subject=account_id, ticket=ticket or "", code=typed)
    return town.service.handle(entering)


def recover(town: Town, account_id: str, password: PrivateText) -> None:
    town.later(minutes=2)
    proved = enter(town, account_id, ask(town, account_id).ticket, town.sms.last_code())
    new = commands.Recover(by=town.stranger(), subject=account_id, ticket=proved.ticket, password=password)
    assert town.service.handle(new).ok
    assert code(town.service.handle(new)) == "ticket_wrong", "a ticket serves once"


def test_a_stranger_spends_no_guess_of_the_owner(town: Town) -> None:
    account_id = town.register("chen", PHONE)
    town.later(minutes=2)
    asked = ask(town, account_id)

    for ticket in ("", "x", asked.ticket.lower()):
        assert code(enter(town, account_id, ticket, OtpCode("000000"))) == "ticket_wrong"
    assert enter(town, account_id, asked.ticket, town.sms.last_code()).ok


def test_a_stranger_voids_no_code_on_its_way_and_holds_up_nobody_for_long(town: Town) -> None:
    """While a code is valid its flow belongs to the ticket; afterwards another one begins, with five attempts."""
    account_id = town.register("chen", PHONE)
    town.later(minutes=2)
    strangers = ask(town, account_id)
    assert code(ask(town, account_id)) == "resend_too_soon"
    for _ in range(5):
        enter(town, account_id, strangers.ticket, OtpCode("000000"))

    town.later(minutes=5)
    mine = ask(town, account_id)
    assert code(enter(town, account_id, strangers.ticket, OtpCode("000000"))) == "ticket_wrong"
    assert enter(town, account_id, mine.ticket, town.sms.last_code()).ok


def test_a_password_is_set_by_whoever_entered_the_code_and_nobody_beside(town: Town) -> None:
    """`Recover` by another session than the one that entered the code."""
    account_id = town.register("chen", PHONE)
    town.later(minutes=2)
    asked = ask(town, account_id)
    proved = enter(town, account_id, asked.ticket, town.sms.last_code())
    for ticket in ("", asked.ticket, "x"):
        stolen = commands.Recover(
            by=town.stranger(), subject=account_id, ticket=ticket, password=PrivateText("of a thief")
        )
        assert code(town.service.handle(stolen)) == "ticket_wrong"

    mine = commands.Recover(by=town.stranger(), subject=account_id, ticket=proved.ticket, password=PASSWORD)
    assert town.service.handle(mine).ok


def test_a_registration_under_way_is_changed_by_the_holder_of_its_ticket_only(town: Town) -> None:
    names = {"username": PrivateText("chen"), "phone": Phone(PHONE), "password": PASSWORD}
    sent: Any = town.service.handle(commands.Register(by=town.stranger(), role=Role.GUARDIAN, **names))
    town.later(minutes=2)
    for ticket in ("", "x"):
        moved = commands.ChangePhone(
            by=town.stranger(), subject=sent.subject, phone=Phone("15400009999"), ticket=ticket
        )
        assert code(town.service.handle(moved)) == "ticket_wrong"
        again = commands.ResendCode(by=town.stranger(), subject=sent.subject, ticket=ticket)
        assert code(town.service.handle(again)) == "ticket_wrong"

    moved = commands.ChangePhone(
        by=town.stranger(), subject=sent.subject, phone=Phone("15400005678"), ticket=sent.ticket
    )
    changed: Any = town.service.handle(moved)
    town.service.send_messages()
    assert enter(town, sent.subject, changed.ticket, town.sms.last_code()).ok


def test_a_ticket_is_of_one_account_and_one_flow(town: Town) -> None:
    """SNU-H6: every token names account, purpose and kind, and passes for nothing else."""
    ids = [town.register(name, phone) for name, phone in (("chen", PHONE), ("wang", "15400005678"))]
    town.later(minutes=2)
    tickets = [ask(town, account_id).ticket for account_id in ids]
    typed = town.sms.last_code()

    assert tickets[0] != tickets[1]
    assert code(enter(town, ids[1], tickets[0], typed)) == "ticket_wrong"
    assert town.service.actor(tickets[0]) == Refused("session_ended")


@pytest.mark.parametrize(
    ("origin", "guesses", "codes"), [("203.0.113.9", 15, 7), ("", 15, 7), ("198.51.100.7", 20, 10)]
)
def test_the_last_guesses_and_codes_of_a_phone_are_the_owners(
    town: Town, origin: str, guesses: int, codes: int
) -> None:
    """A stranger who knows an account cannot use up what its owner needs to get back in."""
    account_id = town.register("chen", PHONE)
    assert town.log_in("chen").ok, "at 198.51.100.7"
    town.now = town.now.replace(hour=16) + dt.timedelta(days=1)  # a new day in China
    answers, sent = [], 0
    while sent < 12:
        town.later(minutes=6)
        asked = ask(town, account_id, by=town.stranger(origin))
        if not asked.ok:
            assert asked.code == "challenge_limit_exceeded"
            break
        sent += 1
        for _ in range(3):
            wrong = commands.EnterCode(
                by=town.stranger(origin), subject=account_id, ticket=asked.ticket, code=OtpCode("no code")
            )
            answers.append(code(town.service.handle(wrong)))

    assert sent == codes
    assert answers.count("challenge_mismatch") == guesses
    assert set(answers) == {"challenge_mismatch", "challenge_locked"}


# --- the second factor and seats -----------------------------------------------------------------------


@pytest.fixture
def staffed(town: Town) -> tuple[Town, str, Any]:
    """A district and, seated by it, a head; the head's secret and actor."""
    town.register("qu", "15400002221", Role.TEACHER)
    town.register("head", "15400002222", Role.TEACHER)
    operator = town.service.operator()
    _, district = seat(town, "qu", Role.DISTRICT_ADMIN, Position.DISTRICT_ADMIN, operator)
    secret, head = seat(town, "head", Role.SCHOOL_ADMIN, Position.SCHOOL_ADMIN, district, CLASS[0])
    return town, secret, head


def test_seats_are_given_from_above_and_act_with_two_factors(staffed: tuple[Town, str, Any]) -> None:
    """Operator, district, school: each registered as a teacher; a password alone does nothing of a seat."""
    town, secret, head = staffed
    town.register("chen", PHONE)
    family = town.owner("chen")
    opened: Any = town.service.handle(commands.Open(by=family, form=form_of()))
    town.service.handle(commands.Submit(by=family, subject=opened.subject, consent_text="v1"))
    suspend = commands.Suspend(by=head, subject=opened.subject, reason="lost")

    town.later(minutes=1)
    by_password = town.service.actor(town.log_in("head").token, role=Role.SCHOOL_ADMIN)
    weak = attrs.evolve(suspend, by=by_password)
    assert code(town.service.handle(weak)) == "assurance_too_low"
    two = town.log_in("head", totp_of(secret, town.now))
    strong = attrs.evolve(suspend, by=town.service.actor(two.token, role=Role.SCHOOL_ADMIN))
    assert town.service.handle(strong).ok


def test_a_seat_that_ended_acts_no_more_in_a_session_that_goes_on(staffed: tuple[Town, str, Any]) -> None:
    town, _, head = staffed
    ended = commands.RevokeGrant(by=town.service.operator(), subject="G-head", reason="left")
    assert town.service.handle(ended).ok
    resolve = commands.ResolveAppeal(by=head, subject=head.id, granted=False)

    assert code(town.service.handle(resolve)) == "forbidden"


def test_a_code_of_the_second_factor_is_taken_once_and_near_its_time(staffed: tuple[Town, str, Any]) -> None:
    town, secret, _ = staffed
    town.later(minutes=5)
    now = totp_of(secret, town.now)

    assert town.log_in("head", now).ok
    assert code(town.log_in("head", now)) == "second_factor_wrong"
    for seconds, right in ((-90, False), (90, False), (-30, True), (30, True)):
        assert town.log_in("head", totp_of(secret, town.now + dt.timedelta(seconds=seconds))).ok is right


def test_guesses_at_the_second_factor_end_after_ten_an_hour(staffed: tuple[Town, str, Any]) -> None:
    """The right code among them too: a million codes leave one chance in thirty thousand an hour."""
    town, secret, _ = staffed
    town.later(hours=2)
    town.now = town.now.replace(minute=0, second=0)
    right = totp_of(secret, town.now)
    wrong = OtpCode("000000" if right != OtpCode("000000") else "000001")
    for _ in range(10):
        assert code(town.log_in("head", wrong)) == "second_factor_wrong"

    assert code(town.log_in("head", right)) == "second_factor_wrong"
    town.later(hours=1)
    assert town.log_in("head", totp_of(secret, town.now)).ok


def test_a_recovery_code_serves_once_and_of_its_own_account_only(town: Town) -> None:
    codes = {}
    for username, phone in (("gao", PHONE), ("li", "15400005678")):
        town.register(username, phone, Role.TEACHER)
        owner = town.owner(username)
        enrolled: Any = town.service.handle(commands.EnrolFactor(by=owner, subject=owner.id))
        typed = totp_of(enrolled.factor.secret, town.now)
        assert town.service.handle(commands.ConfirmFactor(by=owner, subject=owner.id, code=typed)).ok
        codes[username] = enrolled.factor.recovery_codes

    assert len(set(codes["gao"] + codes["li"])) == 20
    assert code(town.log_in("gao", OtpCode(codes["li"][0]))) == "second_factor_wrong"
    assert town.log_in("gao", OtpCode(codes["gao"][0].lower())).ok
    assert code(town.log_in("gao", OtpCode(codes["gao"][0]))) == "second_factor_wrong"
    assert town.log_in("gao", OtpCode(codes["gao"][1])).ok


def test_a_stolen_password_enrols_no_factor_beside_the_one_that_stands(staffed: tuple[Town, str, Any]) -> None:
    town, _, head = staffed
    thief = town.owner("head")

    assert code(town.service.handle(commands.EnrolFactor(by=thief, subject=thief.id))) == "assurance_too_low"
    assert town.service.handle(
        commands.EnrolFactor(by=attrs.evolve(head, role=Role.TEACHER), subject=head.id)
    ).ok


def test_a_factor_that_was_never_confirmed_takes_the_place_of_none(staffed: tuple[Town, str, Any]) -> None:
    """Whoever begins to enrol another device and gives up still has the first."""
    town, secret, head = staffed
    me = attrs.evolve(head, role=Role.TEACHER)
    assert town.service.handle(commands.EnrolFactor(by=me, subject=head.id)).ok
    town.later(minutes=5)

    assert town.log_in("head", totp_of(secret, town.now)).ok


def test_a_new_factor_ends_every_session(staffed: tuple[Town, str, Any]) -> None:
    """Rotated at a change of rights: what was logged in before the factor does not act beside it."""
    town, _, _ = staffed
    town.register("gao", PHONE, Role.TEACHER)
    before = town.owner("gao")
    _, confirmed = town.with_factor("gao")

    assert code(town.service.handle(commands.EnrolFactor(by=before, subject=before.id))) == "session_ended"
    after: Any = town.service.actor(confirmed.token)
    assert after.assurance == 2


def test_a_reset_from_above_counts_after_a_day_and_is_stopped_by_the_owner(
    staffed: tuple[Town, str, Any],
) -> None:
    town, secret, head = staffed
    reset = commands.ResetFactor(by=town.service.operator(), subject=head.id)
    assert town.service.handle(reset).ok
    town.service.send_messages()
    assert town.sms.templates()[-1] == "second_factor_reset"
    town.later(hours=23)
    assert town.log_in("head", totp_of(secret, town.now)).ok, "the owner still has it, and that stops the reset"
    town.later(hours=2)
    assert town.log_in("head", totp_of(secret, town.now)).ok

    assert town.service.handle(reset).ok
    town.later(hours=24)
    assert code(town.log_in("head", totp_of(secret, town.now))) == "second_factor_wrong"
    assert town.with_factor("head")[1].ok, "who lost the device enrols another"


def test_a_reset_is_for_the_seat_above_only(staffed: tuple[Town, str, Any]) -> None:
    town, _, head = staffed
    town.register("chen", PHONE)
    family = town.owner("chen")

    assert code(town.service.handle(commands.ResetFactor(by=family, subject=head.id))) == "forbidden"
    assert code(town.service.handle(commands.ResetFactor(by=head, subject=family.id))) == "forbidden"


# --- programs ------------------------------------------------------------------------------------------


def test_a_program_acts_for_an_account_and_both_are_on_record(town: Town) -> None:
    account_id = town.register("chen", PHONE)
    by = town.service.acting(account_id, Role.GUARDIAN, program="jsjyt portal")
    opened: Any = town.service.handle(commands.Open(by=by, form=form_of()))  # type: ignore[arg-type]

    town.service.ledger().integrate()
    recorded = b"".join(e for e in town.service.ledger().entries() if opened.subject.encode() in e).decode()
    assert account_id in recorded
    assert '"program":"jsjyt portal"' in recorded.replace(' "', '"').replace(": ", ":")


def test_an_importer_attests_no_reviewer_where_seats_decide(staffed: tuple[Town, str, Any]) -> None:
    """Else the id of a head, given as a reviewer, would act by the head's seat."""
    town, _, head = staffed

    with pytest.raises(CallerError, match="attested only under the policy"):
        town.service.attested(head.id)


def test_a_program_vouches_for_no_second_factor(staffed: tuple[Town, str, Any]) -> None:
    town, secret, head = staffed
    town.later(minutes=5)
    without: Any = town.service.acting(head.id, Role.SCHOOL_ADMIN)
    wrong = town.service.acting(head.id, Role.SCHOOL_ADMIN, totp=OtpCode("no code"))
    right: Any = town.service.acting(head.id, Role.SCHOOL_ADMIN, totp=totp_of(secret, town.now))

    assert (without.assurance, wrong, right.assurance) == (1, Refused("second_factor_wrong"), 2)


def test_an_actor_of_a_program_ends_with_the_account(town: Town) -> None:
    account_id = town.register("chen", PHONE)
    by = town.service.acting(account_id, Role.GUARDIAN)
    owner = town.owner("chen")
    assert town.service.handle(commands.CloseAccount(by=owner, subject=account_id)).ok

    assert opens(town, by) == "forbidden"
    assert town.service.acting(account_id, Role.GUARDIAN) == Refused("forbidden")


def test_an_erased_account_leaves_no_session_and_no_factor(town: Town) -> None:
    account_id = town.register("chen", PHONE)
    town.with_factor("chen")
    owner = town.owner("chen")
    town.service.handle(commands.CloseAccount(by=owner, subject=account_id))
    erase = commands.Erase(
        by=town.service.operator(), subject=account_id, aggregate="account", reason="ERASED_ON_REQUEST"
    )

    assert town.service.handle(erase).ok
    for kind in ("session", "session_seen", "second_factor", "second_factor_new"):
        assert town.store.documents(kind) == {}


# --- ids -----------------------------------------------------------------------------------------------


@given(
    drawn=st.binary(min_size=8, max_size=8), at=st.integers(0, 11), other=st.sampled_from("0123456789ABCXYZ")
)
def test_no_slip_makes_another_id(drawn: bytes, at: int, other: str) -> None:
    """One wrong character, or two neighbours in the wrong order."""
    made = id_of(drawn)
    wrong = made[:at] + other + made[at + 1 :]
    swapped = made[:at] + made[at + 1] + made[at] + made[at + 2 :]

    assert is_id(made)
    assert is_id(wrong) == (wrong == made)
    assert is_id(swapped) == (swapped == made)


def test_an_application_of_another_is_out_of_reach_whatever_id_is_known(town: Town) -> None:
    town.register("chen", PHONE)
    town.register("wang", "15400005678")
    opened: Any = town.service.handle(commands.Open(by=town.owner("chen"), form=form_of(NUMBERS[1])))
    thief = town.owner("wang")

    for kind, fields in ((commands.Save, {"form": form_of()}), (commands.Submit, {}), (commands.Withdraw, {})):
        assert code(town.service.handle(kind(by=thief, subject=opened.subject, **fields))) == "forbidden"
