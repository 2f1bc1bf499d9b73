"""Codes are paid for in the commit that posts them: by phone, by where they were asked from, by the house."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import attrs
import pytest

from eduid_core.findings import Refused
from eduid_core.private import OtpCode, Phone, PrivateText
from eduid_core.service import EnterCode, Register
from eduid_core.testing.doubles import form_of
from eduid_core.workflow import Actor, Policy, Role
from eduid_core.workflow.policy import SmsPolicy

from .house import ANYONE, NOW, House

DAY = dt.timedelta(days=1)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def register(house: House, name: str, phone: str, limits: SmsPolicy, by: Actor = ANYONE, at: Any = NOW) -> str:
    service = house.open(policy=Policy(sms=limits))
    names = {"username": PrivateText(name), "phone": Phone(phone), "password": PrivateText("long enough")}
    answer = service.handle(Register(role=Role.GUARDIAN, subject=name, by=by, at=at, **names))
    return answer.code if isinstance(answer, Refused) else "done"


def test_a_phone_gets_so_many_codes_a_day_whoever_asks(house: House) -> None:
    limits = SmsPolicy(codes_per_phone=2)

    answers = [register(house, f"u{i}", "15400001234", limits) for i in range(4)]
    other = register(house, "v", "15400001235", limits)
    tomorrow = register(house, "w", "15400001234", limits, at=NOW + DAY)

    assert answers == ["done", "done", "challenge_limit_exceeded", "challenge_limit_exceeded"]
    assert (other, tomorrow) == ("done", "done")
    assert house.service.state("account", "u3") is None
    house.service.send_messages()
    assert len(house.sms.sent) == 4


def test_the_day_is_chinas(house: House) -> None:
    limits = SmsPolicy(codes_per_phone=1)
    midnight = dt.datetime(2026, 11, 1, 16, tzinfo=dt.UTC)

    before = register(house, "u", "15400001234", limits, at=midnight - dt.timedelta(seconds=1))
    after = register(house, "v", "15400001234", limits, at=midnight)
    again = register(house, "w", "15400001234", limits, at=midnight)

    assert (before, after, again) == ("done", "done", "challenge_limit_exceeded")


def test_an_address_and_the_house_have_budgets_too(house: House) -> None:
    here, there = (attrs.evolve(ANYONE, origin=o) for o in ("198.51.100.7", "198.51.100.8"))
    limits = SmsPolicy(codes_per_origin=1, codes_in_all=3)

    answers = [
        register(house, f"u{i}", f"1540000123{i}", limits, by)
        for i, by in enumerate((here, here, there, ANYONE, ANYONE))
    ]

    over = "challenge_limit_exceeded"
    assert answers == ["done", over, "done", "done", over]
    assert b"198.51.100" not in b"".join(p.read_bytes() for p in house.store_files())


def test_however_many_ask_at_once_no_code_is_sent_beyond_the_budget(house: House) -> None:
    limits = SmsPolicy(codes_per_phone=5)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda i: register(house, f"u{i}", "15400001234", limits), range(24)))
    house.service.send_messages()

    assert answers.count("done") == 5
    assert len(house.sms.sent) == 5


def guess(house: House, name: str, code: OtpCode, at: Any = NOW) -> str:
    answer = house.service.handle(EnterCode(subject=name, by=ANYONE, at=at, code=code))
    return answer.code if isinstance(answer, Refused) else "done"


def wrong_guess(house: House) -> OtpCode:
    return OtpCode(f"{(int(house.sms.last_code().reveal('test')) + 1) % 10**6:06d}")


def test_a_new_flow_brings_no_new_guesses_at_a_phones_codes(house: House) -> None:
    """Five guesses a flow and twenty a day: the right code of a fifth flow finds none left."""
    limits, answers = SmsPolicy(), []
    for n in range(4):
        register(house, f"u{n}", "15400001234", limits)
        house.service.send_messages()
        answers += [guess(house, f"u{n}", wrong_guess(house)) for _ in range(5)]
    register(house, "u4", "15400001234", limits)
    house.service.send_messages()

    assert answers == ["challenge_mismatch"] * 20
    assert guess(house, "u4", house.sms.last_code()) == "challenge_locked"

    register(house, "v", "15400001235", limits)
    house.service.send_messages()
    assert guess(house, "v", house.sms.last_code()) == "done"

    register(house, "w", "15400001234", limits, at=NOW + DAY)
    house.service.send_messages()
    assert guess(house, "w", house.sms.last_code(), at=NOW + DAY) == "done"


def test_a_guess_that_is_refused_is_not_paid_for(house: House) -> None:
    limits = SmsPolicy()
    register(house, "u", "15400001234", limits)
    house.service.send_messages()

    assert [guess(house, "u", wrong_guess(house)) for _ in range(30)][5:] == ["challenge_locked"] * 25

    register(house, "v", "15400001234", limits)
    house.service.send_messages()
    assert guess(house, "v", house.sms.last_code()) == "done"


def test_notices_over_the_days_budget_wait_for_the_next_and_hold_up_no_code_and_no_decision(
    house: House,
) -> None:
    policy, now = Policy(sms=SmsPolicy(notices_in_all=1)), NOW
    relay = house.open(policy=policy, sms=house.sms)
    relay.clock = lambda: now
    by = house.registered()
    house.sms.sent.clear()
    house.handed_in("A-1", by, form_of())
    house.handed_in("A-2", by, form_of(number="320098201503150029", name="陈大雨", class_name="九班"))

    first = relay.send_messages()
    house.service.handle(Register(
        role=Role.GUARDIAN, subject="other", by=ANYONE, at=NOW, username=PrivateText("other"),
        phone=Phone("15400001235"), password=PrivateText("long enough"),
    ))  # fmt: skip

    assert (first.sent, first.held) == (1, True)
    assert relay.wait_for_messages(0.05) is True
    assert relay.send_messages() == attrs.evolve(first, sent=1)
    assert relay.wait_for_messages(0.05) is False
    assert house.sms.templates() == ["approved", "registration_code"]
    now = NOW + DAY
    assert (relay.send_messages().sent, relay.send_messages().held) == (1, False)


def test_a_teachers_queue_holds_what_waits_for_them_the_riskiest_first(house: House) -> None:
    teacher, by = house.homeroom(), house.registered()
    house.handed_in("A-1", by, form_of(school="南京市云杉小学"))
    house.handed_in("A-2", by, form_of(number="320098201503150029", name="陈大雨"))
    tasks: list[Any] = [house.service.state("review_task", k) for k in ("A-1", "A-2")]

    waiting = house.service.queue(teacher.id)

    assert sorted(waiting) == ["A-1", "A-2"]
    assert [t.brief.tier for t in sorted(tasks, key=lambda t: waiting.index(t.brief.application_id))] == sorted(
        (t.brief.tier for t in tasks), reverse=True
    )
    assert house.service.queue("another") == ()
