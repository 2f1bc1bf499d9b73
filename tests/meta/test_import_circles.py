"""No module imports itself by way of others: imports at module level, those for type checkers included."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def modules(*packages: Path) -> dict[str, Path]:
    """Return every module of *packages*, by its full name."""
    found = {}
    for package in packages:
        for path in package.rglob("*.py"):
            parts = path.relative_to(package.parent).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield (module, name) of every import outside functions; the name is empty for `import module`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.module, alias.name) for alias in node.names)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from imported(node)


def circle(known: Mapping[str, Path]) -> list[str]:
    """Return the modules of an import circle, the first one again at the end; empty if there is none."""
    graph: dict[str, set[str]] = {}
    for module, path in known.items():
        targets = (
            f"{source}.{name}" if f"{source}.{name}" in known else source
            for source, name in imported(ast.parse(path.read_text("utf-8")))
        )
        graph[module] = {target for target in targets if target in known}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_imports_go_in_a_circle() -> None:
    """A circle holds its modules together: none of them can be read, tested or moved alone."""
    known = modules(ROOT / "src/eduid_core", *sorted(ROOT.glob("adapters/*/src/eduid_*")))

    assert len(known) > 250
    assert {name.partition(".")[0] for name in known} >= {
        "eduid_core",
        "eduid_audit",
        "eduid_cli",
        "eduid_bulk",
    }
    assert circle(known) == []


def test_a_circle_for_type_checkers_is_found(tmp_path: Path) -> None:
    """The test above can fail."""
    package = tmp_path / "ring"
    package.mkdir()
    (package / "one.py").write_text("from ring import two\n")
    (package / "two.py").write_text("if TYPE_CHECKING:\n    from ring.three import name\n")
    (package / "three.py").write_text("import ring.one\n")

    assert set(circle(modules(package))) == {"ring.one", "ring.two", "ring.three"}

    (package / "three.py").write_text("def late():\n    import ring.one\n")

    assert circle(modules(package)) == []
