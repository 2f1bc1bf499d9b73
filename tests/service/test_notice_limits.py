"""No phone is flooded with notices, whoever causes them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import attrs
import pytest

from eduid_core.messages.sms import TEMPLATES
from eduid_core.plugins import Commit, ReceiptStatus
from eduid_core.private import Phone
from eduid_core.service.outbox.phone_budget import LIMITED
from eduid_core.testing.doubles import form_of
from eduid_core.workflow import Actor, Policy
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.effects import SendMessage
from eduid_core.workflow.policy import SmsPolicy

from .house import NOW, House, about

STRANGER = "15400004321"


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def bombard(house: House, guardian: Actor, times: int) -> None:
    """Return and resubmit one form for ever, with a stranger's phone, spelt in two ways."""
    form = form_of(name="陈#", guardian_phone=STRANGER)
    house.handed_in("A-1", guardian, form)
    for n in range(times):
        phone = f"+86 {STRANGER}" if n % 2 else STRANGER
        again = attrs.evolve(form, name="陈" + "#" * (n % 9 + 2), guardian_phone=phone)
        house.service.handle(app.Resubmit(form=again, **about("A-1", guardian)))


def test_messages_are_no_weapon_a_stranger_gets_the_days_notices_and_no_more(house: House) -> None:
    """It was 231 messages in two seconds, by resubmitting what the system returned."""
    bombard(house, house.registered(), 50)

    relayed = house.service.send_messages()

    sent = [m for m in house.sms.sent if m.to == Phone(STRANGER)]
    assert len(sent) == SmsPolicy().notices_per_phone
    assert relayed.withheld == 51 - len(sent)
    assert house.service.send_messages() == attrs.evolve(relayed, sent=0, withheld=0)


def test_the_next_day_has_a_budget_of_its_own_and_another_phone_too(tmp_path: Path) -> None:
    now = [NOW]
    house = House(tmp_path, policy=Policy(sms=SmsPolicy(notices_per_phone=1)))
    service = house.open()
    service.clock = lambda: now[0]
    posted = iter(range(9))

    def told(phone: str) -> int:
        message = SendMessage(
            template="returned",
            to=Phone(phone),
            recipient="guardian",
            subject=f"A-{next(posted)}",
            revision=1,
            event="E",
        )
        house.store.commit([Commit(outbox=(service.executor.outbox_row(message),))])
        return service.send_messages().sent

    assert [told(STRANGER), told(STRANGER), told("15400001234")] == [1, 0, 1]
    now[0] += dt.timedelta(days=1)
    assert told(STRANGER) == 1


def test_a_notice_that_the_sender_refused_for_now_is_counted_once(tmp_path: Path) -> None:
    house = House(tmp_path, policy=Policy(sms=SmsPolicy(notices_per_phone=1)))
    house.handed_in("A-1", house.registered(), form_of())
    house.sms.answer = ReceiptStatus.LATER
    assert house.service.send_messages().later == 1
    house.sms.answer = ReceiptStatus.ACCEPTED
    house.service.clock = lambda: NOW + dt.timedelta(minutes=1)

    relayed = house.service.send_messages()

    assert (relayed.sent, relayed.withheld) == (1, 0)


def test_codes_security_notices_and_a_schools_own_are_never_withheld() -> None:
    others = TEMPLATES.keys() - LIMITED

    assert {"recovered", "locked", "consent_wanted", "review_digest"} <= others
    assert {name for name in TEMPLATES if name.endswith(("_code", "_by_school"))} <= others
