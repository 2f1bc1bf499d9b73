"""Check the whole lifecycle and print the results; exit with 1 if a check fails."""

from __future__ import annotations

import sys

from eduid_audit.model.check import ModelReport, check, uncovered
from eduid_audit.model.faults import FAULTS
from eduid_audit.model.invariants import OF_HOUSES, OF_STEPS
from eduid_audit.model.sabotage import put_in

__all__ = ["figures", "laws", "table"]

HEAD = f"{'walk':<72}{'states':>8}{'edges':>9}{'refusals':>10}{'seconds':>9}"


def table(report: ModelReport) -> str:
    """Return the report as a table of text."""
    rows = [f"{r.name:<72}{r.states:>8,}{r.edges:>9,}{r.refusals:>10,}{r.seconds:>9.1f}" for r in report.lines]
    total = [sum(getattr(r, f) for r in report.lines) for f in ("states", "edges", "refusals", "seconds")]
    last = f"{'all':<72}{total[0]:>8,}{total[1]:>9,}{total[2]:>10,}{total[3]:>9.1f}"
    failures = [f"does not hold: {f.check}: {f.where}" for f in report.failures]
    return "\n".join([HEAD, *rows, last, *(failures or ["everything holds"])])


def figures(report: ModelReport) -> str:
    """Return the figures that do not depend on the machine, as a table of Markdown."""
    rows = [f"| {r.name} | {r.states:,} | {r.edges:,} | {r.refusals:,} |" for r in report.lines]
    return "\n".join(["| walk | states | edges | refusals |", "|---|--:|--:|--:|", *rows])


def laws() -> str:
    """
    Return the invariants and the faults, as tables of Markdown.

    Each fault stands with the checks that it declares; `main` puts every one in before it prints them.
    """
    rows = [f"| {i.id} | {i.sentence} |" for i in (*OF_HOUSES, *OF_STEPS)]
    faults = [f"| {f.name} | {f.walk} | {', '.join(f.caught_by)} |" for f in FAULTS.values()]
    return "\n".join(
        [
            "| id | rule |",
            "|---|---|",
            *rows,
            "",
            "| fault | walk | caught by |",
            "|---|---|---|",
            *faults,
        ]
    )


def main() -> int:
    """Check, print, and return the exit code."""
    report = check()
    missing = uncovered(report)
    sys.stdout.write(table(report) + "\n")
    if missing:
        sys.stdout.write(f"refusals that nothing provokes: {', '.join(sorted(missing))}\n")
    missed: list[str] = []
    if sys.argv[1:] == ["--page"]:
        missed = [name for name in FAULTS if not put_in(name)]
        sys.stdout.write(f"\n{figures(report)}\n\n{laws()}\n")
        sys.stdout.writelines(f"not caught: {name}\n" for name in missed)
    return int(bool(report.failures or missing or missed))


if __name__ == "__main__":
    raise SystemExit(main())
