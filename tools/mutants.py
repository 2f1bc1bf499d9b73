"""
Run the mutants of modules: each function is changed in every small way, and the module's tests must notice.

    python tools/mutants.py validation.schooling.parse matching.placement
    python tools/mutants.py eduid_registry_file.tables      a module of an adapter
    python tools/mutants.py matching                        every module of a package
    python tools/mutants.py --minutes 20                    modules that changed since they were measured

The results are recorded in `tests/mutation/PACKAGE.toml`: give each new survivor there a reason, or kill it
with a test. Each run works on a copy of the checkout in a temporary directory. mutmut leaves decorated
functions alone; in the copy the guards of the lifecycle, which are functions made into values, are therefore
written as a function and a call. A function that is called at import time has built its table before mutmut's
worker is forked; its survivors are tried once more, each in an interpreter of its own.
"""

from __future__ import annotations

import argparse
import ast
import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import mutation_records as records
from mutation_records import CORE, ROOT, Record, Survivor
from mutation_tests import Selection, tests_of

ENOUGH = 0.9
KILLED, SURVIVED, NO_TESTS = (1, 3), 0, 33
FRESH_TIMEOUT_S = 600
LAST_WORDS = 3000
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
import importlib, json, sys
seen = set()
sys.setprofile(lambda frame, event, _: seen.add((frame.f_globals.get("__name__"), frame.f_code.co_qualname)))
for name in sys.argv[1:]:
    importlib.import_module(name)
