"""The checks of the laws: each tries a sender on one batch, and raises with the values seen."""

from __future__ import annotations

import contextlib
import io
import logging
import math
import socket
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final
from unittest import mock

import attrs

from eduid_core.plugins import Receipt, ReceiptStatus, SmsBatch, SmsMessage, SmsSender
from eduid_core.private import Phone
from eduid_core.testing.conformance.sms.cases import SmsCase
from eduid_core.testing.conformance.sms.script import Answer, Script

__all__ = [
    "Check",
    "Opens",
    "all_are",
    "asked_each",
    "asked_in_vain",
    "check_that_it_sends",
    "each_its_own",
    "every_one_is",
    "forgets",
    "is_named",
    "once",
    "one_receipt_each",
    "opens_quietly",
    "shows_nothing",
    "two_at_once",
]

Opens = Callable[[Script], SmsSender]
"""Opens a sender over a script: a new sender each time, always with the same settings."""
Check = Callable[[Opens, SmsCase, Sequence[str]], None]
"""Checks a sender on one case; the texts are secrets of its settings."""
ACCEPTED, FAILED, LATER, UNKNOWN = ReceiptStatus
_LONGEST_ID: Final = 128


def _expect(condition: object, seen: str) -> None:
    if not condition:
        raise AssertionError(seen)


def check_that_it_sends(opens: Opens) -> None:
    """
    Check that a single message reaches a provider that takes it, and is accepted: else no law counts.

    Raises:
        AssertionError: it does not.
    """
    number = "15400009999"
    script = Script(answers={number: Answer.ACCEPTED})
    message = SmsMessage(message_id="law-first", template="approved", to=Phone(number))
    receipts = opens(script).send(SmsBatch(messages=(message,), deadline_s=30.0))
    _expect(script.handed == [number], f"the provider got {len(script.handed)} messages in place of 1")
    shown = [(r.message_id, r.status) for r in receipts or ()]
    _expect(shown == [("law-first", ACCEPTED)], f"the receipts of an accepted message are {shown}")


def _sent(sender: SmsSender, case: SmsCase) -> dict[str, Receipt]:
    """Return the receipts by message; none where the sender raised, which other laws forbid."""
    try:
        return {r.message_id: r for r in sender.send(case.batch())}
    except Exception:  # noqa: BLE001 - laws of their own
        return {}


def one_receipt_each(opens: Opens, case: SmsCase, _: Sequence[str]) -> None:
    """Check that the receipts are those of the messages, in order."""
    script = case.script()
    receipts = opens(script).send(case.batch())
    expected = [m.message_id for m in case.messages]
    _expect(
        [r.message_id for r in receipts] == expected, f"the receipts are of {[r.message_id for r in receipts]}"
    )
    _expect(all(isinstance(r, Receipt) for r in receipts), "a receipt is no Receipt")
    _expect(case.messages or not script.handed, "a batch without messages reached the provider")


def each_its_own(opens: Opens, case: SmsCase, _: Sequence[str]) -> None:
    """Check that a message fares the same with and without recipients that are answered otherwise."""
    together = _sent(opens(case.script()), case)
    if len(set(case.answers.values())) == 1:
        return
    for answer in set(case.answers.values()):
        group = tuple(m for m in case.messages if case.answer_to(m) is answer)
        apart = _sent(opens(case.script()), attrs.evolve(case, messages=group))
        for name in together.keys() & apart.keys():
            here, there = together[name].status, apart[name].status
            _expect(here is there, f"{name} is {here} in the batch and {there} without the others")


def all_are(*statuses: ReceiptStatus) -> Check:
    """Return a check that messages have one of *statuses*, whose delay is a time for later ones only."""

    def check(opens: Opens, case: SmsCase, _: Sequence[str]) -> None:
        for receipt in _sent(opens(case.script()), case).values():
            _expect(receipt.status in statuses, f"{receipt.message_id} is {receipt.status}")
            delay = receipt.retry_after_s
            is_time = delay is None or (receipt.status is LATER and 0 <= delay < math.inf)
            _expect(is_time, f"{receipt.message_id} is {receipt.status} with a delay of {delay} s")

    return check


def every_one_is(*statuses: ReceiptStatus) -> Check:
    """Return a check that nothing is raised and that every message has a receipt with one of *statuses*."""

    def check(opens: Opens, case: SmsCase, _: Sequence[str]) -> None:
        try:
            receipts = opens(case.script()).send(case.batch())
        except Exception as error:  # noqa: BLE001 - whatever it raises
            raise AssertionError(f"send raised {type(error).__name__}") from None
        found = {r.message_id: r.status for r in receipts}
        for message in case.messages:
            status = found.get(message.message_id)
            _expect(status in statuses, f"{message.message_id} is {status or 'without a receipt'}")

    return check


def once(opens: Opens, case: SmsCase, _: Sequence[str]) -> None:
    """Check that no message reaches the provider more often than it was handed over."""
    script = case.script()
    _sent(opens(script), case)
    wanted = Counter(m.to.reveal("compare") for m in case.messages)
    more = [n - wanted[number] for number, n in Counter(script.handed).items() if n > wanted[number]]
    _expect(not more, f"{sum(more)} messages reached the provider more often than they were handed over")


