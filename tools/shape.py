"""
The mirror of STYLE: how large files and functions are, and how much test stands beside the source.

It judges nothing and always exits 0; numbers that lie outside what we like are marked with a star.
"""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("src", "adapters/*/src")
TESTS = ("tests", "adapters/*/tests")


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


def main() -> None:
    """Print the mirror."""
    sources, tests = files(SOURCES), files(TESTS)
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


if __name__ == "__main__":
    main()
