"""The rows by which applications are listed, made from their states: a status, a time, and keyed digests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from eduid_core.plugins import IndexRow
from eduid_core.validation.names.inspect import fold_name

__all__ = ["CLASS", "GUARDIAN", "NAME", "SCHOOL", "case_row", "class_key"]

Blind = Callable[[str, str], str]
SCHOOL, CLASS, GUARDIAN, NAME = "case_school", "case_class", "case_guardian", "case_name"
"""The purposes of the digests."""
_NONE: Final = ""


def class_key(school_code: str, class_name: str) -> str:
    """Return the text whose digest stands for a class."""
    return f"{school_code}\x1f{class_name}"


def name_key(name: str) -> str:
    """Return the text whose digest stands for a student's name, in any width and with any dots."""
    return fold_name(name)[0]


def case_row(key: str, state: Any, blind: Blind, due: dt.datetime | None) -> IndexRow:  # noqa: ANN401 - any status
    """Return the index row of an application in *state*, which is next due at *due*."""
    file, form = getattr(state, "file", None), getattr(state, "form", None)
    if file is None or form is None:
        return IndexRow(key=key, status=state.status)
    school, class_name = file.place
    name = name_key(form.name.reveal("blind index"))
    return IndexRow(
        key=key,
        status=state.status,
        school=blind(SCHOOL, school) if school else _NONE,
        class_=blind(CLASS, class_key(school, class_name)) if class_name else _NONE,
        guardian=blind(GUARDIAN, file.account_id) if file.account_id else _NONE,
        name=blind(NAME, name) if name else _NONE,
        due=due,
    )
