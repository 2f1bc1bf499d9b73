"""
The mutation run of a room: every function changed in every small way, and the room's own tests must notice.

    python tools/mutants.py validation
    python tools/mutants.py validation --only names --only schooling
    python tools/mutants.py validation --digest

Without a ROOM all of them are run. mutmut leaves decorated functions alone; in the copy the guards of the
lifecycle, which are functions made into values, are therefore written as a function and a call. Each run works
on a copy of the checkout in a temporary directory: there mutmut is configured, the tests must pass on the code
as it is, then mutmut runs. A function called while the room is imported built its table before mutmut's worker
was forked, so what survives of those functions is tried once more, each mutant in an interpreter of its own. A
timeout is not counted as a kill.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS: Mapping[str, str] = {
    # what is left out of a room's tests: clocks, whole-tree readings, every code point one by one
    "validation": "not megabyte and not importing and not reference_page and not public_names"
    " and not every_code_in_the_source and not code_point",
    "matching": "not docs and not soak and not every_code_written",
    "workflow": "not walk_application and not walk_view_review and not walk_view_sim and not walk_view_person"
    " and not refusal_is_provoked and not fault",
}
BESIDE: Mapping[str, Sequence[str]] = {
    "workflow": [
        f"tests/service/test_{n}.py"
        for n in ["service", "reviewers", "budgets", "accounts", "carrier", "timers"]
    ],
}
"""Tests of another room that are about this one's rules."""
ENOUGH = 0.95
KILLED, SURVIVED, NO_TESTS, TIMEOUT = (1, 3), 0, 33, (36, 24, -24, 152, 255)
FRESH_TIMEOUT_S = 600
IGNORED = shutil.ignore_patterns(".git", ".venv", ".*_cache", ".hypothesis", "__pycache__", "_build", "mutants")

CONFTEST = """

# A failure is enough here, it need not be shrunk; plain examples run before properties.
from hypothesis import Phase, settings  # noqa: E402

settings.register_profile(
    "mutants", settings.get_profile("suite"),
    phases=[Phase.explicit, Phase.generate], report_multiple_bugs=False
)
settings.load_profile("mutants")


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.get_closest_marker("hypothesis") is not None)
"""
IMPORTED = """
import importlib, json, pkgutil, sys
seen = set()
sys.setprofile(lambda frame, event, _: seen.add((frame.f_globals.get("__name__"), frame.f_code.co_qualname)))
room = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(room.__path__, sys.argv[1] + "."):
    importlib.import_module(module.name)
sys.setprofile(None)
print(json.dumps(sorted([a, b] for a, b in seen if a and a.startswith(sys.argv[1]))))
"""


def sources(room: str, only: Iterable[str] = ()) -> list[Path]:
    """Return the modules of *room* that are changed, all or those called *only*."""
    chosen = set(only)
    found = sorted((ROOT / "src" / "eduid_core" / room).rglob("*.py"))
    return [path for path in found if not chosen or path.stem in chosen]


def digest(room: str) -> str:
    """Return the SHA-256 over the modules of *room*: name, NUL, bytes, NUL, in the order of names."""
    total = hashlib.sha256()
    for path in sources(room):
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def tests_of(room: str) -> list[str]:
    """Return where the tests of *room* are."""
    return [f"tests/{room}", *BESIDE.get(room, ())]


def pytest_options(room: str) -> list[str]:
    """Return what pytest is told besides where the tests are."""
    chosen = ["-k", ROOMS[room]] if ROOMS[room] else []
    return ["-m", "not full", "-x", "-q", "-p", "no:cacheprovider", *chosen]


def undecorated(source: str) -> str:
    r"""
    Return *source* with each top-level ``@guard(...)`` made a call after its function.

    What runs as soon as a class is made (``__init_subclass__``) is left alone: no mutant is there yet.

    >>> print(undecorated("@guard('no')\ndef fits(s):\n    return s > 1\n"))
    def fits(s):
        return s > 1
    fits = guard('no')(fits)
    """
    lines = source.splitlines()
    for node in reversed(ast.parse(source).body):
        if not isinstance(node, ast.FunctionDef) or not node.decorator_list:
            continue
        call = ast.unparse(node.decorator_list[0])
        if call.startswith("guard("):
            lines.insert(node.end_lineno or 0, f"{node.name} = {call}({node.name})")
            del lines[node.decorator_list[0].lineno - 1 : node.lineno - 1]
    return "\n".join(f"{x}  # pragma: no mutate block" if "def __init_subclass__" in x else x for x in lines)


