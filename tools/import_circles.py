"""
Find import circles: modules that import each other, directly or through others.

    python tools/import_circles.py

Imports for type checkers count, for a reader follows them too; imports inside functions do not.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def packages() -> list[Path]:
    """Return the folder of each package of the checkout."""
    return sorted(
        p.parent for pattern in ("src/*", "adapters/*/src/*") for p in ROOT.glob(f"{pattern}/__init__.py")
    )


def modules(package: Path) -> dict[str, Path]:
    """Return module name -> file of *package*; a package's own name stands for its `__init__`."""
    names = {}
    for path in sorted(package.rglob("*.py")):
        parts = (package.name, *path.relative_to(package).with_suffix("").parts)
        names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return names


def _imports(body: Iterable[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    """Yield the imports of *body*, those in branches and in class bodies included."""
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        else:
            for part in ("body", "orelse", "finalbody"):
                yield from _imports(getattr(node, part, ()))
            for handler in getattr(node, "handlers", ()):
                yield from _imports(handler.body)


def _targets(node: ast.Import | ast.ImportFrom, module: str, *, is_package: bool) -> Iterator[str]:
    """Yield the candidate modules of one import: `from a import b` may name module `a.b` or a name in `a`."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    parts = module.split(".")
    keep = len(parts) - node.level + is_package
    base = ".".join([*(parts[:keep] if node.level else ()), *([node.module] if node.module else ())])
    for alias in node.names:
        yield f"{base}.{alias.name}"
        yield base


def imports(files: Mapping[str, Path]) -> dict[str, set[str]]:
    """Return module -> the modules of *files* that it imports outside functions."""
    graph = {}
    for module, path in files.items():
        found = set()
        for node in _imports(ast.parse(path.read_text("utf-8")).body):
            targets = list(_targets(node, module, is_package=path.stem == "__init__"))
            step = 1 if isinstance(node, ast.Import) else 2
            for i in range(0, len(targets), step):
                found |= set([t for t in targets[i : i + step] if t in files][:1])
        graph[module] = found - {module}
    return graph


def circles(packages: Iterable[Path]) -> list[list[str]]:
    """Return the groups of modules of *packages* that import each other, each group and the list in order."""
    files = {name: path for package in packages for name, path in modules(package).items()}
    graph = imports(files)
    reached = {name: _reachable(graph, name) for name in graph}
    groups = {
        tuple(sorted(other for other in reached[name] if name in reached[other]))
        for name in graph
        if name in reached[name]
    }
    return [list(group) for group in sorted(groups)]


def _reachable(graph: Mapping[str, set[str]], start: str) -> set[str]:
    """Return the modules reached from *start* by one import or more."""
    found: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            waiting += graph[name]
    return found


def main() -> int:
    """Print each circle; exit 1 if there is one."""
    found = circles(packages())
    for circle in found:
        print(" <-> ".join(circle))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
