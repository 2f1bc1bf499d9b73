"""Broken senders: each breaks one law, which proves that the law can fail."""

from __future__ import annotations

import itertools
import logging
import socket
import sys
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import attrs

from eduid_core.plugins import HandedOver, Receipt, ReceiptStatus, SmsBatch, SmsMessage
from eduid_core.testing.conformance.sms import Answer, Script, ScriptedCall

ACCEPTED, FAILED, LATER, UNKNOWN = ReceiptStatus
SECRET = "the secret of an account 0123456789"
REPLIES = {
    Answer.ACCEPTED: {"code": "0"},
    Answer.FAILED: {"code": "12"},
    Answer.LATER: {"code": "30"},
    Answer.UNLISTED: {"code": "{code}"},
}


class GoodSender:
    """A sender that keeps every law, through a library that is called for one number at a time."""

    sender_id = "good"
    reaches_people = True
    query_after_s: Any = 60.0
    codes: ClassVar[dict[str, ReceiptStatus]] = {"0": ACCEPTED, "12": FAILED, "30": LATER}
    other = UNKNOWN

    def __init__(self, call: Callable[[str], Any], secret: str = SECRET) -> None:
        self.call, self.secret = call, secret

    def send(self, batch: SmsBatch, /) -> Sequence[Receipt]:
        return [self.send_one(message) for message in batch.messages]

    def send_one(self, message: SmsMessage) -> Receipt:
        try:
            reply = self.call(message.to.reveal("send"))
        except Exception as error:  # noqa: BLE001 - a library may raise anything
            return self.receipt(message, self.after(error), type(error).__name__)
        return self.read(message, reply)

    def read(self, message: SmsMessage, reply: Any) -> Receipt:
        code = reply.get("code") if isinstance(reply, dict) else None
        if code not in self.codes:
            return self.receipt(message, self.other if isinstance(reply, dict) else UNKNOWN, "unlisted")
        return self.receipt(message, self.codes[code], code)

    def after(self, error: Exception) -> ReceiptStatus:
        return LATER if isinstance(error, ConnectionRefusedError) else UNKNOWN

    def receipt(self, message: SmsMessage, status: ReceiptStatus, code: str) -> Receipt:
        return Receipt(message_id=message.message_id, status=status, code=code)

    def query(self, messages: Sequence[HandedOver], /) -> Sequence[Receipt]:
        return [self.ask(message) for message in messages]

    def ask(self, message: HandedOver) -> Receipt:
        return Receipt(message_id=message.message_id, status=UNKNOWN)


BROKEN: dict[type[GoodSender], set[str]] = {}
"""A broken sender -> the laws that catch it: its own, and those that its fault breaks too."""


class _Breaks(GoodSender):
    def __init_subclass__(cls, law: str, also: tuple[str, ...] = ()) -> None:
        BROKEN[cls] = {law, *also}


class DropsRefused(_Breaks, law="SMS-01"):
    """Answers only for those that the provider did not refuse, as its reply lists them."""

    def send(self, batch: SmsBatch, /) -> Sequence[Receipt]:
        return [r for r in super().send(batch) if r.status is not FAILED]


class Reverses(_Breaks, law="SMS-01"):
    """Gives the receipts in another order."""

    def send(self, batch: SmsBatch, /) -> Sequence[Receipt]:
        return [self.send_one(m) for m in batch.messages[::-1]]


class FirstForAll(_Breaks, law="SMS-02"):
    """Gives all recipients the outcome of the first."""

    def send(self, batch: SmsBatch, /) -> Sequence[Receipt]:
        receipts = super().send(batch)
        return [attrs.evolve(receipts[0], message_id=r.message_id) for r in receipts]


class DelaysCodes(_Breaks, law="SMS-03", also=("SMS-18",)):
    """Says later of a one-time code that was taken; so it does in the next batch."""

    def receipt(self, message: SmsMessage, status: ReceiptStatus, code: str) -> Receipt:
        is_delayed = status is ACCEPTED and message.params
        return super().receipt(message, LATER if is_delayed else status, code)


class TriesTheRefusedAgain(_Breaks, law="SMS-04"):
    codes: ClassVar = {**GoodSender.codes, "12": LATER}


class ChangesItsMind(_Breaks, law="SMS-04", also=("SMS-02",)):
    """Delays every third refused message, whichever that is."""

    refused = itertools.count(1)

    def receipt(self, message: SmsMessage, status: ReceiptStatus, code: str) -> Receipt:
        is_third = status is FAILED and next(self.refused) % 3 == 0
        return super().receipt(message, LATER if is_third else status, code)


class LosesTheLate(_Breaks, law="SMS-05"):
    codes: ClassVar = {**GoodSender.codes, "30": FAILED}


class WaitsForEver(_Breaks, law="SMS-05"):
    """Gives a delay that is no time."""

    def receipt(self, message: SmsMessage, status: ReceiptStatus, code: str) -> Receipt:
        delay = -1.0 if code == "30" else None
        return attrs.evolve(super().receipt(message, status, code), retry_after_s=delay)


class GuessesLater(_Breaks, law="SMS-06"):
    """Takes an unlisted code for later."""

    other = LATER


class TrustsAnyReply(_Breaks, law="SMS-07"):
    """Takes a reply of another type for success, as HTTP 200 was seen."""

    def read(self, message: SmsMessage, reply: Any) -> Receipt:
        read = super().read(message, reply)
        return read if isinstance(reply, dict) else attrs.evolve(read, status=ACCEPTED)


