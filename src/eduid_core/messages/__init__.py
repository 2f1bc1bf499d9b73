"""
The catalogue of texts: every code of the project with its Chinese and English text.

Findings, reasons and notes are UPPER_SNAKE; refusals and SMS templates lower_snake. A code is never renamed
or reused. An entry of a finding also holds its severity and the clause behind it.

>>> text("CHECKSUM", "en", {})
'the check character does not fit, please compare every digit'
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from eduid_core.messages import matching, names, reading, sms, validation, workflow
from eduid_core.messages.entry import Entry, Trait
from eduid_core.messages.reading import FORM_FIELDS
from eduid_core.messages.support import SUPPORT_CODES
from eduid_core.messages.workflow import RETURN_REASONS

__all__ = ["CATALOGUE", "RETURN_REASONS", "SUPPORT_CODES", "Entry", "codes_with", "text"]


def _merged(*tables: Mapping[str, Entry]) -> Mapping[str, Entry]:
    merged: dict[str, Entry] = {}
    for table in tables:
        if twice := merged.keys() & table.keys():
            raise AssertionError(f"a code stands twice in the catalogue: {sorted(twice)}")
        merged |= table
    return MappingProxyType(merged)


CATALOGUE: Final = _merged(
    validation.FINDINGS,
    names.FINDINGS,
    matching.REASONS,
    reading.FINDINGS,
    workflow.REFUSALS,
    workflow.RETURN_REASONS,
    workflow.REJECT_REASONS,
    workflow.REVOKE_REASONS,
    workflow.REVEAL_REASONS,
    workflow.ERASE_REASONS,
    workflow.CLOSE_REASONS,
    workflow.UNDO_REASONS,
    workflow.STANDING,
    sms.TEMPLATES,
)
"""Every code of the project -> its `Entry`."""


class _Missing(dict[str, object]):
    """Parameters of a message; a missing one shows as an ellipsis instead of an error."""

    def __missing__(self, key: str) -> str:
        return "…"


def codes_with(trait: Trait) -> frozenset[str]:
    """Return the codes whose entry has *trait*."""
    return frozenset(code for code, entry in CATALOGUE.items() if trait in entry.traits)


def text(code: str, lang: Literal["zh", "en"], params: Mapping[str, object], /) -> str:
    """
    Return the text of *code* in *lang*, filled with *params*.

    Parameters are words too: a list of fields or of codes is told by their names and texts. A code that is not
    in the catalogue (an adapter's own) is returned unchanged.

    >>> text("field_required", "zh", {"fields": ["grade", "class_name"]})
    '请填写：年级、班级'
    """
    entry = CATALOGUE.get(code)
    if entry is None:
        return code
    told = {name: _listed(value, lang) for name, value in params.items()}
    return (entry.zh if lang == "zh" else entry.en).format_map(_Missing(told))


def _listed(value: object, lang: Literal["zh", "en"]) -> object:
    """Return a list in words; any other value is told as it is."""
    if isinstance(value, set | frozenset):
        value = sorted(map(str, value))
    if not isinstance(value, list | tuple):
        return value
    separator = "、" if lang == "zh" else ", "
    return separator.join(_named(str(item), lang) for item in value)


def _named(item: str, lang: Literal["zh", "en"]) -> str:
    """Return the name of a field, or the text of a code."""
    names = FORM_FIELDS.get(item)
    if names is not None:
        return names[0] if lang == "zh" else names[1]
    return text(item, lang, {})
