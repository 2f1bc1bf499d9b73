"""`eduid inspect`: print every finding for each number, drawn under its places."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

import click

from eduid_cli.broken_pipe import is_read
from eduid_cli.day import today
from eduid_cli.errors import UsageStop
from eduid_core.findings import Finding, finding
from eduid_core.validation import Inspection, Kind, draw, inspect_number

__all__ = ["inspect_lines", "inspect_texts"]


def inspect_texts(
    texts: Sequence[str], *, kind: str | None, as_of: dt.date | None, as_json: bool, reveal: bool
) -> int:
    """Print the findings about each of *texts*; return 0. Raises Stop: there is no such kind."""
    try:
        wanted = None if kind is None else Kind(kind)
    except ValueError:
        raise UsageStop("没有这种证件类型", f"there is no such kind; one of {', '.join(Kind)}") from None
    day = as_of or today()
    for text in texts:
        seen = inspect_number(text, kind=wanted, as_of=day)
        click.echo(json.dumps(_line(seen, reveal=reveal)) if as_json else _drawn(text, seen, reveal=reveal))
    return 0


def inspect_lines(source: BinaryIO, *, as_of: dt.date | None, reveal: bool) -> int:
    """Answer each line of *source* with one line, as long as the output is read."""
    day = as_of or today()
    for raw in source:
        if not is_read():
            break
        click.echo(json.dumps(_answer(raw, day, reveal=reveal)))
    return 0


def _answer(raw: bytes, day: dt.date, *, reveal: bool) -> dict[str, Any]:
    kind, text = None, None
    try:
        asked = json.loads(raw)
        kind = None if asked["kind"] is None else Kind(asked["kind"])
        text = asked["input"]
    except (ValueError, TypeError, KeyError, RecursionError):
        text = None
    if not isinstance(text, str):
        unreadable = finding("LINE_UNREADABLE", (0, len(raw.decode("utf-8", "replace").rstrip("\r\n"))))
        return {"kind": None, "also": [], "valid": False, "value": None, "findings": [_finding(unreadable)]}
    return _line(inspect_number(text, kind=kind, as_of=day), reveal=reveal)


def _line(seen: Inspection, *, reveal: bool) -> dict[str, Any]:
    value = None
    if seen.canonical is not None:
        shown = seen.canonical.reveal("asked to show") if reveal else seen.canonical.screen()
        value = {"canonical": shown, **_plain(seen.facts)}
    return {
        "kind": seen.kind.value if seen.kind else None,
        "also": [k.value for k in seen.also],
        "valid": seen.valid,
        "value": value,
        "findings": [_finding(f) for f in seen.findings],
    }


def _plain(facts: Mapping[str, object]) -> dict[str, object]:
    return {
        name: value if isinstance(value, str | int | bool | None) else str(value)
        for name, value in facts.items()
    }


def _finding(f: Finding) -> dict[str, Any]:
    return {"code": f.code, "severity": f.severity.value, "at": list(f.at), "zh": f.zh, "en": f.en}


# --- for people ----------------------------------------------------------------------------------------

_TELLING = frozenset({"division", "birth_date"})
"""Facts that, beside a masked number, would nearly reveal it: shown with `--reveal` only."""


def _drawn(text: str, seen: Inspection, *, reveal: bool) -> str:
    """Return the number, masked, with carets under the wrong places, and every finding as text."""
    line, carets = draw(text, seen)
    shown = "".join(c if c.isprintable() else "·" for c in text[:80]) if reveal else line
    lines = [
        f"{seen.kind.value if seen.kind else '?'}  {'有效 valid' if seen.valid else '无效 invalid'}",
        f"  {shown}",
    ]
    lines += [f"  {carets}"] if carets and not reveal else []
    for f in seen.findings:
        where = "" if f.at == (0, len(text)) else f"  @{f.at[0] + 1}-{f.at[1]}"
        lines.append(f"  [{f.severity.value}] {f.code}{where}: {f.zh} / {f.en}")
    facts = {k: v for k, v in _plain(seen.facts).items() if reveal or k not in _TELLING}
    if facts:
        lines.append("  " + ", ".join(f"{k}={v}" for k, v in facts.items()))
    return "\n".join(lines) + "\n"