class BelievesHttp500(_Breaks, law="SMS-08"):
    def after(self, error: Exception) -> ReceiptStatus:
        return LATER if isinstance(error, RuntimeError) else super().after(error)


class BelievesTimeouts(_Breaks, law="SMS-09"):
    def after(self, error: Exception) -> ReceiptStatus:
        return LATER if isinstance(error, TimeoutError) else super().after(error)


class RaisesOnHangUps(_Breaks, law="SMS-09"):
    """Lets an exception through; its text is cleaned, so that no number is shown."""

    def after(self, error: Exception) -> ReceiptStatus:
        if isinstance(error, ConnectionResetError):
            raise ConnectionResetError("reset") from None
        return super().after(error)


class LosesTheUnreachable(_Breaks, law="SMS-10"):
    def after(self, error: Exception) -> ReceiptStatus:
        return FAILED if isinstance(error, ConnectionRefusedError) else super().after(error)


class Repeats(_Breaks, law="SMS-11"):
    """Sends again after a time-out."""

    def send_one(self, message: SmsMessage) -> Receipt:
        receipt = super().send_one(message)
        return super().send_one(message) if receipt.code == "TimeoutError" else receipt


class LogsNumbers(_Breaks, law="SMS-12"):
    def send_one(self, message: SmsMessage) -> Receipt:
        logging.getLogger("acme").debug("to %s", message.to.reveal("send"))
        return super().send_one(message)


class PrintsCodes(_Breaks, law="SMS-12"):
    def send_one(self, message: SmsMessage) -> Receipt:
        for _, value in message.params:
            if hasattr(value, "reveal"):
                sys.stdout.write(value.reveal("send"))
        return super().send_one(message)


class PassesTheCodeOn(_Breaks, law="SMS-12"):
    """Puts the text of the reply into the receipt."""

    def read(self, message: SmsMessage, reply: Any) -> Receipt:
        read = super().read(message, reply)
        return attrs.evolve(read, code=str(reply["code"])) if isinstance(reply, dict) else read


class ShowsItsSecret(_Breaks, law="SMS-12"):
    def __repr__(self) -> str:
        return f"Sender({self.secret!r})"


class RenamesItself(_Breaks, law="SMS-13"):
    numbers = itertools.count()

    @property
    def sender_id(self) -> str:  # type: ignore[override]
        return f"sender:{next(self.numbers)}"


class SaysYes(_Breaks, law="SMS-13"):
    reaches_people = "yes"  # type: ignore[assignment]


class WaitsForNoNumber(_Breaks, law="SMS-13"):
    query_after_s = float("nan")


class AnswersSomeQuestions(_Breaks, law="SMS-14"):
    def query(self, messages: Sequence[HandedOver], /) -> Sequence[Receipt]:
        return super().query(messages)[:1]


class AsksAndBelievesSilence(_Breaks, law="SMS-15"):
    """Takes a list that could not be read for an empty one."""

    def ask(self, message: HandedOver) -> Receipt:
        try:
            found = self.call(message.to.reveal("ask")) == {"code": "0"}
        except Exception:  # noqa: BLE001 - as above
            found = False
        return attrs.evolve(super().ask(message), status=UNKNOWN if found else LATER)


class SharesItsClient(_Breaks, law="SMS-16"):
    """Keeps the client of the first sender that is at work for every other."""

    calls: ClassVar[list[Callable[[str], Any]]] = []

    def send(self, batch: SmsBatch, /) -> Sequence[Receipt]:
        self.calls.append(self.call)
        if [m.message_id for m in batch.messages] == ["law-other"]:
            self.call = self.calls[-2]
        return super().send(batch)


class ConnectsAtOnce(_Breaks, law="SMS-17"):
    """Opens a connection when it is made."""

    def __init__(self, call: Callable[[str], Any]) -> None:
        super().__init__(call)
        with socket.socket() as probe:
            probe.settimeout(0.01)
            probe.connect_ex(("127.0.0.1", 9))
            try:
                probe.connect(("127.0.0.1", 9))
            except OSError:
                return


class GivesUp(_Breaks, law="SMS-18"):
    """Sends nothing any more after a time-out, which it says rightly of the first batch."""

    gave_up = False

    def send(self, batch: SmsBatch, /) -> Sequence[Receipt]:
        if self.gave_up:
            return [self.receipt(m, LATER, "gave_up") for m in batch.messages]
        receipts = super().send(batch)
        self.gave_up = any(r.code == "TimeoutError" for r in receipts)
        return receipts


class Null(GoodSender):
    """Sends nothing and answers nothing."""

    def send(self, _: SmsBatch, /) -> Sequence[Receipt]:
        return []


@attrs.frozen
class Constant:
    """Sends nothing, and says the same of every message."""

    status: ReceiptStatus
    sender_id: str = "constant"
    reaches_people: bool = True
    query_after_s: float = 60.0

    def send(self, batch: SmsBatch, /) -> Sequence[Receipt]:
        return [Receipt(message_id=m.message_id, status=self.status) for m in batch.messages]

    def query(self, messages: Sequence[HandedOver], /) -> Sequence[Receipt]:
        return [Receipt(message_id=m.message_id, status=UNKNOWN) for m in messages]


def opens(sender: Callable[[ScriptedCall], Any]) -> Callable[[Script], Any]:
    """Return the opener of *sender* over a scripted library."""
    return lambda script: sender(ScriptedCall(script, REPLIES))
