"""The laws of a sender on every provider that the project has: over its simulator, its file or its screen."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, ClassVar, Final

import attrs
import pytest

from eduid_core.plugins import Receipt, SmsBatch, SmsSender
from eduid_core.private import Phone
from eduid_core.testing.conformance.sms import Answer, Script, SmsSuite
from eduid_core.testing.simulators import Fault, SmsSimulator
from eduid_sms_console import ConsoleSender, FileSender
from eduid_sms_http import HttpRequest, HttpResponse, HttpSmsSender, NotSent, Outcome, UrllibTransport
from eduid_sms_http.testing import text_of_request

from .providers import KINDS, Clock, Kind

NETWORK: Final = UrllibTransport()
FAULTS: Final = {
    Answer.SERVER_ERROR: Fault.FAILING,
    Answer.TIMEOUT: Fault.SILENT,
    Answer.HANG_UP: Fault.BROKEN,
}


@attrs.frozen
class SimulatedTransport:
    """Turns the knobs of a simulator as the script says, and carries the request there."""

    script: Script = attrs.field(repr=False)
    kind: Kind = attrs.field(repr=False)
    provider: SmsSimulator = attrs.field(repr=False)

    def __call__(self, request: HttpRequest, /, *, timeout_s: float) -> Outcome:
        codes = {
            Answer.FAILED: self.kind.refused_number,
            Answer.LATER: self.kind.limited_number,
            Answer.UNLISTED: self.script.code,
        }
        self.provider.refusals.clear()
        self.provider.fault = None
        for number in self.script.numbers_in(text_of_request(request)):
            answer = self.script.answer(number)
            if answer is Answer.UNREACHABLE:
                return NotSent("connection_refused")
            if answer is Answer.GARBAGE:
                return HttpResponse(status=200, body=self.script.garbage)
            if answer in codes:
                self.provider.refuse(number, codes[answer])
            self.provider.fault = FAULTS.get(answer)
        return NETWORK(request, timeout_s=timeout_s)


@pytest.fixture(scope="module", autouse=True)
def _simulators() -> Iterator[None]:
    with ExitStack() as stack:
        for kind in KINDS:
            RUNNING[kind.name] = stack.enter_context(kind.simulator(clock=Clock()))
        yield
    RUNNING.clear()


RUNNING: dict[str, SmsSimulator] = {}


class ProviderSuite(SmsSuite):
    kind: ClassVar[Kind]
    examples = 15

    def open(self, script: Script) -> SmsSender:
        provider = RUNNING[self.kind.name]
        transport = SimulatedTransport(script, self.kind, provider)
        return HttpSmsSender(codec=self.kind.codec(provider), transport=transport, clock=Clock())


class TestAliyun(ProviderSuite):
    kind = KINDS[0]
    secrets = ("simulated-secret-阿里",)


class TestTencent(ProviderSuite):
    kind = KINDS[1]


class TestWebhook(ProviderSuite):
    kind = KINDS[2]
    secrets = ("the secret of the gateway, 网关的密钥 0123",)


NO_PROVIDER: Final = "there is no provider that answers: every message that is written is sent"
WRITTEN: Final[Mapping[str, str]] = dict.fromkeys(
    ("SMS-04", "SMS-05", "SMS-06", "SMS-07", "SMS-08", "SMS-09", "SMS-10"), NO_PROVIDER
)


def count(script: Script, line: str) -> None:
    """Count the message that *line* shows: its number is masked."""
    for number in script.answers:
        if Phone(number).screen() in line:
            script.answer(number)


class TestConsole(SmsSuite):
    waived = WRITTEN

    def open(self, script: Script) -> ConsoleSender:
        return ConsoleSender(lambda line: count(script, line))


class CountedFile(FileSender):
    """A file whose new lines are counted after each batch."""

    def __init__(self, script: Script, path: Path) -> None:
        super().__init__(path, journal="laws")
        self.script, self.seen = script, 0

    def send(self, batch: SmsBatch, /) -> Sequence[Receipt]:
        receipts = super().send(batch)
        lines = self._path.read_text("utf-8").splitlines()
        for line in lines[self.seen :]:
            count(self.script, line)
        self.seen = len(lines)
        return receipts


class TestFile(SmsSuite):
    waived = WRITTEN
    folder: ClassVar[Path]
    number: ClassVar = itertools.count()

    @pytest.fixture(autouse=True)
    def _in_a_folder(self, tmp_path: Path) -> None:
        type(self).folder = tmp_path

    def open(self, script: Script) -> CountedFile:
        return CountedFile(script, self.folder / f"{next(self.number)}.jsonl")


def test_the_suites_are_of_every_provider() -> None:
    suites: list[Any] = [TestAliyun, TestTencent, TestWebhook]

    assert [suite.kind for suite in suites] == list(KINDS)
