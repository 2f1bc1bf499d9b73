"""The laws of a sender can fail: each catches its broken senders, and no sender that does nothing passes any."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from eduid_core.plugins import ReceiptStatus
from eduid_core.testing.conformance.sms import LAWS, Answer, Law, LawBroken, Script, SmsSuite, hold

from .broken_senders import BROKEN, SECRET, Constant, FirstForAll, GoodSender, Null, opens

ROOT = Path(__file__).resolve().parents[2]
BY_ID = {law.id: law for law in LAWS}


def caught(sender: Callable[..., Any]) -> set[str]:
    """Return the laws that *sender* breaks."""
    return {law.id for law in LAWS if breaks(law, sender)}


def breaks(law: Law, sender: Callable[..., Any]) -> bool:
    try:
        hold(law, opens(sender), secrets=[SECRET], examples=12)
    except LawBroken:
        return True
    return False


class TestGoodSender(SmsSuite):
    secrets = (SECRET,)

    def open(self, script: Script) -> GoodSender:
        sender: GoodSender = opens(GoodSender)(script)
        return sender


@pytest.mark.parametrize("sender", BROKEN, ids=lambda sender: sender.__name__)
def test_a_broken_sender_is_caught_by_its_laws_alone(sender: type[GoodSender]) -> None:
    assert caught(sender) == BROKEN[sender]


def test_every_law_catches_a_broken_sender_alone_or_first() -> None:
    assert {next(iter(sorted(ids))) for ids in BROKEN.values()} == set(BY_ID)


@pytest.mark.parametrize("sender", [Null, *(partial(Constant, status) for status in ReceiptStatus)])
def test_a_sender_that_sends_nothing_breaks_every_law(sender: Callable[..., Any]) -> None:
    """Were it otherwise, a law would be counted as kept by an adapter that does nothing."""
    build = sender if sender is Null else lambda _: sender()

    assert caught(build) == set(BY_ID)


def test_a_failure_shows_the_law_and_the_smallest_batch_without_a_number() -> None:
    law = BY_ID["SMS-02"]

    with pytest.raises(LawBroken) as failure:
        hold(law, opens(FirstForAll))

    text = str(failure.value)
    for part in (law.id, law.says, law.why, law.hint, "law-M0 approved to 154****"):
        assert part in text
    assert text.count("the provider answers") == 2
    assert "law-M2" not in text
    assert "15400001" not in text


def test_the_numbers_of_the_laws_are_in_order_and_their_texts_whole() -> None:
    assert list(BY_ID) == [f"SMS-{n:02d}" for n in range(1, len(LAWS) + 1)]
    for law in LAWS:
        assert law.says.endswith(".")
        assert law.why.endswith(".")
        assert law.hint.endswith(".")
        assert set(law.answers) <= set(Answer)


@pytest.mark.parametrize("waived", [{"SMS-99": "no such law"}, {"SMS-01": " "}])
def test_a_waiver_without_a_law_or_a_reason_is_an_error(waived: dict[str, str]) -> None:
    with pytest.raises(TypeError, match="waives"):
        type("TestOther", (SmsSuite,), {"waived": waived})


def test_the_test_of_the_laws_cannot_be_replaced() -> None:
    with pytest.raises(TypeError, match="replaces test_law"):
        type("TestOther", (SmsSuite,), {"test_law": print})


@pytest.mark.parametrize(
    ("sender", "outcomes"),
    [
        ("BelievesTimeouts", {"passed": 17, "xfailed": 1}),
        ("GoodSender", {"passed": 17, "failed": 1}),
        ("LosesTheUnreachable", {"passed": 16, "failed": 2}),
    ],
)
def test_a_waived_law_may_fail_and_a_waiver_that_is_not_needed_fails(
    tmp_path: Path, sender: str, outcomes: dict[str, int]
) -> None:
    (tmp_path / "test_it.py").write_text(SUITE.format(sender=sender), "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py"]
    path = os.pathsep.join([str(ROOT), *sys.path])

    ran = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )

    found = re.findall(r"(\d+) (passed|xfailed|failed)", ran.stdout.splitlines()[-1])
    assert {word: int(number) for number, word in found} == outcomes


SUITE = """
from eduid_core.testing.conformance.sms import SmsSuite
from tests.sms.broken_senders import {sender}, opens

class TestIt(SmsSuite):
    waived = {{"SMS-09": "its library hides time-outs"}}

    def open(self, script):
        return opens({sender})(script)
"""
