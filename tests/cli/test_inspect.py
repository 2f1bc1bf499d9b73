"""`eduid inspect`: every finding for each number, and never a traceback."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys

from hypothesis import given, settings
from hypothesis import strategies as st

from eduid_cli.inspect import _answer

from .conftest import AS_OF, run_eduid

NUMBER = "320098201503150010"


def test_a_number_is_drawn_masked_with_carets_and_words() -> None:
    result = run_eduid("inspect", NUMBER[:-1] + "1", "154O0001234", "--as-of", AS_OF)

    assert result.returncode == 0
    for part in ("32**************11", "CHECKSUM", "校验位不符", "154O***1234", "PHONE_LETTER"):
        assert part in result.stdout
    assert NUMBER[:-1] not in result.stdout


def test_reveal_shows_the_whole() -> None:
    assert NUMBER in run_eduid("inspect", NUMBER, "--reveal").stdout


def test_each_line_has_one_answer() -> None:
    asked = [
        {"kind": None, "input": NUMBER},
        {"kind": "mobile", "input": "15400001234"},
        {"kind": "x", "input": "1"},
    ]
    lines = "\n".join([*map(json.dumps, asked), "no json", "[]", "{}", '{"kind": null, "input": 3}']) + "\n"
    result = subprocess.run(
        [sys.executable, "-m", "eduid_cli", "inspect", "--jsonl", "--as-of", AS_OF],
        input=lines,
        capture_output=True,
        text=True,
        check=True,
    )

    answers = [json.loads(line) for line in result.stdout.splitlines()]

    assert result.stdout.isascii()
    assert [a["kind"] for a in answers] == ["resident_id", "mobile", None, None, None, None, None]
    assert answers[0]["value"]["birth_date"] == "2015-03-15"
    assert NUMBER not in result.stdout
    assert all(a["findings"][0]["code"] == "LINE_UNREADABLE" for a in answers[2:])
    assert set(answers[0]) == {"kind", "also", "valid", "value", "findings"}


@given(
    st.binary(max_size=80) | st.text(max_size=40).map(lambda t: json.dumps({"kind": None, "input": t}).encode())
)
@settings(max_examples=300)
def test_any_line_is_answered(line: bytes) -> None:
    answer = _answer(line, dt.date(2026, 11, 1), reveal=False)

    assert json.dumps(answer).isascii()
    for found in answer["findings"]:
        start, end = found["at"]
        assert 0 <= start <= end
