"""Every import of a distribution is declared by it; `eduid-core[testing]` brings all of `eduid_core.testing`."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORE = "src/eduid_core"
LATE = {"eduid-cli": {"eduid-audit"}, "eduid-registry-file": {"polars"}}
"""Imports within a function that names the missing distribution to its user."""


def project(folder: Path) -> dict[str, Any]:
    """Return the table `project` of the distribution in *folder*."""
    read: dict[str, Any] = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
    return read


def named(requirement: str) -> str:
    """Return the name of a requirement, without extras and versions."""
    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def declared(folder: Path, *extras: str) -> set[str]:
    """Return the requirements of a distribution; those of the core bring what the core's extras bring."""
    table = project(folder)
    wanted = list(table.get("dependencies", ()))
    for extra in extras:
        wanted += table["optional-dependencies"][extra]
    found = {named(one) for one in wanted}
    for one in wanted:
        if named(one) == "eduid-core":
            more = re.search(r"\[(.*)\]", one)
            found |= declared(ROOT, *(more.group(1).split(",") if more else ()))
        elif (ROOT / "adapters" / named(one).removeprefix("eduid-")).is_dir():
            found |= declared(ROOT / "adapters" / named(one).removeprefix("eduid-"))
    return found


@cache
def distributions() -> dict[str, set[str]]:
    return {name: {named(d) for d in found} for name, found in packages_distributions().items()}


def imported(path: Path) -> set[str]:
    """Return the distributions that the modules below *path* import, the standard library left out."""
    names: set[str] = set()
    for module in path.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.partition(".")[0])
    own = {name for name in names if name.startswith("eduid_")}
    others = names - own - set(sys.stdlib_module_names)
    found = {min(distributions().get(name, {name})) for name in others}
    return found | {name.replace("_", "-") for name in own}


ADAPTERS = sorted(p.name for p in (ROOT / "adapters").iterdir() if (p / "pyproject.toml").exists())


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_an_adapter_declares_its_imports(adapter: str) -> None:
    folder = ROOT / "adapters" / adapter
    extras = project(folder).get("optional-dependencies", {})
    name = project(folder)["name"]
    known = declared(folder, *extras) | {name, "eduid-core"} | LATE.get(name, set())

    assert imported(folder / "src") - known == set()


def test_the_core_declares_its_imports() -> None:
    for path, extras in (("validation", ()), ("matching", ()), ("workflow", ()), ("service", ("service",))):
        assert imported(ROOT / CORE / path) - declared(ROOT, *extras) == {"eduid-core"}


def test_the_extra_for_tests_brings_all_of_testing_and_imports_no_adapter() -> None:
    known = declared(ROOT, "testing")

    assert imported(ROOT / CORE / "testing") - known == set()
    assert known >= {"pytest", "hypothesis", "argon2-cffi", "cryptography"}
