"""The command: run the audit, write its report, verify a report. Callers map the result to an exit code."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Final

from eduid_audit.installed_code import code_digest
from eduid_audit.parts import DEFECTS
from eduid_audit.profiles import PROFILES, AuditProfile
from eduid_audit.report import does_not_hold, failed_rules, report_of, table
from eduid_audit.runner import PartResult, run_parts
from eduid_audit.signature import check_report, write_signed

__all__ = ["DEFAULT_OUT", "audit", "defect_lines", "verify"]

DEFAULT_OUT: Final = Path("audit-report")
_WIDTH: Final = 30
_PLACE: Final = 160
"""Characters of a place on the terminal; the report has all of it."""


def audit(profile: str | AuditProfile, out: Path, *, left_in: str = "", workers: int = 0) -> int:
    """
    Run the audit under *profile* and write the report to *out*.

    Return 0 if every rule holds and every seeded defect was caught, otherwise 1. With the defect *left_in*, the
    audit ends when a check has noticed it.

    Raises:
        KeyError: there is no such profile or defect.
        OSError: *out* cannot be written.
    """
    chosen = PROFILES[profile] if isinstance(profile, str) else profile
    own = DEFECTS[left_in].part if left_in else ""
    out.mkdir(parents=True, exist_ok=True)
    at = dt.datetime.now(dt.UTC)
    parts = run_parts(
        chosen, left_in=left_in, own=own, workers=workers, on_part=_show_part, on_progress=_show_progress
    )
    _erase_bar()
    key = write_signed(out, report_of(parts, chosen, left_in=left_in, at=at))
    _print_end(parts, out, key, left_in)
    return int(bool(does_not_hold(parts)))


def _print_end(parts: tuple[PartResult, ...], out: Path, key: str, left_in: str) -> None:
    lines = [table(parts)]
    if left_in:
        noticed = ", ".join(failed_rules(parts)) or "no check"
        lines.append(f"left in: {left_in}; noticed by {noticed}")
    wrong = does_not_hold(parts)
    lines += [f"does not hold: {what}{_first_place(parts, what)}" for what in wrong]
    if not wrong:
        caught = sum(d.caught for part in parts for d in part.defects)
        lines.append(
            "everything holds" if left_in else f"everything holds; {caught} seeded defects caught, all"
        )
    lines.append(f"report: {out / 'report.json'}; fingerprint of its key: {key}")
    sys.stdout.write("\n".join(lines) + "\n")


def _first_place(parts: tuple[PartResult, ...], what: str) -> str:
    """Return the first place where the rule *what* failed."""
    places = [f.where for part in parts for f in part.failures if f"{part.part.name}: {f.rule}" == what]
    return f" ({' '.join(places[0].split())[:_PLACE]})" if places else ""


def _show_part(part: PartResult) -> None:
    """Write a line about a finished part to stderr."""
    _erase_bar()
    verdict = "holds" if part.holds else "does not hold"
    sys.stderr.write(f"{part.part.name}: {verdict}, {part.done} tasks, {part.seconds:.0f} s of work\n")
    sys.stderr.flush()


def _show_progress(done: int, total: int) -> None:
    """Draw a bar on a terminal."""
    if sys.stderr.isatty():
        full = _WIDTH * done // total
        sys.stderr.write(f"\r[{'#' * full}{'.' * (_WIDTH - full)}] {done} of {total} tasks")
        sys.stderr.flush()


def _erase_bar() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")


def verify(report: Path, *, expected: str = "") -> int:
    """
    Verify the signed *report* (a file, or the folder of one) and print the result; return 0 if it is untouched.

    Raises:
        OSError: the report or its signature cannot be read.
    """
    path = report / "report.json" if report.is_dir() else report
    found = check_report(path, expected=expected)
    if found.why:
        sys.stdout.write(f"not accepted: {found.why}\n")
        return 1
    body = json.loads(path.read_bytes())
    same = "is" if body["code"]["sha256"] == code_digest()["sha256"] else "is not"
    sys.stdout.write(
        f"untouched; profile {body['profile']}, {'everything holds' if body['holds'] else 'it does not hold'}\n"
        f"the code installed here {same} the audited code\n"
        f"fingerprint of the key: {found.fingerprint}\n"
    )
    return 0


def defect_lines() -> list[str]:
    """Return a line for each seeded defect: its part, its name, the checks that may notice it."""
    return [f"{d.part:<11}{d.name:<62}{', '.join(d.caught_by)}" for d in DEFECTS.values()]