def prepare(copy: Path, room: str, only: Sequence[str]) -> None:
    """Make the copy of the checkout and write mutmut's configuration into it."""
    shutil.copytree(ROOT, copy, ignore=IGNORED)
    for path in (copy / "src" / "eduid_core" / room).rglob("*.py"):
        path.write_text(undecorated(path.read_text("utf-8")) + "\n", "utf-8")
    table = {
        "source_paths": ["src"],
        "only_mutate": [str(path.relative_to(ROOT)) for path in sources(room, only)],
        "pytest_add_cli_args_test_selection": tests_of(room),
        "pytest_add_cli_args": pytest_options(room),
        "also_copy": ["tests", "tools", "docs", "adapters", "pyproject.toml"],
    }
    block = "\n".join(f"{key} = {json.dumps(value)}" for key, value in table.items())
    with (copy / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[tool.mutmut]\n{block}\n")
    with (copy / "tests" / "conftest.py").open("a", encoding="utf-8") as file:
        file.write(CONFTEST)


def surroundings(copy: Path, source: Path | None = None, **more: str) -> dict[str, str]:
    """Return the environment of a program run in *copy*; mutmut puts its own source first by itself."""
    paths = [*([source] if source else []), *sorted(copy.glob("adapters/*/src"))]
    return os.environ | {"PYTHONPATH": os.pathsep.join(map(str, paths))} | more


def baseline(copy: Path, room: str) -> bool:
    """Return whether the tests of *room* pass on the code as it is."""
    command = [sys.executable, "-m", "pytest", *pytest_options(room), *tests_of(room)]
    return subprocess.run(command, cwd=copy, env=surroundings(copy, copy / "src"), check=False).returncode == 0


def called_at_import(copy: Path, room: str) -> set[str]:
    """Return the functions, ``module.function``, that run while *room* is imported."""
    command = [sys.executable, "-c", IMPORTED, f"eduid_core.{room}"]
    told = subprocess.run(
        command, cwd=copy, env=surroundings(copy, copy / "src"), check=True, capture_output=True, text=True
    )
    return {f"{module}.{function}" for module, function in json.loads(told.stdout)}


def results(copy: Path, room: str) -> dict[str, int | None]:
    """Return mutant -> exit code of its tests (None: not checked), as mutmut wrote them down."""
    found: dict[str, int | None] = {}
    for path in sorted((copy / "mutants" / "src" / "eduid_core" / room).rglob("*.meta")):
        found |= json.loads(path.read_text("utf-8"))["exit_code_by_key"]
    return found


def function_of(mutant: str) -> str:
    """
    Return the function that *mutant* changes.

    >>> function_of("eduid_core.validation.ages.x__is_leap__mutmut_1")
    'eduid_core.validation.ages._is_leap'
    """
    module, _, name = mutant.rpartition("__mutmut_")[0].rpartition(".")
    plain = name.removeprefix("x_") if name.startswith("x_") else name[1:].strip("ǁ").replace("ǁ", ".")
    return f"{module}.{plain}"


def tried_afresh(copy: Path, room: str, mutant: str) -> int | None:
    """Return the exit code of the room's tests in a new interpreter that imports *mutant*; 36 for a timeout."""
    there = copy / "mutants"
    command = [sys.executable, "-m", "pytest", *pytest_options(room), *tests_of(room)]
    try:
        return subprocess.run(
            command,
            cwd=there,
            env=surroundings(copy, there / "src", MUTANT_UNDER_TEST=mutant),
            check=False,
            capture_output=True,
            timeout=FRESH_TIMEOUT_S,
        ).returncode
    except subprocess.TimeoutExpired:
        return 36


def status(code: int | None) -> str:
    """Return the word for an exit code."""
    if code is None:
        return "not checked"
    if code in KILLED:
        return "killed"
    return {SURVIVED: "survived", NO_TESTS: "no tests"}.get(code, "timeout" if code in TIMEOUT else "crashed")


def report(found: Mapping[str, int | None]) -> float:
    """Print the totals of each module and the mutants that were not killed; return the share of kills."""
    by_module: dict[str, Counter[str]] = {}
    for mutant, code in found.items():
        by_module.setdefault(".".join(function_of(mutant).split(".")[2:-1]), Counter())[status(code)] += 1
    words = ("killed", "survived", "timeout", "crashed", "no tests", "not checked")
    print(f"{'module':28} {'mutants':>8}", *(f"{word:>12}" for word in words))
    for module, counts in sorted(by_module.items()):
        print(f"{module:28} {counts.total():>8}", *(f"{counts[word]:>12}" for word in words))
    total = sum(by_module.values(), Counter[str]())
    print(f"{'all':28} {total.total():>8}", *(f"{total[word]:>12}" for word in words))
    for mutant, code in found.items():
        if status(code) != "killed":
            print(f"  {status(code)}: {mutant}")
    return total["killed"] / max(total.total(), 1)


def run(room: str, only: Sequence[str], workers: int) -> bool:
    """Run *room* in a copy; return whether enough was killed."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as place:
        copy = Path(place) / "checkout"
        prepare(copy, room, only)
        if not baseline(copy, room):
            print(f"{room}: the tests fail on the code as it is; nothing was measured")
            return False
        command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(workers)]
        subprocess.run(command, cwd=copy, env=surroundings(copy), check=True)
        found = results(copy, room)
        early = called_at_import(copy, room)
        for mutant, code in found.items():
            if code not in KILLED and function_of(mutant) in early:
                found[mutant] = tried_afresh(copy, room, mutant)
        print(f"{room}, code {digest(room)}")
        return report(found) >= ENOUGH


def main() -> None:
    """Run from the command line; exit 1 where fewer than 95 of a hundred were killed."""
    parser = argparse.ArgumentParser(description="mutation runs, by hand and long")
    parser.add_argument("rooms", nargs="*", metavar="ROOM", help=", ".join(ROOMS))
    parser.add_argument("--only", action="append", default=[], metavar="MODULE")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--digest", action="store_true", help="print the digest of the room's code and stop")
    arguments = parser.parse_args()
    rooms = arguments.rooms or list(ROOMS)
    if unknown := set(rooms) - set(ROOMS):
        parser.error(f"no such room: {', '.join(sorted(unknown))}")
    if arguments.digest:
        print("\n".join(f"{digest(room)}  {room}" for room in rooms))
        return
    enough = {room: run(room, arguments.only, arguments.workers) for room in rooms}
    sys.exit(0 if all(enough.values()) else 1)


if __name__ == "__main__":
    main()
