"""What the two languages of one text fill in is the same: neither tells a number that the other does not."""

from __future__ import annotations

import string

import pytest

from eduid_core import messages


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


WITH_PLACEHOLDERS = [code for code, entry in messages.CATALOGUE.items() if placeholders(entry.zh + entry.en)]


def test_some_texts_fill_something_in() -> None:
    assert len(WITH_PLACEHOLDERS) > 10


@pytest.mark.parametrize("code", WITH_PLACEHOLDERS)
def test_both_languages_of_a_text_fill_in_the_same(code: str) -> None:
    entry = messages.CATALOGUE[code]

    assert placeholders(entry.zh) == placeholders(entry.en)