def shows_nothing(opens: Opens, case: SmsCase, secrets: Sequence[str]) -> None:
    """Check the texts of a sender for numbers, codes and secrets, while replies hold a number."""
    number = next(iter(case.answers))
    case = attrs.evolve(case, code=f"{number} is refused", garbage=case.garbage + number.encode())
    with _listening() as heard:
        shown: list[object] = []
        try:
            sender = opens(case.script())
            shown += [sender, str(sender), sender.sender_id]
            shown += sender.send(case.batch())
            shown += sender.query(case.handed_over())
        except Exception as error:  # noqa: BLE001 - laws of their own
            shown.append("".join(traceback.format_exception_only(error)))
    text = f"{shown!r} {[r.provider_ref for r in shown if isinstance(r, Receipt)]} {heard.getvalue()}"
    for kind, hidden in (("a number or a code", case.personal()), ("a secret of the settings", set(secrets))):
        _expect(not any(one in text for one in hidden), f"{kind} is shown")


@contextlib.contextmanager
def _listening() -> Iterator[io.StringIO]:
    """Return what is printed and logged, at every level, within the block."""
    heard, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(heard), root.level
    root.addHandler(handler)
    root.setLevel(0)
    try:
        with contextlib.redirect_stdout(heard), contextlib.redirect_stderr(heard):
            yield heard
    finally:
        root.setLevel(level)
        root.removeHandler(handler)


def is_named(opens: Opens, case: SmsCase, _: Sequence[str]) -> None:
    """Check the three properties of a sender."""
    sender, again = opens(case.script()), opens(case.script())
    name: Any = sender.sender_id
    _expect(isinstance(name, str) and name.strip() and name.isprintable(), "sender_id is no visible text")
    _expect(len(name) <= _LONGEST_ID, f"sender_id has {len(name)} characters; {_LONGEST_ID} are allowed")
    _sent(sender, case)
    _expect(sender.sender_id == again.sender_id == name, "sender_id changes")
    _expect(
        isinstance(sender.reaches_people, bool), f"reaches_people is a {type(sender.reaches_people).__name__}"
    )
    after: Any = sender.query_after_s
    is_time = isinstance(after, int | float) and not isinstance(after, bool) and 0 <= after < math.inf
    _expect(is_time, f"query_after_s is {after!r}")


def asked_each(opens: Opens, case: SmsCase, _: Sequence[str]) -> None:
    """Check that the receipts of a query are those of the messages asked."""
    asked = case.handed_over()
    receipts = opens(case.script()).query(asked)
    found = [r.message_id for r in receipts]
    _expect(found == [m.message_id for m in asked], f"the receipts of the query are of {found}")


def asked_in_vain(opens: Opens, case: SmsCase, _: Sequence[str]) -> None:
    """Check that a query without a readable reply says unknown."""
    try:
        receipts = opens(case.script()).query(case.handed_over())
    except Exception as error:  # noqa: BLE001 - whatever it raises
        raise AssertionError(f"query raised {type(error).__name__}") from None
    for receipt in receipts:
        _expect(receipt.status is UNKNOWN, f"{receipt.message_id} is {receipt.status}")


def two_at_once(opens: Opens, case: SmsCase, _: Sequence[str]) -> None:
    """Check that two senders do not share a provider."""
    here, there = case.script(), Script(answers={"15400009999": Answer.ACCEPTED})
    one, two = opens(here), opens(there)
    _sent(one, case)
    before = len(here.handed)
    other = SmsMessage(message_id="law-other", template="approved", to=Phone("15400009999"))
    receipts = two.send(SmsBatch(messages=(other,), deadline_s=30.0))
    _expect(
        there.handed == ["15400009999"], f"the second provider got {len(there.handed)} messages in place of 1"
    )
    _expect(len(here.handed) == before, "the first provider got a message of the second sender")
    _expect([r.message_id for r in receipts] == ["law-other"], "the second sender has receipts of the first")


def opens_quietly(opens: Opens, case: SmsCase, _: Sequence[str]) -> None:
    """Check that opening a sender uses nothing outside."""
    script, tried = case.script(), []

    def refuse(*_: Any, **__: Any) -> Any:
        tried.append("network")
        raise OSError("the network is closed")

    with (
        mock.patch.object(socket.socket, "connect", refuse),
        mock.patch.object(socket, "create_connection", refuse),
        mock.patch.object(socket, "getaddrinfo", refuse),
        contextlib.suppress(OSError),
    ):
        opens(script)
    _expect(not script.handed and not tried, "the provider or the network was used before the first message")


def forgets(opens: Opens, case: SmsCase, _: Sequence[str]) -> None:
    """Check that a batch is sent as a whole after one of any fate."""
    script = case.script()
    sender = opens(script)
    _sent(sender, case)
    script.answers = dict.fromkeys(script.answers, Answer.ACCEPTED)
    script.handed.clear()
    receipts = _sent(sender, case)
    wanted = sorted(m.to.reveal("compare") for m in case.messages)
    _expect(
        sorted(script.handed) == wanted, f"{len(script.handed)} of {len(wanted)} messages reached the provider"
    )
    _expect(all(r.status is ACCEPTED for r in receipts.values()), "a message that was taken is not accepted")
