"""What the two senders write, and what the file answers."""

from __future__ import annotations

import datetime as dt
import json
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eduid_core.plugins import HandedOver, ReceiptStatus, SmsBatch, SmsMessage
from eduid_core.private import OtpCode, Phone
from eduid_sms_console import ConsoleSender, FileSender

NOW = dt.datetime(2026, 11, 1, 8, tzinfo=dt.UTC)
PARAMS = (("code", OtpCode("123456")), ("minutes", 5))


def message(identity: str) -> SmsMessage:
    return SmsMessage(message_id=identity, template="registration_code", to=Phone("15400001234"), params=PARAMS)


def batch(messages: list[SmsMessage]) -> SmsBatch:
    return SmsBatch(messages=tuple(messages))


def asked(identity: str) -> HandedOver:
    return HandedOver(message_id=identity, to=Phone("15400001234"), at=NOW)


def test_the_console_shows_a_message_masked() -> None:
    lines: list[str] = []

    (receipt,) = ConsoleSender(lines.append).send(batch([message("m")]))

    assert receipt.status is ReceiptStatus.ACCEPTED
    assert "154****1234" in lines[0]
    assert "123456" not in lines[0]
    assert "【教育卡】" in lines[0]
    assert ConsoleSender().query([asked("m")])[0].status is ReceiptStatus.UNKNOWN


def test_the_file_holds_one_masked_line_a_message(tmp_path: Path) -> None:
    FileSender(tmp_path / "sms.jsonl", clock=lambda: NOW).send(batch([message("m1"), message("m2")]))

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
    FileSender(path).send(batch([message("m1")]))

    assert [a.status for a in FileSender(path).look_up(["m1", "m2"])] == [
        ReceiptStatus.ACCEPTED,
        ReceiptStatus.LATER,
    ]


@given(cut=st.integers(1, 400))
@settings(max_examples=60)
def test_a_torn_last_line_is_cut_off_and_counts_as_not_received(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    path = tmp_path_factory.mktemp("torn") / "sms.jsonl"
    FileSender(path).send(batch([message("m1"), message("m2")]))
    whole = path.read_bytes()
    path.write_bytes(whole[: max(0, len(whole) - cut)])

    again = FileSender(path)
    missing = [a.message_id for a in again.look_up(["m1", "m2"]) if a.status is ReceiptStatus.LATER]
    again.send(batch([message(m) for m in missing]))

    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert sorted(line["message_id"] for line in lines) == ["m1", "m2"]


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Let no file grow beyond *size* bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def said(sender: FileSender, *ids: str) -> list[str]:
    return [receipt.status.value for receipt in sender.look_up(ids)]


@pytest.mark.parametrize("room", range(10, 500, 70))
def test_a_line_there_is_no_room_for_is_not_sent_and_spoils_nothing(tmp_path: Path, room: int) -> None:
    path = tmp_path / "sms.jsonl"
    sender = FileSender(path)
    with room_for(room), pytest.raises(OSError, match=r"not wholly written|too large"):
        sender.send(batch([message(f"m{n}") for n in range(3)]))
    before = said(sender, "m0", "m1", "m2")

    sender.send(batch([message(f"m{n}") for n in range(3) if before[n] == "later"]))

    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert sorted(line["message_id"] for line in lines) == ["m0", "m1", "m2"]
    assert before == sorted(before)
    assert said(FileSender(path), "m0", "m1", "m2") == ["accepted"] * 3


def test_a_piece_that_could_not_be_taken_back_is_cut_off_by_the_next_append(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "sms.jsonl"
    sender = FileSender(path)
    sender.send(batch([message("m1")]))
    monkeypatch.setattr(os, "ftruncate", lambda *_: None)
    with room_for(path.stat().st_size + 9), pytest.raises(OSError, match="not wholly written"):
        sender.send(batch([message("m2")]))
    assert not path.read_bytes().endswith(b"\n")

    sender.send(batch([message("m3")]))

    assert said(sender, "m1", "m2", "m3") == ["accepted", "later", "accepted"]


@pytest.mark.parametrize("line", [b"", b"[]", b"17", b'{"message_id": []}', b'{"to": "\xe6\x95'])
def test_a_line_that_is_no_message_is_passed_over(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "sms.jsonl"
    FileSender(path).send(batch([message("m1")]))
    path.write_bytes(line + b"\n" + path.read_bytes())

    assert said(FileSender(path), "m1", "m2") == ["accepted", "later"]


def test_what_a_spoilt_line_speaks_of_is_unknown(tmp_path: Path) -> None:
    """Two lines were written as one: nobody can say any more which of them was whole."""
    path = tmp_path / "sms.jsonl"
    FileSender(path).send(batch([message("m1"), message("m2")]))
    first, second = path.read_bytes().splitlines()
    path.write_bytes(first[:-9] + second + b"\n")

    assert said(FileSender(path), "m1", "m2", "m3") == ["unknown", "unknown", "later"]


def test_another_file_is_another_outlet(tmp_path: Path) -> None:
    one, two = FileSender(tmp_path / "a"), FileSender(tmp_path / "b")

    assert one.sender_id != two.sender_id
    assert one.sender_id == FileSender(tmp_path / "x" / ".." / "a").sender_id
