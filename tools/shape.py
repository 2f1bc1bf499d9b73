"""
Print the shape of the code: sizes of files and functions, words of docstrings, names, circles, one journey.

Information, not a check: the exit code is always 0. A figure outside the wanted range is marked with a star.
"""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path

import journey
from import_circles import circles, packages
from names_and_words import both_state_and_event, repeated_classes, wording, worst

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("src", "adapters/*/src")
TESTS = ("tests", "adapters/*/tests")
WHEEL_LINES = 24_000
OPENERS_LIKED = 3


def files(patterns: Iterable[str]) -> list[Path]:
    """Return the Python files below *patterns*."""
    return sorted(p for pattern in patterns for root in ROOT.glob(pattern) for p in root.rglob("*.py"))


def functions(path: Path) -> list[tuple[int, str]]:
    """Return (lines, place) of each function in *path*."""
    tree = ast.parse(path.read_text("utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [
        (
            (node.end_lineno or node.lineno) - node.lineno + 1,
            f"{path.relative_to(ROOT)}:{node.lineno} {node.name}",
        )
        for node in ast.walk(tree)
        if isinstance(node, kinds)
    ]


def told(name: str, sizes: Sequence[int], *, p90: int, most: int) -> str:
    """Return one line about *sizes*, a star where they pass what we like."""
    ordered = sorted(sizes)
    ninth = ordered[int(len(ordered) * 0.9)]
    marks = ("*" if ninth > p90 else "") + ("*" if ordered[-1] > most else "")
    return (
        f"{name:10} {len(ordered):5}   median {statistics.median(ordered):5.0f}   p90 {ninth:4} (like {p90})"
        f"   max {ordered[-1]:4} (like {most}) {marks}"
    )


def counted(name: str, found: Sequence[str]) -> str:
    """Return one line about *found*, of which none is wanted."""
    return f"{name:10} {len(found):5}   (like 0) {'*' if found else ''}" + "".join(
        f"\n  {text}" for text in found
    )


def sizes(sources: Sequence[Path], tests: Sequence[Path]) -> None:
    """Print how large files and functions are, and how much test stands beside the source."""
    lines = {p: p.read_text("utf-8").count("\n") for p in [*sources, *tests]}
    found = sorted((f for p in sources for f in functions(p)), reverse=True)
    print(told("files", [lines[p] for p in sources], p90=200, most=350))
    print(told("functions", [size for size, _ in found], p90=18, most=40))
    source, test = sum(lines[p] for p in sources), sum(lines[p] for p in tests)
    print(f"source     {source:5} lines   tests {test:5} lines   ratio {test / source:.2f} (like 2)")
    for path in sorted(sources, key=lambda p: -lines[p])[:3]:
        print(f"  file {lines[path]:4}  {path.relative_to(ROOT)}")
    for size, place in found[:5]:
        print(f"  func {size:4}  {place}")
    wheel = sum(lines[p] for p in files(["src"]))
    print(f"wheel      {wheel:5} lines of src (like under {WHEEL_LINES}) {'*' if wheel >= WHEEL_LINES else ''}")


def words(sources: Sequence[Path]) -> None:
    """Print the openers of docstrings per 1,000 words, and the files with the most."""
    total = wording(sources)
    star = "*" if total.rate > OPENERS_LIKED else ""
    per = f"per 1,000 of {total.words} docstring words"
    print(f"openers    {total.rate:5.1f}   {per} (like {OPENERS_LIKED}) {star}")
    for found, path in worst(sources):
        print(f"  {found.openers:4} in {found.words:4} words  {path.relative_to(ROOT)}")


def names(sources: Sequence[Path]) -> None:
    """Print repeated class names, names of two kinds, and import circles."""
    repeated = repeated_classes(sources)
    print(counted("repeated", [f"{name}: {', '.join(_places(paths))}" for name, paths in repeated.items()]))
    print(counted("two kinds", both_state_and_event(files(["src/eduid_core/workflow"]))))
    print(counted("circles", [" <-> ".join(circle) for circle in circles(packages())]))


def _places(paths: Iterable[Path]) -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in paths]


def main() -> None:
    """Print everything."""
    sources, tests = files(SOURCES), files(TESTS)
    sizes(sources, tests)
    words(sources)
    names(sources)
    journey.main()


if __name__ == "__main__":
    main()
