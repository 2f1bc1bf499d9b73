"""What the two senders write, and what the file answers."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eduid_core.plugins import Received, SmsMessage
from eduid_core.private import OtpCode, Phone
from eduid_sms_console import ConsoleSender, FileSender

NOW = dt.datetime(2026, 11, 1, 8, tzinfo=dt.UTC)
PARAMS = (("code", OtpCode("123456")), ("minutes", 5))


def message(identity: str) -> SmsMessage:
    return SmsMessage(message_id=identity, template="registration_code", to=Phone("15400001234"), params=PARAMS)


def test_the_console_shows_a_message_masked() -> None:
    lines: list[str] = []

    (receipt,) = ConsoleSender(lines.append).send([message("m")])

    assert receipt.received is Received.SENT
    assert "154****1234" in lines[0]
    assert "123456" not in lines[0]
    assert "【教育卡】" in lines[0]
    assert ConsoleSender().query(["m"])[0].received is Received.UNKNOWN


def test_the_file_holds_one_masked_line_a_message(tmp_path: Path) -> None:
    FileSender(tmp_path / "sms.jsonl", clock=lambda: NOW).send([message("m1"), message("m2")])

    first, second = (json.loads(line) for line in (tmp_path / "sms.jsonl").read_text("utf-8").splitlines())
    assert first == {
        "message_id": "m1",
        "template": "registration_code",
        "to_masked": "154****1234",
        "params_masked": {"code": "<code:6>", "minutes": "<int:1>"},
        "at": "2026-11-01T08:00:00+00:00",
    }
    assert second["message_id"] == "m2"


def test_the_file_answers_for_what_is_whole_in_it(tmp_path: Path) -> None:
    path = tmp_path / "sms.jsonl"
    FileSender(path).send([message("m1")])

    assert [a.received for a in FileSender(path).query(["m1", "m2"])] == [Received.SENT, Received.REFUSED]


@given(cut=st.integers(1, 400))
@settings(max_examples=60)
def test_a_torn_last_line_is_cut_off_and_counts_as_not_received(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    path = tmp_path_factory.mktemp("torn") / "sms.jsonl"
    FileSender(path).send([message("m1"), message("m2")])
    whole = path.read_bytes()
    path.write_bytes(whole[: max(0, len(whole) - cut)])

    again = FileSender(path)
    missing = [a.message_id for a in again.query(["m1", "m2"]) if a.received is Received.REFUSED]
    again.send([message(m) for m in missing])

    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert sorted(line["message_id"] for line in lines) == ["m1", "m2"]


def test_another_file_is_another_outlet(tmp_path: Path) -> None:
    one, two = FileSender(tmp_path / "a"), FileSender(tmp_path / "b")

    assert one.sender_id != two.sender_id
    assert one.sender_id == FileSender(tmp_path / "x" / ".." / "a").sender_id
