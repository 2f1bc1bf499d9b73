"""Print the reference page of the validation room, made from its tables: kinds, codes, verdicts, spaces."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from eduid_core.messages.validation import FINDINGS
from eduid_core.validation import DivisionStatus, Kind, PhoneClass
from eduid_core.validation.divisions.corrections import OVERLAY_VERSION
from eduid_core.validation.documents.catalogue import FAMILIES, LONGEST
from eduid_core.validation.phones.prefixes import PLAN_VERSION
from eduid_core.validation.synthetic import SPACES

HEAD = """\
# Validation: kinds and codes

This page is made from the library's own tables by `tools/docs_validation.py`; a test compares the two.

Only an `error` makes a number invalid. A `doubt` is settled by the registry or a person, a `note` is for the
record. Codes are never renamed and never used again. Places count code points of the typed text.
"""
PLACES = """\
In *places*, `9` is a digit, `X` a digit or X, `A` a letter, `N` a letter or digit. *Length* is the greatest
number of code points that are read.
"""


def _table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> list[str]:
    cells = [list(head), ["---"] * len(list(head)), *(list(row) for row in rows)]
    return ["| " + " | ".join(str(c).replace("|", "\\|") for c in row) + " |" for row in cells]


def _places(kind: Kind) -> str:
    family = FAMILIES.get(kind)
    return "" if family is None else ", ".join(f"`{t}`" for t in dict.fromkeys(family.templates))


def _kinds() -> list[str]:
    def check(kind: Kind) -> str:
        family = FAMILIES.get(kind)
        return "yes" if kind is Kind.PASSPORT_MRZ_TD3 or (family is not None and family.checked) else "no"

    rows = ((f"`{kind}`", _places(kind), check(kind), LONGEST[kind], f"`{SPACES[kind]}`") for kind in Kind)
    return ["## Kinds", "", PLACES, *_table(("kind", "places", "check", "length", "synthetic space"), rows), ""]


def _codes() -> list[str]:
    rows = ((f"`{c}`", e.severity, e.zh, e.en, e.clause) for c, e in FINDINGS.items())
    return ["## Codes", "", *_table(("code", "severity", "中文", "English", "clause"), rows), ""]


def _classes() -> list[str]:
    lines = ["## Verdicts on a division", "", *(f"- `{v}`" for v in DivisionStatus), ""]
    lines += ["## Classes of phone lines", "", *(f"- `{c}`" for c in PhoneClass), ""]
    return [*lines, "## Data", "", f"- division overlay: {OVERLAY_VERSION}", f"- phone plan: {PLAN_VERSION}"]


def main() -> None:
    """Print the page as UTF-8, independent of the terminal."""
    page = "\n".join([HEAD, *_kinds(), *_codes(), *_classes()]) + "\n"
    sys.stdout.buffer.write(page.encode("utf-8"))


if __name__ == "__main__":
    main()
