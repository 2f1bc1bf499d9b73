"""The setting of races and crash tests: a fixed moment, a fixed key, and a form of an invented student."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import attrs

from eduid_core.matching import Application
from eduid_core.plugins import MasterKey

__all__ = ["BEGAN", "NUMBERS", "FixedKey", "form_of"]

BEGAN: Final = dt.datetime(2026, 11, 2, 8, 0, tzinfo=dt.UTC)
NUMBERS: Final = ("320098201503150010", "320098201503150029", "320098201503150037")
"""Resident ID numbers of a division that does not exist."""


@attrs.frozen
class FixedKey:
    """A master key for tests."""

    def master_key(self) -> MasterKey:
        """Return the key."""
        return MasterKey(id="crash", secret=b"c" * 32)


def form_of(number: str = NUMBERS[0], **changed: Any) -> Application:
    """Return the form of the student with *number*."""
    fields = {
        "name": "陈小雨",
        "id_number": number,
        "school": "南京市海英小学",
        "grade": "六年级",
        "class_name": "一班",
        "entry_year": "2021",
        "guardian_name": "陈大雨",
        "guardian_phone": "15400001234",
    }
    return Application(**{**fields, **changed})