sys.setprofile(None)
print(json.dumps(sorted([a, b] for a, b in seen if a in sys.argv[1:])))
"""
DIFFS = """
import json, sys
from mutmut.mutation.diff_apply import get_diff_for_mutant
print(json.dumps({name: get_diff_for_mutant(name) for name in json.load(sys.stdin)}))
"""


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


def full_name(module: str) -> str:
    """
    Return the import name of *module*.

    >>> full_name("matching.placement"), full_name("eduid_bulk.join"), full_name("eduid_core")
    ('eduid_core.matching.placement', 'eduid_bulk.join', 'eduid_core')
    """
    return module if module.startswith("eduid_") else f"{CORE}.{module}"


def in_copy(path: Path) -> Path:
    """Return where the module *path* lies in the copy: mutmut knows modules below `src` only."""
    return Path("src", *path.relative_to(ROOT).parts[path.relative_to(ROOT).parts.index("src") + 1 :])


def prepare(copy: Path, paths: Iterable[Path], tests: Selection) -> None:
    """Make the copy of the checkout, move adapters under test to `src`, and write mutmut's configuration."""
    shutil.copytree(ROOT, copy, ignore=IGNORED)
    for path in paths:
        package = in_copy(path).parts[1]
        for adapter in copy.glob(f"adapters/*/src/{package}"):
            shutil.move(adapter, copy / "src" / package)
        target = copy / in_copy(path)
        target.write_text(undecorated(target.read_text("utf-8")) + "\n", "utf-8")
    table = {
        "source_paths": ["src"],
        "only_mutate": [str(in_copy(path)) for path in paths],
        "pytest_add_cli_args_test_selection": list(tests.places),
        "pytest_add_cli_args": pytest_options(tests),
        "also_copy": ["tests", "tools", "docs", "adapters", "pyproject.toml"],
    }
    block = "\n".join(f"{key} = {json.dumps(value)}" for key, value in table.items())
    with (copy / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[tool.mutmut]\n{block}\n")
    with (copy / "tests" / "conftest.py").open("a", encoding="utf-8") as file:
        file.write(CONFTEST)


def pytest_options(tests: Selection) -> list[str]:
    """Return the options of pytest besides the places of the tests."""
    chosen = ["-k", tests.only] if tests.only else []
    return ["-m", "not full", "-x", "-q", "-p", "no:cacheprovider", *chosen]


def surroundings(copy: Path, source: Path | None = None, **more: str) -> dict[str, str]:
    """Return the environment of a program run in *copy*; mutmut puts its own source first by itself."""
    paths = [*([source] if source else []), *sorted(copy.glob("adapters/*/src"))]
    return os.environ | {"PYTHONPATH": os.pathsep.join(map(str, paths))} | more


def called_at_import(copy: Path, modules: Iterable[str]) -> set[str]:
    """Return the functions, ``module.function``, that run while *modules* are imported."""
    command = [sys.executable, "-c", IMPORTED, *map(full_name, modules)]
    answer = subprocess.run(
        command, cwd=copy, env=surroundings(copy, copy / "src"), check=True, capture_output=True, text=True
    )
    return {f"{module}.{function}" for module, function in json.loads(answer.stdout)}


def exit_codes(copy: Path) -> dict[str, int | None]:
    """Return mutant -> exit code of its tests (None: not checked), as mutmut wrote them down."""
    found: dict[str, int | None] = {}
    for path in sorted((copy / "mutants" / "src").rglob("*.meta")):
        found |= json.loads(path.read_text("utf-8"))["exit_code_by_key"]
    return found


def function_of(mutant: str) -> str:
    """
    Return the function that *mutant* changes.

    >>> function_of("eduid_core.validation.ages.x__is_leap__mutmut_1")
    'eduid_core.validation.ages._is_leap'
    >>> function_of("eduid_core.workflow.machine.xǁTableǁdecide__mutmut_2")
    'eduid_core.workflow.machine.Table.decide'
    """
    module, _, name = mutant.rpartition("__mutmut_")[0].rpartition(".")
    plain = name.removeprefix("x_") if name.startswith("x_") else name[1:].strip("ǁ").replace("ǁ", ".")
    return f"{module}.{plain}"


def tried_afresh(copy: Path, tests: Selection, mutant: str) -> int:
    """Return the exit code of *tests* in a new interpreter that imports *mutant*; 36 for a timeout."""
    there = copy / "mutants"
    command = [sys.executable, "-m", "pytest", *pytest_options(tests), *tests.places]
    environment = surroundings(copy, there / "src", MUTANT_UNDER_TEST=mutant)
    try:
        return subprocess.run(
            command, cwd=there, env=environment, check=False, capture_output=True, timeout=FRESH_TIMEOUT_S
        ).returncode
    except subprocess.TimeoutExpired:
        return 36


def one_line(diff: str) -> str:
    r"""
    Return the change in *diff*, the lines before and after.

    >>> one_line("--- a\n+++ a\n@@ -1 +1 @@\n def f(x):\n-    return x > 1\n+    return x >= 1")
    'return x > 1 -> return x >= 1'
    """
    lines = [line for line in diff.splitlines() if not line.startswith(("---", "+++"))]
    before, after = (" ".join(x[1:].strip() for x in lines if x.startswith(sign)) for sign in "-+")
    return f"{before} -> {after}"


def diffs(copy: Path, mutants: Sequence[str]) -> dict[str, str]:
    """Return mutant -> its change in one line."""
    command, asked = [sys.executable, "-c", DIFFS], json.dumps(mutants)
    answer = subprocess.run(
        command, cwd=copy, env=surroundings(copy), input=asked, check=True, stdout=subprocess.PIPE, text=True
    )
    return {mutant: one_line(diff) for mutant, diff in json.loads(answer.stdout).items()}


def status(code: int) -> str:
    """Return the count of a record that an exit code belongs to; a crash of the worker counts as a timeout."""
    return "killed" if code in KILLED else {SURVIVED: "survived", NO_TESTS: "no_tests"}.get(code, "timeouts")


def measured(copy: Path, modules: Mapping[str, Path], tests: Selection) -> dict[str, Record]:
    """Return module -> record, read from the finished run in *copy*."""
    found, early = exit_codes(copy), called_at_import(copy, modules)
    codes = {mutant: code for mutant, code in found.items() if code is not None}
    for mutant, code in codes.items():
        if code not in KILLED and function_of(mutant) in early:
            codes[mutant] = tried_afresh(copy, tests, mutant)
    change = diffs(copy, [mutant for mutant, code in codes.items() if code == SURVIVED])
    today = dt.datetime.now(dt.UTC).date().isoformat()
    made = {}
    for module, path in modules.items():
        own = [m for m in codes if _module_of(m) == full_name(module)]
        counts = Counter(status(codes[mutant]) for mutant in own)
        made[module] = Record(
            digest=records.digest(path),
            date=today,
            mutants=len(own),
            killed=counts["killed"],
            survived=counts["survived"],
            no_tests=counts["no_tests"],
            timeouts=counts["timeouts"],
            survivors=tuple(
                Survivor(function_of(m).removeprefix(f"{full_name(module)}."), change[m])
                for m in own
                if m in change
            ),
        )
    return made


def _module_of(mutant: str) -> str:
    return mutant.rpartition("__mutmut_")[0].rpartition(".")[0]


def run(modules: Mapping[str, Path], tests: Selection, workers: int) -> dict[str, Record]:
    """Run *modules*, which have the same tests, in a copy; return their records, none if mutmut stopped."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as place:
        copy = Path(place) / "checkout"
        prepare(copy, list(modules.values()), tests)
        command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(workers)]
        ended = subprocess.run(
            command, cwd=copy, env=surroundings(copy), check=False, stdout=subprocess.PIPE, text=True
        )
        if ended.returncode or any(code is None for code in exit_codes(copy).values()):
            print(ended.stdout.replace("\r", "\n")[-LAST_WORDS:])
            print(f"{', '.join(modules)}: mutmut stopped; nothing is recorded")
            return {}
        return measured(copy, modules, tests)


def keep(made: Mapping[str, Record]) -> None:
    """Record *made* beside the records there are, and print it."""
    old = records.read()
    new = {module: records.explained(record, old.get(module)) for module, record in made.items()}
    records.write({**old, **new})
    for module, record in new.items():
        print(f"{module}: " + ", ".join(f"{name} {getattr(record, name)}" for name in records.COUNTS))
        for survivor in record.survivors:
            mark = "" if survivor.reason else ", no reason yet"
            print(f"  survived{mark}: {survivor.function}: {survivor.diff}")


def wanted(names: Sequence[str], modules: Mapping[str, Path]) -> list[str]:
    """Return the modules of *names*: modules, and packages with all modules below them."""
    found = [m for name in names for m in modules if m == name or m.startswith(f"{name}.")]
    if missing := [name for name in names if not any(m == name or m.startswith(f"{name}.") for m in modules)]:
        sys.exit(f"mutants: no such module: {', '.join(missing)}")
    return list(dict.fromkeys(found))


def changed(modules: Mapping[str, Path]) -> list[str]:
    """Return the modules with functions whose digest is not the recorded one, the newest first."""
    recorded = records.read()
    stale = [
        module
        for module, path in modules.items()
        if "def " in path.read_text("utf-8")
        and (module not in recorded or recorded[module].digest != records.digest(path))
    ]
    ages = committed()
    return sorted(
        stale, key=lambda module: ages.get(modules[module].relative_to(ROOT).as_posix(), 0), reverse=True
    )


def committed() -> dict[str, int]:
    """Return file -> time of its newest commit; a file with changes that are not committed is newest."""
    log = _git("log", "--format=@%ct", "--name-only")
    found: dict[str, int] = {}
    at = 0
    for line in log:
        if line.startswith("@"):
            at = int(line[1:])
        elif line:
            found.setdefault(line, at)
    return found | dict.fromkeys(_git("diff", "--name-only", "HEAD"), sys.maxsize)


def _git(*arguments: str) -> list[str]:
    """Return the lines that git prints; none outside a git checkout."""
    answer = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return answer.stdout.splitlines()


def groups(chosen: Sequence[str], *, one_by_one: bool) -> list[list[str]]:
    """Return *chosen* in runs: modules with the same tests together, or each alone."""
    if one_by_one:
        return [[module] for module in chosen]
    by_tests: dict[Selection, list[str]] = {}
    for module in chosen:
        by_tests.setdefault(tests_of(module), []).append(module)
    return list(by_tests.values())


def main() -> None:
    """Run from the command line; exit 1 if fewer than 90 of a hundred mutants were killed or a run stopped."""
    parser = argparse.ArgumentParser(description="mutation runs, by hand")
    parser.add_argument(
        "names", nargs="*", metavar="MODULE", help="modules or packages; none: those that changed"
    )
    parser.add_argument("--minutes", type=float, help="start no further module after this time")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--list", action="store_true", help="print the modules and their tests, run nothing")
    arguments = parser.parse_args()
    modules = records.files()
    chosen = wanted(arguments.names, modules) if arguments.names else changed(modules)
    if arguments.list:
        print("\n".join(f"{module}  {' '.join(tests_of(module).places)}" for module in chosen))
        return
    started, made = time.monotonic(), {}
    for group in groups(chosen, one_by_one=arguments.minutes is not None or not arguments.names):
        if arguments.minutes is not None and time.monotonic() - started > 60 * arguments.minutes:
            break
        new = run({module: modules[module] for module in group}, tests_of(group[0]), arguments.workers)
        keep(new)
        made |= new or dict.fromkeys(group)
    total = sum(record.mutants or 0 for record in made.values() if record)
    killed = sum(record.killed or 0 for record in made.values() if record)
    sys.exit(1 if None in made.values() or killed < ENOUGH * total else 0)


if __name__ == "__main__":
    main()
