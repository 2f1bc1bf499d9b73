"""The laws of a sender as data: each with its sentence, the harm if it is broken, and where to look first."""

from __future__ import annotations

from typing import Final

import attrs

from eduid_core.plugins import ReceiptStatus
from eduid_core.testing.conformance.sms import checks
from eduid_core.testing.conformance.sms.script import Answer

__all__ = ["LAWS", "Law"]

_PLAIN: Final = (Answer.ACCEPTED, Answer.FAILED, Answer.LATER, Answer.UNLISTED)
_MUTE: Final = (Answer.GARBAGE, Answer.SERVER_ERROR, Answer.TIMEOUT, Answer.HANG_UP)


@attrs.frozen(kw_only=True)
class Law:
    """A law; `answers` are those of the provider that it is tried with."""

    id: str
    """Never reused."""
    says: str
    why: str
    hint: str
    since: int
    """The number of the contract that it came with."""
    check: checks.Check = attrs.field(repr=False)
    answers: tuple[Answer, ...] = (Answer.ACCEPTED,)
    is_mixed: bool = False
    """Whether the numbers of one batch have different answers; else each answer is tried for itself."""
    least: int = 1


LAWS: Final = (
    Law(
        id="SMS-01",
        says="A batch of any size gets one receipt for each message, in order.",
        why="A message without a receipt stays leased; with the receipt of another it is sent twice or never.",
        hint="Build the list from batch.messages, never from the entries of the reply.",
        since=1,
        check=checks.one_receipt_each,
        answers=_PLAIN,
        is_mixed=True,
        least=0,
    ),
    Law(
        id="SMS-02",
        says="Each recipient has an outcome of its own.",
        why="One blacklisted number would fail or repeat the messages of all others in its request.",
        hint="HTTP 200 says nothing of a recipient: read the entry of each number.",
        since=1,
        check=checks.each_its_own,
        answers=_PLAIN,
        is_mixed=True,
        least=2,
    ),
    Law(
        id="SMS-03",
        says="A message that the provider takes is accepted.",
        why="It would be sent again, or be listed as failed while the family reads it.",
        hint="Look at the code of success in the table of codes.",
        since=1,
        check=checks.all_are(ReceiptStatus.ACCEPTED),
    ),
    Law(
        id="SMS-04",
        says="A message refused for good is failed.",
        why="The operator would never learn that the family needs another number.",
        hint="List the codes of wrong and blacklisted numbers as refused for good.",
        since=1,
        check=checks.all_are(ReceiptStatus.FAILED),
        answers=(Answer.FAILED,),
    ),
    Law(
        id="SMS-05",
        says="A message refused for now is later, and its delay, if any, is a time.",
        why="A spent balance would lose the messages of a whole day.",
        hint="List the codes of limits, balance and configuration as later.",
        since=1,
        check=checks.all_are(ReceiptStatus.LATER),
        answers=(Answer.LATER,),
    ),
    Law(
        id="SMS-06",
        says="A code that no table lists is unknown.",
        why="A new code may mean that the message was taken: later would send it twice, failed would hide it.",
        hint="The default of the table of codes is unknown, whatever the code looks like.",
        since=1,
        check=checks.all_are(ReceiptStatus.UNKNOWN),
        answers=(Answer.UNLISTED,),
    ),
    Law(
        id="SMS-07",
        says="After a reply that is not the provider's every message is unknown, and nothing is raised.",
        why="A log-in page on the way comes with HTTP 200; the message may have been taken behind it.",
        hint="Test the type of every part of the reply before it is read.",
        since=1,
        check=checks.every_one_is(ReceiptStatus.UNKNOWN),
        answers=(Answer.GARBAGE,),
    ),
    Law(
        id="SMS-08",
        says="After a failure within the provider every message is unknown, and nothing is raised.",
        why="HTTP 500 often comes after the message was taken: it would be sent twice.",
        hint="Only a reply that proves the refusal is later; catch the exceptions of the library.",
        since=1,
        check=checks.every_one_is(ReceiptStatus.UNKNOWN),
        answers=(Answer.SERVER_ERROR,),
    ),
    Law(
        id="SMS-09",
        says="After a time-out or a hang-up every message is unknown, and nothing is raised.",
        why="The message may have been taken: it would be sent twice.",
        hint="Catch OSError and TimeoutError around the call, and tell them from a refused connection.",
        since=1,
        check=checks.every_one_is(ReceiptStatus.UNKNOWN),
        answers=(Answer.TIMEOUT, Answer.HANG_UP),
    ),
    Law(
        id="SMS-10",
        says="A message that could not leave this machine is later or unknown, and nothing is raised.",
        why="A cable that is unplugged for a minute would lose every message of that minute.",
        hint="ConnectionRefusedError proves that nothing was sent: later.",
        since=1,
        check=checks.every_one_is(ReceiptStatus.LATER, ReceiptStatus.UNKNOWN),
        answers=(Answer.UNREACHABLE,),
    ),
    Law(
        id="SMS-11",
        says="A message handed over once reaches the provider at most once.",
        why="The service decides on a repetition; a sender that repeats by itself sends a family two codes.",
        hint="Turn the retries of the HTTP client and of the library off.",
        since=1,
        check=checks.once,
        answers=tuple(Answer),
    ),
    Law(
        id="SMS-12",
        says="No text, log record, output or exception shows a number, a code or a secret.",
        why="Logs are copied to people who may not see the data of children.",
        hint="Give fields repr=False, log codes only, and never put the text of a reply into a receipt.",
        since=1,
        check=checks.shows_nothing,
        answers=tuple(Answer),
    ),
    Law(
        id="SMS-13",
        says="The sender has a lasting name, says whether it reaches people, and when it can be asked.",
        why="Only the sender of that name is asked about a message of unknown fate.",
        hint="Make sender_id from the provider and the account, never from time or chance.",
        since=1,
        check=checks.is_named,
    ),
    Law(
        id="SMS-14",
        says="A query answers each message that is asked, once and in order.",
        why="A message without an answer would stay unknown for ever.",
        hint="Build the list from the messages asked, never from the provider's list.",
        since=1,
        check=checks.asked_each,
        least=0,
    ),
    Law(
        id="SMS-15",
        says="A query without a readable reply says unknown, and raises nothing.",
        why="Later means proved not received: the message would be sent twice.",
        hint="An empty or unreadable list proves nothing.",
        since=1,
        check=checks.asked_in_vain,
        answers=(*_MUTE, Answer.UNREACHABLE),
    ),
    Law(
        id="SMS-16",
        says="Two senders work at once, each with its own provider.",
        why="A service that moves to another account would send by the old one.",
        hint="Keep settings and clients in the object, not in the class or the module.",
        since=1,
        check=checks.two_at_once,
        answers=_PLAIN,
        is_mixed=True,
    ),
    Law(
        id="SMS-17",
        says="Opening a sender uses neither the provider nor the network.",
        why="A service must start while the provider is down.",
        hint="Connect in send, not in the hook.",
        since=1,
        check=checks.opens_quietly,
    ),
    Law(
        id="SMS-18",
        says="The fate of one batch changes nothing for the next.",
        why="After one time-out, a sender that has given up delays every code until it is started again.",
        hint="Keep no flag of failure: the service itself leaves a failing sender alone.",
        since=1,
        check=checks.forgets,
        answers=tuple(Answer),
    ),
)
"""Every law of a sender, by number."""
