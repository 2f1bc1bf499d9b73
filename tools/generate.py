"""
Write the pages that are made from tables; with --check, only say which are not up to date.

Each page is a function of the tables the code runs on, so page and code cannot disagree.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from adapter_tables import filled
from api_page import api_page
from eduid_core import messages
from eduid_core.messages import Entry
from eduid_core.workflow import lifecycle
from files_page import files_page
from mutation_records import files as modules
from mutation_records import page as mutation_page
from mutation_records import read as mutation_records
from permissions_page import permissions_page

ROOT = Path(__file__).resolve().parent.parent
HEAD = "<!-- Made by tools/generate.py from the tables of the code: edit those. -->\n\n"
HEAD_MUTATION = "<!-- Made by tools/generate.py from tests/mutation/*.toml. -->\n\n"


def lifecycle_page() -> str:
    """Return the page of transition tables and diagrams."""
    intro = (
        "# Lifecycle\n\nEvery status, command, event and refusal. A command that is not in a row is refused "
        "with\n`invalid_transition`; any command may first meet `forbidden` or `stale_revision`.\n\n"
    )
    diagrams = "".join(
        f"## Diagram: {name}\n\n```text\n{lifecycle.lifecycle_mermaid(name)}```\n\n"
        for name in lifecycle.TABLES
        if lifecycle.TABLES[name].states
    )
    return HEAD + intro + lifecycle.lifecycle_markdown() + "\n" + diagrams.rstrip() + "\n"


def _codes(title: str, table: Mapping[str, Entry], *, graded: bool = False) -> str:
    """Return a table of codes with their words."""
    head = "| code | support | severity | 中文 | English | clause |\n|---|---|---|---|---|---|\n"
    rows = [
        f"| `{code}` | {number(code)} | {e.severity or '–'} | {e.zh} | {e.en} | {e.clause or '–'} |"
        for code, e in sorted(table.items())
    ]
    if not graded:
        head = "| code | support | 中文 | English |\n|---|---|---|---|\n"
        rows = [f"| `{code}` | {number(code)} | {e.zh} | {e.en} |" for code, e in sorted(table.items())]
    return f"## {title}\n\n{head}" + "\n".join(rows) + "\n"


CODES_INTRO = """# Codes

Codes are stable: never renamed, never reused; so are the numbers under *support*, which a person can read out
on the telephone. Texts may be improved.
"""


def number(code: str) -> str:
    """Return the number that a person says for *code*."""
    return messages.SUPPORT_CODES.get(code, "–")


def codes_page() -> str:
    """Return the page of every code and its words."""
    parts = [
        CODES_INTRO,
        _codes("Findings about numbers and phones", messages.validation.FINDINGS, graded=True),
        _codes("Findings about names, grades, classes and years", messages.names.FINDINGS, graded=True),
        _codes("Reasons and notes of matching", messages.matching.REASONS),
        _codes("Current status of an application", messages.workflow.STANDING),
        _codes("Reasons to return a form", messages.workflow.RETURN_REASONS),
        _codes("Reasons to reject a student, given only by a person", messages.workflow.REJECT_REASONS),
        _codes("Reasons to revoke an approval", messages.workflow.REVOKE_REASONS),
        _codes("Reasons to reveal data in the clear", messages.workflow.REVEAL_REASONS),
        _codes("Reasons to erase data", messages.workflow.ERASE_REASONS),
        _codes("Reasons to close an unanswered message", messages.workflow.CLOSE_REASONS),
        _codes("Reasons to leave an application when a file run is undone", messages.workflow.UNDO_REASONS),
        _codes("Refusals", messages.workflow.REFUSALS),
        _codes("Short messages", messages.sms.TEMPLATES),
    ]
    return HEAD + "\n".join(parts)


ADAPTERS = (
    "send-sms-by-aliyun",
    "send-sms-by-tencent",
    "send-sms-by-a-gateway",
    "read-the-registry-from-sql",
    "read-the-registry-from-oneroster",
    "write-an-adapter",
)
"""Pages that are written by hand, with tables from the code."""


def adapter_page(name: str) -> str:
    """Return the page *name* with its tables as the code has them."""
    return filled((ROOT / name).read_text("utf-8"))


PAGES: Mapping[str, Callable[[], str]] = {
    "docs/reference/lifecycle.md": lifecycle_page,
    "docs/reference/codes.md": codes_page,
    "docs/reference/api.md": lambda: HEAD + api_page(),
    "docs/reference/permissions.md": lambda: HEAD + permissions_page(),
    "docs/reference/files.md": lambda: HEAD + files_page(),
    "docs/explanation/mutation.md": lambda: HEAD_MUTATION + mutation_page(mutation_records(), modules()),
    **{name: partial(adapter_page, name) for name in (f"docs/how-to/{page}.md" for page in ADAPTERS)},
}


def main(arguments: list[str]) -> int:
    """Write or compare every page."""
    stale = []
    for name, page in PAGES.items():
        path, text = ROOT / name, page()
        if path.exists() and path.read_text("utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in arguments:
            path.write_text(text, "utf-8")
    for name in stale:
        print(f"{'stale, run make format' if '--check' in arguments else 'written'}: {name}")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
