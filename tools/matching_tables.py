"""
Write the tables of `docs/reference/matching.md` from the rules that run.

Usage: `python tools/matching_tables.py [--check]`.

Between a `table: NAME` comment and its `end` the page belongs to this tool; the words around are ours to write.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import attrs

from eduid_audit.evaluation.differences import DIFFERENCES
from eduid_core.limits import limit_of
from eduid_core.matching import KEY_FIELDS, FieldCode, Policy
from eduid_core.matching.decision_table import (
    APPROVING,
    CONSISTENT,
    FIELD_RULES,
    FIELD_TIERS,
    LATTICE,
    RULE_SET,
    Approving,
)
from eduid_core.matching.keys import ID_TYPES
from eduid_core.matching.schools import STAGE_WORDS
from eduid_core.matching.statuses import STATUSES
from eduid_core.messages import CATALOGUE
from eduid_core.messages.matching import FIELD_NAMES, NOTES
from eduid_core.testing.noise import NOISE
from eduid_core.validation.placeholders import CELL_ERRORS, PLACEHOLDERS

PAGE = Path(__file__).parents[1] / "docs/reference/matching.md"
_BLOCK = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a Markdown table."""
    titles = tuple(head)
    lines = [titles, ("---",) * len(titles), *(tuple(map(str, row)) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def words(code: str) -> tuple[str, str]:
    """Return the Chinese and English words of *code*."""
    entry = CATALOGUE[code]
    return entry.zh, entry.en


def code_cell(text: str) -> str:
    """Return *text* as code, an empty one as nothing."""
    return f"`{text}`" if text else ""


def decision_table() -> str:
    """Return the conditions of a case, in order, then the fields, then agreement."""
    rows: list[tuple[object, ...]] = []
    rows += [(r.id, code_cell(r.reason), r.outcome, r.tier or "", *words(r.reason)) for r in LATTICE]
    rows += [(r.id, code_cell(r.reason), "review", "by field", *words(r.reason)) for r in FIELD_RULES]
    rows.append((CONSISTENT.id, code_cell(CONSISTENT.reason), "approved", "", *words(CONSISTENT.reason)))
    return table(("rule", "reason", "outcome", "tier", "中文", "English"), rows)


def approving() -> str:
    """Return the approving set."""
    taken = {field: [_named(r) for r in APPROVING if r.field == field] for field in KEY_FIELDS}
    rows = ((FIELD_NAMES[field][1], ", ".join(taken[field])) for field in KEY_FIELDS)
    return table(("field", "counts as agreement"), rows)


def _named(row: Approving) -> str:
    note = f" with `{row.note}`" if row.note else ""
    return f"`{row.code}`{note}" + (f" (under `{row.flag}`)" if row.flag else "")


def tiers() -> str:
    """Return the tier of each code outside the approving set, by field."""
    codes = [code for code in FieldCode if code not in (FieldCode.EQUAL, FieldCode.EQUAL_NORMALISED)]
    rows = ((FIELD_NAMES[field][1], *(FIELD_TIERS[field][code] for code in codes)) for field in KEY_FIELDS)
    return table(("field", *(f"`{code}`" for code in codes)), rows)


def field_codes() -> str:
    """Return the nine field codes."""
    return table(("code", "中文", "English"), ((f"`{code}`", *words(code.value)) for code in FieldCode))


def notes() -> str:
    """Return the notes."""
    return table(("note", "中文", "English"), ((f"`{code}`", *words(code)) for code in NOTES))


def id_types() -> str:
    """Return the texts of document types."""
    kinds = dict.fromkeys(ID_TYPES.values())
    texts = {kind: [text or "(blank)" for text, is_of in ID_TYPES.items() if is_of is kind] for kind in kinds}
    return table(("kind", "texts"), ((f"`{kind}`", " · ".join(texts[kind])) for kind in kinds))


def placeholders() -> str:
    """Return the texts that stand for a missing or a lost value."""
    rows = (("placeholder", PLACEHOLDERS), ("spreadsheet error", CELL_ERRORS))
    return table(("sort", "texts"), ((sort, _listed(texts)) for sort, texts in rows))


def stage_words() -> str:
    """Return the names that are no name of a school."""
    return " · ".join(sorted(STAGE_WORDS)) + "\n"


def _listed(texts: Iterable[str]) -> str:
    return " ".join(f"`{text}`".replace("|", "\\|") for text in sorted(texts))


def statuses() -> str:
    """Return the words of a registry's status."""
    reasons = dict.fromkeys(STATUSES.values())
    words_of = {reason: " · ".join(t for t, r in STATUSES.items() if r == reason) for reason in reasons}
    return table(("words", "reason"), ((words_of[r], code_cell(r) or "active") for r in reasons))


def policy() -> str:
    """Return the fields of the policy with their defaults and the allowed values."""
    limits = ((field, limit_of(field)) for field in attrs.fields(Policy))
    rows = ((f"`{f.name}`", f"`{f.default!r}`", limit.en) for f, limit in limits if limit)
    return table(("field", "default", "allowed"), rows)


def strata() -> str:
    """Return the strata of the evaluation set."""
    rows = [("noise", f"`{name}`", _first(change.__doc__)) for name, change in NOISE.items()]
    rows += [("difference", f"`{name}`", _first(differ.__doc__)) for name, differ in DIFFERENCES.items()]
    return table(("label", "stratum", "change"), rows)


def _first(text: str | None) -> str:
    return (text or "").strip().splitlines()[0].rstrip(".")


def version() -> str:
    """Return the version of the rules."""
    return f"Rule set `{RULE_SET.version}`, digest `{RULE_SET.digest}`.\n"


TABLES = (
    *(decision_table, approving, tiers, field_codes, notes, id_types, placeholders, stage_words, statuses),
    *(policy, strata, version),
)


def filled(page: str) -> str:
    """Return *page* with every table written anew."""
    makers = {maker.__name__: maker for maker in TABLES}
    return _BLOCK.sub(lambda block: f"{block[1]}\n{makers[block[2]]()}\n{block[3]}", page)


def main() -> int:
    """Write the page, or with --check say whether it is up to date."""
    parser = argparse.ArgumentParser(description="Write the tables of docs/reference/matching.md.")
    parser.add_argument("--check", action="store_true")
    page = PAGE.read_text("utf-8")
    if parser.parse_args().check:
        return 0 if filled(page) == page else 1
    PAGE.write_text(filled(page), "utf-8", newline="\n")
    print(f"wrote {PAGE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
