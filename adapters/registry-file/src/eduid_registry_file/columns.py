"""The columns of the two files: their headings in English and Chinese, the required and the settable ones."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Final

import attrs

from eduid_registry_file.cells import NUMBERS, PHONES
from eduid_registry_file.headings import BEFORE, FORM, REGISTER, folded
from eduid_registry_file.options import FileOptions

__all__ = ["APPLICATIONS", "REGISTRY", "Columns"]

_NONE: Final = MappingProxyType[str, tuple[str, ...]]({})


@attrs.define(kw_only=True, slots=False, frozen=True)
class Columns:
    """
    The headings of a kind of file.

    `before` lists headings that are more exact than those of `headings`; `settable` columns may be given by
    a person; `watched` names the columns in which a spreadsheet error sets the row aside.
    """

    headings: Mapping[str, tuple[str, ...]]
    side: str = ""
    before: Mapping[str, tuple[str, ...]] = _NONE
    optional: frozenset[str] = frozenset()
    filled_in: frozenset[str] = frozenset()
    """Optional columns that are filled in from others where a file lacks them."""
    settable: tuple[str, ...] = ()
    watched: tuple[str, ...] = ()
    """The columns in which a spreadsheet error sets the row aside, in the order they are looked at."""

    digits: frozenset[str] = NUMBERS | PHONES
    """The columns in which a number that a spreadsheet destroyed sets the row aside."""

    @property
    def required(self) -> tuple[str, ...]:
        """Return the required columns, in order."""
        return tuple(name for name in self.headings if name not in self.optional)

    @cached_property
    def _known(self) -> Mapping[str, tuple[str, int]]:
        """Return every folded heading -> its column and its rank, the most exact first."""
        known: dict[str, tuple[str, int]] = {}
        for name, headings in self.headings.items():
            for rank, text in enumerate((name, *self.before.get(name, ()), *headings)):
                known.setdefault(folded(text), (name, rank))
        return known

    def known(self, options: FileOptions) -> Mapping[str, tuple[str, int]]:
        """Return every folded heading -> its column and its rank; the headings of *options* come first."""
        if not options.mapped:
            return self._known
        return {**self._known, **{text: (field, -1) for text, field in options.mapped}}

    def field_of(self, heading: str) -> str | None:
        """
        Return the column that *heading* names, in either language and any case; None for an unknown
        heading.
        """
        found = self._known.get(folded(heading))
        return found[0] if found else None

    def title(self, field: str) -> str:
        """Return the Chinese title of *field*."""
        return self.headings[field][0]


APPLICATIONS: Final = Columns(
    side="applications",
    headings=FORM,
    before=BEFORE,
    optional=frozenset({"application_id", "id_type", "school_code", "guardian_name"}),
    filled_in=frozenset({"application_id"}),
    settable=("school", "school_code", "grade", "class", "entry_year", "id_type"),
    watched=tuple(FORM),
)

REGISTRY: Final = Columns(
    side="registry",
    headings=REGISTER,
    before=BEFORE,
    optional=frozenset(
        {"student_number", "school_code", "id_type", "teacher_name", "teacher_phone", "guardian_phone"}
    ),
    filled_in=frozenset({"school_code", "id_type"}),
    settable=("school", "school_code", "grade", "class", "entry_month", "status", "id_type"),
    watched=("id_number",),
    digits=NUMBERS,
)
