"""What the two languages of one text fill in is the same: neither tells a number that the other does not."""

from __future__ import annotations

import string

import pytest

from eduid_core import messages
from eduid_core.findings import Refused
from eduid_core.messages import SUPPORT_CODES


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


WITH_PLACEHOLDERS = [code for code, entry in messages.CATALOGUE.items() if placeholders(entry.zh + entry.en)]


def test_some_texts_fill_something_in() -> None:
    assert len(WITH_PLACEHOLDERS) > 10


@pytest.mark.parametrize("code", WITH_PLACEHOLDERS)
def test_both_languages_of_a_text_fill_in_the_same(code: str) -> None:
    entry = messages.CATALOGUE[code]

    assert placeholders(entry.zh) == placeholders(entry.en)


def test_each_code_that_people_meet_has_a_number_and_no_number_means_two() -> None:
    tables = (messages.workflow.REFUSALS, messages.matching.REASONS, messages.validation.FINDINGS)
    of_persons = (messages.workflow.RETURN_REASONS, messages.workflow.REJECT_REASONS, messages.names.FINDINGS)
    met = {code for table in (*tables, *of_persons) for code in table}

    assert met - SUPPORT_CODES.keys() == set()
    assert len(set(SUPPORT_CODES.values())) == len(SUPPORT_CODES)
    assert SUPPORT_CODES.keys() <= messages.CATALOGUE.keys()


def test_a_number_never_changes() -> None:
    """The last number of each list as it stands today: a new code goes behind it."""
    numbers = {
        code: SUPPORT_CODES[code] for code in ("appeal_limit_exceeded", "forbidden", "withdrawn_by_family")
    }

    assert numbers == {
        "appeal_limit_exceeded": "E-1001",
        "forbidden": "E-1021",
        "withdrawn_by_family": "E-1070",
    }
    assert SUPPORT_CODES["CHECKSUM"].startswith("E-4")
    assert SUPPORT_CODES["NOT_FOUND"].startswith("E-2")
    assert Refused("forbidden").support == "E-1021"
    assert Refused("an adapter's own").support == ""
