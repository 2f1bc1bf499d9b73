"""
Run folders of school files through `eduid certify` and `eduid reconcile`, and report what differs.

    python tools/file_cases.py FOLDER [NAME...]

Each case is a folder with files and an `expected.json`: `args`, `exit`, `outcomes` (application id -> outcome),
`counts`, `says`, `report`, and `runs` for several runs over one database. The cases are no part of the suite.
"""

from __future__ import annotations

import csv
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from subprocess import run
from typing import Any

AS_OF = "2026-11-28"
LIMIT_S = 20
NUMBER = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9])")


def _called(folder: Path, *args: object) -> tuple[int, str]:
    call = [sys.executable, "-m", "eduid_cli", *map(str, args)]
    done = run(call, cwd=folder, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    return done.returncode, done.stdout + done.stderr


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _file(folder: Path, about: Mapping[str, Any], side: str) -> str:
    return about.get(side) or next(path.name for path in sorted(folder.glob(f"{side}.*")))


def _faults(folder: Path, about: Mapping[str, Any], place: Path, out: Path) -> Iterator[str]:
    """Run one run of a case and yield what differs from what is expected."""
    args = about.get("args", ())
    if "command" in about:
        status, said = _called(folder, *about["command"], *args)
    else:
        forms, registry = (_file(folder, about, side) for side in ("applications", "registry"))
        day = ("--as-of", about.get("as_of", AS_OF))
        about_run = ("--db", place / "x.db", "--out", out, *day)
        status, said = _called(folder, "certify", forms, "--registry", registry, *about_run, *args)
    if status != about["exit"]:
        yield f"exit {status}, not {about['exit']}: {said.strip().splitlines()[-1:]}"
        return
    if "Traceback" in said or NUMBER.search(said):
        yield "a traceback or a number is printed"
    yield from (f"does not say {words}" for words in about.get("says", ()) if not _says(words, said))
    yield from _results(about, out)


def _says(words: str, text: str) -> bool:
    return any(word in text for word in words.split("|"))


def _results(about: Mapping[str, Any], out: Path) -> Iterator[str]:
    got = {row["application_id"]: row["outcome"] for row in _rows(out / "decisions.csv")}
    if about.get("outcomes") is not None:
        wanted = {key: words for key, words in about["outcomes"].items() if words != "quarantined"}
        wrong = [
            key for key in wanted.keys() | got.keys() if got.get(key) not in wanted.get(key, "").split("|")
        ]
        if wrong:
            yield f"outcomes differ: {sorted(wrong)[:3]}"
    if about.get("counts") and Counter(got.values()) != Counter(about["counts"]):
        yield f"outcomes {dict(Counter(got.values()))}, not {about['counts']}"
    for path, value in about.get("report", {}).items():
        found: Any = json.loads((out / "report.json").read_text("utf-8"))
        for step in path.split("."):
            found = found.get(step) if isinstance(found, dict) else None
        if found != value:
            yield f"report.json {path}: {found}, not {value}"


def differences(folder: Path) -> list[str]:
    """Return what differs from the expectation of the case in *folder*."""
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as name:
        for number, about in enumerate(expected.get("runs") or [expected]):
            found = list(_faults(folder, about, Path(name), Path(name) / f"out{number}"))
            if found:
                return found
    return []


def main(args: Sequence[str]) -> int:
    """Run the cases; return 1 if any differs."""
    folders = sorted(path.parent for path in Path(args[0]).glob("*/expected.json"))
    chosen = [folder for folder in folders if not args[1:] or folder.name in args[1:]]
    failed = 0
    for folder in chosen:
        found = differences(folder.resolve())
        failed += bool(found)
        if found:
            print(f"{folder.name}: {'; '.join(found)}")
    print(f"{len(chosen) - failed} of {len(chosen)} cases hold")
    return 1 if failed or not chosen else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
