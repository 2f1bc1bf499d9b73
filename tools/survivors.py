"""
Put each fault of `survivor_faults.py` in, alone, and see that the tests named beside it fail.

    .venv/bin/python tools/survivors.py            all of them
    .venv/bin/python tools/survivors.py S03 R05    some, by id

The tree is copied to a temporary directory and changed only there. Exit 1 if a fault is missed, if a text to
replace does not stand exactly once in its file, or if a named test fails on the code as it is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from survivor_faults import FAULTS, SIBLINGS, Fault

ROOT = Path(__file__).parent.parent
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", ".hypothesis", ".pytest_cache", ".mypy_cache", ".ruff_cache", "__pycache__", "_build",
    "demo-out", "mutants",
)  # fmt: skip
FAILED = 1
"""What pytest returns where tests ran and some failed; any other number says nothing of the fault."""
IMPORTED = "import sys, importlib as i; print(*(i.import_module(n).__file__ for n in sys.argv[1:]), sep='\\n')"


def sources(tree: Path) -> list[Path]:
    """Return the source folders of *tree*: the core's and each adapter's."""
    return [tree / "src", *sorted(tree.glob("adapters/*/src"))]


def environment(tree: Path) -> dict[str, str]:
    """Return an environment in which the packages of *tree* come before those that are installed."""
    paths = os.pathsep.join(map(str, [*sources(tree), tree]))
    return {**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}


def check_imports(tree: Path) -> None:
    """Exit unless every package of ours is imported from *tree*."""
    names = [init.parent.name for folder in sources(tree) for init in folder.glob("*/__init__.py")]
    command = [sys.executable, "-c", IMPORTED, *names]
    told = subprocess.run(command, cwd=tree, env=environment(tree), capture_output=True, text=True, check=True)
    elsewhere = [line for line in told.stdout.splitlines() if not Path(line).is_relative_to(tree)]
    if elsewhere or not names:
        sys.exit(f"survivors: not imported from the copy: {elsewhere}")


def outcome(tree: Path, tests: Sequence[str]) -> int:
    """Return what pytest returns for *tests* in *tree*."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests],
        cwd=tree,
        env=environment(tree),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    ).returncode


@contextmanager
def put_in(fault: Fault, tree: Path) -> Iterator[None]:
    """Put *fault* in *tree* for as long as the context lasts. Raises ValueError: its text is not there once."""
    path = tree / fault.file
    stands = path.read_text("utf-8") if path.is_file() else ""
    if (count := stands.count(fault.before)) != 1:
        raise ValueError(f"the text stands {count} times in {fault.file}")
    path.write_text(stands.replace(fault.before, fault.after), "utf-8")
    try:
        yield
    finally:
        path.write_text(stands, "utf-8")


def told_of(fault: Fault, tree: Path) -> str:
    """Return `caught`, or why not."""
    try:
        with put_in(fault, tree):
            code = outcome(tree, fault.tests)
    except ValueError as error:
        return f"MISSED: {error}"
    return "caught" if code == FAILED else f"MISSED (pytest returned {code})"


def run(faults: Sequence[Fault], tree: Path) -> Mapping[str, bool]:
    """Try *faults*, telling of each; return which were caught."""
    caught = {}
    for fault in faults:
        told = told_of(fault, tree)
        caught[fault.id] = told == "caught"
        print(f"{fault.id:5} {told:8} {fault.file}  {' '.join(fault.tests)}", flush=True)
    return caught


def main(wanted: Sequence[str]) -> int:
    """Try the faults *wanted*, or all; return the exit code."""
    faults, siblings = ([f for f in t if not wanted or f.id in wanted] for t in (FAULTS, SIBLINGS))
    with tempfile.TemporaryDirectory(prefix="survivors-") as folder:
        tree = Path(folder).resolve() / "tree"
        shutil.copytree(ROOT, tree, ignore=LEFT_OUT)
        check_imports(tree)
        tests = dict.fromkeys(test for fault in (*faults, *siblings) for test in fault.tests)
        if code := outcome(tree, list(tests)):
            print(f"the tests named do not pass on the code as it is: pytest returned {code}")
            return 1
        caught, also = run(faults, tree), run(siblings, tree)
    if siblings:
        print(f"{sum(also.values())} of {len(also)} of the same kind caught")
    print(f"{sum(caught.values())} of {len(caught)} caught")
    return 0 if all(caught.values()) and all(also.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
