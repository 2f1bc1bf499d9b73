"""The page of the files of `eduid`: columns, keys of the policy, exit codes, from the code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import attrs

from eduid_cli import outputs, registry_quality, review
from eduid_cli.errors import Interrupted, UsageStop
from eduid_core.limits import limit_of
from eduid_core.matching.policy import TOGETHER as MATCHING
from eduid_core.workflow import Policy
from eduid_core.workflow.policy import TOGETHER as WORKFLOW
from eduid_registry_file.columns import APPLICATIONS, REGISTRY, Columns

__all__ = ["files_page"]

EXITS = (
    (0, "done"),
    (
        1,
        "done, but rows were quarantined (`certify --strict`) or refused (`review`), or adapters not loaded",
    ),
    (
        UsageStop.exit_code,
        "wrong use, or unreadable input: one line names the error, and no data was changed",
    ),
    (Interrupted.exit_code, "Ctrl-C: finished work is kept; the same command continues"),
)


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(cells)} |" for cells in (heading, ["---"] * len(heading), *rows)]
    return "\n".join(lines) + "\n"


def _columns(columns: Columns) -> str:
    rows = [
        [
            f"`{name}`",
            "、".join(dict.fromkeys((*columns.before.get(name, ()), *headings))),
            "" if name in columns.optional else "`--set`" if name in columns.settable else "yes",
        ]
        for name, headings in columns.headings.items()
    ]
    return _table(("heading", "or", "must be there"), rows)


def _settings(policy: Any, path: str = "") -> Iterator[tuple[str, str, str]]:  # noqa: ANN401 - a policy, or a part of one
    for field in attrs.fields(type(policy)):
        value = getattr(policy, field.name)
        if attrs.has(type(value)):
            yield from _settings(value, f"{path}{field.name}.")
        elif limit := limit_of(field):
            yield f"`{path}{field.name}`", f"`{_toml(value)}`", limit.en


def _together() -> Iterator[tuple[str, str]]:
    for path, rows in (("matching.", MATCHING), ("", WORKFLOW)):
        for row in rows:
            yield f"`{path}{row.key}`", row.en


def _toml(value: object) -> str:
    """Return *value* as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value)


PAGE = """# Files and exit codes

Headings are read in English or Chinese, in any case and order, in the first twenty rows of every visible
sheet. Width, blanks, line breaks, marks (`★ * ：`) and remarks such as `（必填）` are no part of a heading.
Unknown columns are skipped with a note; of two headings for one column the more exact counts. A column that
`--set` may give is marked.

## Applications

{applications}
## Registry

{registry}
## Decisions of a person

{decisions}
## Output files

{written}
## Policy

A TOML file: `sms.codes_per_phone = 5`, or under a heading `[sms]`. An absent key keeps its default; an unknown
key, and a value that is not allowed, is refused with the name of the key.

{policy}
Keys that belong together:

{together}
## Exit codes

{exits}"""


def files_page() -> str:
    """Return the page."""
    written = {
        "decisions.csv": outputs.DECISIONS,
        "review_queue.csv": outputs.QUEUE,
        "quarantine.csv": outputs.QUARANTINE,
        "registry_quality.csv": registry_quality.QUALITY,
        "review_results.csv": review.RESULTS,
    }
    files = [(f"`{name}`", ", ".join(f"`{c}`" for c in columns)) for name, columns in written.items()]
    return PAGE.format(
        applications=_columns(APPLICATIONS),
        registry=_columns(REGISTRY),
        decisions=_columns(review.COLUMNS),
        written=_table(("file", "columns"), files),
        policy=_table(("key", "default", "allowed"), _settings(Policy())),
        together=_table(("key", "beside other keys"), _together()),
        exits=_table(("code", "means"), [(f"`{code}`", words) for code, words in EXITS]),
    )
