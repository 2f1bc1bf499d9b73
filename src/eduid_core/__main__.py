"""
The command line of the core: `python -m eduid_core` lists the installation; `python -m eduid_core explain CODE`
explains a code.
"""

from __future__ import annotations

import sys

import eduid_core
from eduid_core import messages
from eduid_core.plugins import load_adapters

__all__ = ["main"]


def main(arguments: list[str]) -> int:
    """Run the command line *arguments*; return the exit code."""
    if not arguments:
        return _installed()
    if arguments[0] == "explain" and len(arguments) > 1:
        return max(_explain(code) for code in arguments[1:])
    print("usage: python -m eduid_core [explain CODE...]", file=sys.stderr)
    return 2


def _installed() -> int:
    print(f"eduid_core {eduid_core.__version__}")
    found = load_adapters()
    for adapter in found:
        print(f"  {adapter.info.kind:9} {adapter.info.name:10} {adapter.distribution} {adapter.version}")
    for error in found.errors:
        print(f"  not loaded: {error.distribution}: {error.code} {error.cause}".rstrip())
    return 1 if found.errors else 0


def _explain(code: str) -> int:
    entry = messages.CATALOGUE.get(code)
    if entry is None:
        print(f"{code}: no such code", file=sys.stderr)
        return 2
    grade = f" [{entry.severity}]" if entry.severity else ""
    print(f"{code}{grade}\n  {entry.zh}\n  {entry.en}" + (f"\n  {entry.clause}" if entry.clause else ""))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
