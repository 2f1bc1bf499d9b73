"""The four receipts of a sender, and what follows each: sent, tried again for a day, failed, or unknown."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from eduid_core import commands
from eduid_core.findings import AdapterError, Refused
from eduid_core.plugins import Commit, HandedOver, Receipt, ReceiptStatus, SmsBatch
from eduid_core.private import Phone, PrivateText
from eduid_core.testing.doubles import MemorySender, form_of
from eduid_core.workflow import Actor, Policy, Role
from eduid_core.workflow.effects import SendMessage
from eduid_core.workflow.policy import SmsPolicy

from .house import ANYONE, HEAD, NOW, OPERATOR, House

DAY = dt.timedelta(days=1)


class Provider(MemorySender):
    """A sender with one answer to every message, which it counts; it may lag with its own list."""

    def __init__(self, status: ReceiptStatus = ReceiptStatus.ACCEPTED, **receipt: Any) -> None:
        super().__init__()
        self.status, self.receipt = status, receipt
        self.calls: list[int] = []
        self.asked: list[HandedOver] = []

    def send(self, batch: SmsBatch, /) -> Sequence[Receipt]:
        self.calls.append(len(batch.messages))
        return [Receipt(message_id=m.message_id, status=self.status, **self.receipt) for m in batch.messages]

    def query(self, messages: Sequence[HandedOver], /) -> Sequence[Receipt]:
        self.asked += messages
        return super().query(messages)


class Town:
    """A service with a clock that the test sets, one approved application, and a provider."""

    def __init__(self, folder: Path, provider: MemorySender, **policy: int) -> None:
        self.now, self.ticks = NOW, 0.0
        self.house = House(folder)
        self.service: Any = self.house.open(
            sms=provider,
            policy=Policy(sms=SmsPolicy(**policy)),
            clock=lambda: self.now,
            ticks=lambda: self.ticks,
        )

    def approved(self) -> None:
        """Let a notice wait: that a form is approved."""
        self.house.handed_in("A-1", self.house.registered(), form_of())

    def registering(self, name: str = "other") -> None:
        """Let a code wait."""
        number = sum(name.encode()) % 1000
        names = {"username": PrivateText(name), "phone": Phone(f"15400005{number:03}")}
        secret = PrivateText("long enough")
        about: dict[str, Any] = {"subject": name, "by": ANYONE, "at": self.now}
        assert self.service.handle(commands.Register(role=Role.GUARDIAN, password=secret, **names, **about)).ok

    def both(self) -> None:
        """Let a notice and a code wait."""
        self.approved()
        self.registering()

    def later(self, **by: float) -> None:
        self.now += dt.timedelta(**by)
        self.ticks += dt.timedelta(**by).total_seconds()

    def templates(self, status: str = "failed") -> list[tuple[str, str, int]]:
        listed = self.service.messages(by=OPERATOR, status=status)
        return [(m.template, m.code, m.tries) for m in listed]


CODE, NOTICE = "registration_code", "approved"


def test_what_is_refused_for_good_is_listed_at_once_and_stops_no_other(tmp_path: Path) -> None:
    town = Town(tmp_path, provider := Provider(ReceiptStatus.FAILED, code="BLACKLISTED"))
    town.both()

    relayed = town.service.send_messages()

    assert (relayed.failed, relayed.later, relayed.sent) == (2, 0, 0)
    assert town.templates() == [(NOTICE, "BLACKLISTED", 1), (CODE, "BLACKLISTED", 1)]
    provider.status = ReceiptStatus.ACCEPTED
    town.later(days=30)
    assert town.service.send_messages().sent == 0


def test_what_the_sender_cannot_take_is_tried_for_a_day_with_growing_delays_and_then_listed(
    tmp_path: Path,
) -> None:
    """60 s, then three times as long each time: eight tries within a day, and none after."""
    town = Town(tmp_path, provider := Provider(ReceiptStatus.LATER, code="BUSY"))
    town.approved()
    tried: list[dt.timedelta] = []
    for _ in range(2 * 24 * 60):
        before = len(provider.calls)
        town.service.send_messages()
        tried += [town.now - NOW] * (len(provider.calls) - before)
        town.later(minutes=1)

    assert town.templates() == [(NOTICE, "BUSY", 8)]
    assert tried[-1] < DAY
    assert len(provider.calls) <= 8
    gaps = [b - a for a, b in itertools.pairwise(tried)]
    assert gaps == sorted(gaps)
    assert gaps[0] == dt.timedelta(minutes=1)
    assert gaps[-1] > dt.timedelta(hours=6)


def test_a_day_of_a_provider_that_is_down_costs_few_calls(tmp_path: Path) -> None:
    """However many messages come meanwhile, the sender is not called in vain more than some ninety times."""
    town = Town(tmp_path, provider := Provider(ReceiptStatus.LATER))
    for number in range(24 * 60):
        notice = SendMessage(
            template="returned",
            to=Phone(f"1540000{number:04}"),
            recipient="guardian",
            subject=f"A-{number}",
            revision=1,
            event="E",
        )
        town.house.store.commit([Commit(outbox=(town.service.executor.outbox_row(notice),))])
        for _ in range(2):
            town.service.send_messages()
            town.later(seconds=30)

    assert 60 < len(provider.calls) < 100


def test_a_provider_that_answers_again_is_called_as_before(tmp_path: Path) -> None:
    town = Town(tmp_path, provider := Provider(ReceiptStatus.LATER, retry_after_s=0), tries=100)
    town.approved()
    for _ in range(5):
        town.service.send_messages()
    assert len(provider.calls) == 3
    assert town.service.wait_for_messages(0) is False
    provider.status = ReceiptStatus.ACCEPTED
    town.later(seconds=5)

    assert town.service.wait_for_messages(0) is True
    assert town.service.send_messages().sent == 1


@pytest.mark.parametrize(
    ("asked_s", "waits_s"), [(0.0, 0), (600.0, 600), (-5.0, 0), (float("nan"), 60), (None, 60), ("soon", 60)]
)
def test_a_sender_that_says_when_is_believed(tmp_path: Path, asked_s: Any, waits_s: int) -> None:
    town = Town(tmp_path, provider := Provider(ReceiptStatus.LATER, retry_after_s=asked_s))
    town.approved()
    town.service.send_messages()
    provider.status = ReceiptStatus.ACCEPTED

    if waits_s:
        town.later(seconds=waits_s - 1)
        assert town.service.send_messages().sent == 0
        town.later(seconds=1)
    assert town.service.send_messages().sent >= 1


def test_the_provider_is_asked_after_its_list_had_time(tmp_path: Path) -> None:
    """Asked at once, it would say that it never received what it is about to deliver."""
    provider = Provider(ReceiptStatus.UNKNOWN)
    provider.query_after_s, provider.query_answer = 120.0, ReceiptStatus.LATER
    town = Town(tmp_path, provider)
    town.approved()
    town.service.send_messages()

    town.later(seconds=119)
    town.service.send_messages(alone=True)
    assert provider.asked == []
    town.later(seconds=1)
    provider.status = ReceiptStatus.ACCEPTED
    assert town.service.send_messages(alone=True).sent == 1
    assert {m.to.reveal("test") for m in provider.asked} == {"15400001234"}
    assert {m.at for m in provider.asked} == {NOW}


def test_a_query_may_tell_that_a_message_failed(tmp_path: Path) -> None:
    provider = Provider(ReceiptStatus.UNKNOWN)
    town = Town(tmp_path, provider)
    town.approved()
    town.service.send_messages()
    provider.query_answer = ReceiptStatus.FAILED

    town.service.send_messages(alone=True)

    assert [template for template, *_ in town.templates()] == [NOTICE]
    assert town.templates("unknown") == []


def test_a_report_of_a_failure_is_listed(tmp_path: Path) -> None:
    town = Town(tmp_path, Provider(ReceiptStatus.UNKNOWN))
    town.both()
    town.service.send_messages()
    notice, code = town.service.messages(by=OPERATOR, status="unknown")

    receipts = [
        Receipt(message_id=code.message_id, status=ReceiptStatus.ACCEPTED),
        Receipt(message_id=notice.message_id, status=ReceiptStatus.FAILED, code="UNDELIV"),
    ]
    assert town.service.take_reports(receipts) == 2
    assert town.templates() == [(NOTICE, "UNDELIV", 1)]


def test_the_operator_lets_a_failed_message_be_tried_once_more_or_closes_it(tmp_path: Path) -> None:
    town = Town(tmp_path, provider := Provider(ReceiptStatus.FAILED, code="TEMPLATE_NOT_FILED"))
    town.both()
    town.service.send_messages()
    notice, code = town.service.messages(by=OPERATOR, status="failed")
    about: dict[str, Any] = {"by": OPERATOR, "at": NOW}

    assert town.service.handle(commands.RetryMessage(subject=notice.message_id, **about)).status == "waiting"
    closed = commands.CloseMessage(subject=code.message_id, reason="NO_LONGER_OF_USE", **about)
    assert town.service.handle(closed).ok
    assert town.service.handle(closed) == Refused("message_answered")
    again = commands.RetryMessage(subject=code.message_id, **about)
    assert town.service.handle(again) == Refused("message_answered")
    provider.status = ReceiptStatus.ACCEPTED
    assert town.service.send_messages().sent == 1
    assert town.templates() == []


def test_an_unknown_message_is_never_tried_again_by_hand(tmp_path: Path) -> None:
    town = Town(tmp_path, Provider(ReceiptStatus.UNKNOWN))
    town.approved()
    town.service.send_messages()
    (message, *_) = town.service.messages(by=OPERATOR, status="unknown")

    retry = commands.RetryMessage(subject=message.message_id, by=OPERATOR, at=NOW)

    assert town.service.handle(retry) == Refused("message_answered")


@pytest.mark.parametrize("by", [ANYONE, HEAD, Actor(id="acct", role=Role.GUARDIAN)])
def test_nobody_else_sees_or_retries_messages(tmp_path: Path, by: Actor) -> None:
    town = Town(tmp_path, Provider(ReceiptStatus.FAILED))
    town.approved()
    town.service.send_messages()
    (message, *_) = town.service.messages(by=OPERATOR)

    assert town.service.messages(by=by).code == "forbidden"
    retry = commands.RetryMessage(subject=message.message_id, by=by, at=NOW)
    assert town.service.handle(retry).code == "forbidden"


def night(town: Town) -> None:
    """Set the clock to 22:00 in China."""
    town.now = NOW.replace(hour=14, minute=0)


def test_notices_keep_the_quiet_hours_and_codes_do_not(tmp_path: Path) -> None:
    provider = Provider()
    provider.reaches_people = True
    town = Town(tmp_path, provider)
    night(town)
    town.both()

    relayed = town.service.send_messages()
    assert (relayed.sent, relayed.held) == (1, True)
    assert town.service.wait_for_messages(0) is False
    town.later(hours=8, minutes=59)
    assert town.service.send_messages().sent == 0
    town.later(minutes=1)
    assert town.service.wait_for_messages(0) is True
    assert town.service.send_messages().sent == 1


@pytest.mark.parametrize("hours", [{}, {"quiet_from": 0, "quiet_until": 0}])
def test_a_sender_that_reaches_nobody_and_a_policy_without_quiet_hours_do_not_wait(
    tmp_path: Path, hours: dict[str, int]
) -> None:
    provider = Provider()
    provider.reaches_people = bool(hours)
    town = Town(tmp_path, provider, **hours)
    night(town)
    town.approved()

    relayed = town.service.send_messages()
    assert (relayed.sent, relayed.held) == (1, False)


def test_quiet_hours_pass_midnight_or_do_not() -> None:
    night_hours = [hour for hour in range(24) if SmsPolicy().is_quiet(hour)]
    noon_hours = [hour for hour in range(24) if SmsPolicy(quiet_from=12, quiet_until=14).is_quiet(hour)]

    assert night_hours == [0, 1, 2, 3, 4, 5, 6, 22, 23]
    assert noon_hours == [12, 13]


@pytest.mark.parametrize("traits", [{"sender_id": 7}, {"reaches_people": None}, {"query_after_s": "soon"}])
def test_a_sender_that_does_not_tell_its_traits_is_not_called(tmp_path: Path, traits: dict[str, Any]) -> None:
    provider = Provider()
    for name, value in traits.items():
        setattr(provider, name, value)
    town = Town(tmp_path, provider)
    town.approved()

    with pytest.raises(AdapterError, match="info_failed"):
        town.service.send_messages()
    assert provider.calls == []


def test_failed_retried_and_closed_messages_agree_with_the_ledger(tmp_path: Path) -> None:
    town = Town(tmp_path, provider := Provider(ReceiptStatus.FAILED))
    town.both()
    town.service.send_messages()
    assert list(town.service.ledger().contradictions()) == []
    notice, code = town.service.messages(by=OPERATOR)
    town.service.handle(commands.RetryMessage(subject=notice.message_id, by=OPERATOR, at=NOW))
    assert list(town.service.ledger().contradictions()) == []
    provider.status = ReceiptStatus.LATER
    town.service.send_messages()
    town.service.handle(
        commands.CloseMessage(subject=code.message_id, reason="TOLD_OTHERWISE", by=OPERATOR, at=NOW)
    )
    assert list(town.service.ledger().contradictions()) == []
