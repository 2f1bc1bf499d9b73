"""
Audit the installed code, verify a report, or show that a seeded defect is noticed.

    python -m eduid_audit --profile quick --out audit-report
    python -m eduid_audit --leave-in "no escalation"
    python -m eduid_audit --list
    python -m eduid_audit verify audit-report/report.json
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from eduid_audit.command import DEFAULT_OUT, audit, defect_lines, verify
from eduid_audit.parts import DEFECTS
from eduid_audit.profiles import PROFILES

__all__ = ["main"]


def _verifies(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m eduid_audit verify")
    parser.add_argument("report", type=Path, metavar="REPORT")
    parser.add_argument("--fingerprint", default="", help="the fingerprint of the key, kept elsewhere")
    asked = parser.parse_args(argv)
    return verify(asked.report, expected=asked.fingerprint)


def _audits(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m eduid_audit", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--profile", choices=[*PROFILES], default="quick")
    parser.add_argument("--out", type=Path, default=DEFAULT_OUT, metavar="DIR")
    parser.add_argument("--leave-in", default="", metavar="NAME", help="leave one seeded defect in")
    parser.add_argument("--list", action="store_true", help="list the seeded defects")
    asked = parser.parse_args(argv)
    if asked.list:
        sys.stdout.write("\n".join(defect_lines()) + "\n")
        return 0
    if asked.leave_in and asked.leave_in not in DEFECTS:
        parser.error(f"there is no seeded defect {asked.leave_in!r}; --list names them")
    return audit(asked.profile, asked.out, left_in=asked.leave_in)


def main(argv: list[str] | None = None) -> int:
    """Read the arguments, run, and return the exit code."""
    given = sys.argv[1:] if argv is None else argv
    try:
        return _verifies(given[1:]) if given[:1] == ["verify"] else _audits(given)
    except OSError as error:
        sys.stderr.write(f"eduid_audit: cannot read or write {error.filename}: {error.strerror}\n")
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
