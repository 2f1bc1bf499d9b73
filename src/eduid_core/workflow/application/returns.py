"""
Items of a return: the form's own field that each one names, the edit that answers it, and contests of it.

Matching, reviewers and forms name a field alike: `id` and `class` of the comparison are the form's `id_number`
and `class_name`. `form` names the whole form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from eduid_core.matching import KEY_FIELDS
from eduid_core.matching import Application as Form
from eduid_core.private import PrivateText
from eduid_core.workflow.forms import FIELDS, differing

__all__ = [
    "FIELD_OF_REASON",
    "RETURN_FIELDS",
    "WHOLE",
    "answered_by",
    "contested_fields",
    "form_field",
    "private_notes",
    "still_contested",
]

WHOLE: Final = "form"
"""The name of the whole form: any edit answers it."""

_OF_MATCHING: Final = MappingProxyType({"id": "id_number", "class": "class_name"})
"""Key field of the comparison -> field of the form, if their names differ."""

RETURN_FIELDS: Final = frozenset((*FIELDS, *KEY_FIELDS, WHOLE))
"""Every name of a field that a return or a contest may use."""

FIELD_OF_REASON: Final[Mapping[str, str]] = MappingProxyType(
    {"PHONE_INVALID": "guardian_phone", "NAME_INVALID": "name", "ID_INVALID": "id_number"}
)
"""Reason of a return by the system -> field to correct; a blank field is named by its own result."""

_BESIDE: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"school": ("school_code",), "id_number": ("id_type",), WHOLE: FIELDS}
)
"""Field -> other fields whose edit answers an item about it, because both are judged together."""


def form_field(name: str) -> str:
    """
    Return the form's own name of the field *name*.

    >>> form_field("class"), form_field("school")
    ('class_name', 'school')
    """
    return _OF_MATCHING.get(name, name)


def answered_by(field: str, before: Form, after: Form) -> bool:
    """Return whether the edit from *before* to *after* answers an item about *field*."""
    own = () if field == WHOLE else (field,)
    return bool(differing(before, after, {*own, *_BESIDE.get(field, ())} & set(FIELDS)))


# --- contests ------------------------------------------------------------------------------------------

Contests = tuple[tuple[str, PrivateText], ...]
"""Contested fields, each with the applicant's reason."""


def private_notes(contested: Any) -> Any:
    """Return *contested* with private notes; a value of another shape is returned for the door to judge."""
    if type(contested) is not tuple or not all(type(one) is tuple and len(one) == _PAIR for one in contested):
        return contested
    return tuple((name, PrivateText(why) if type(why) is str else why) for name, why in contested)


_PAIR: Final = 2


def contested_fields(contested: Contests) -> frozenset[str]:
    """Return the form's fields that are contested with a reason."""
    return frozenset(form_field(name) for name, why in contested if why.reveal("is a reason given").strip())


def still_contested(fields: Iterable[str], before: Form, after: Form) -> frozenset[str]:
    """Return the contested *fields* whose values the edit from *before* to *after* has kept."""
    return frozenset(field for field in fields if not answered_by(field, before, after))
