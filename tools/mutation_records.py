"""
The recorded results of mutation runs: `tests/mutation/PACKAGE.toml` for each package, and the page made of
them.

A record belongs to one module and holds its last measurement. The module may change at any time: the page
then says "changed since", and the next `make mutants` measures it again.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import attrs

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "mutation"
CORE: Final = "eduid_core"
COUNTS: Final = ("mutants", "killed", "survived", "no_tests", "timeouts")


@attrs.frozen
class Survivor:
    """A mutant that no test noticed: its function, its change in one line, the reason to leave it."""

    function: str
    diff: str
    reason: str = ""


@attrs.frozen(kw_only=True)
class Record:
    """
    The last measurement of a module.

    `digest` is the SHA-256 of its file as measured. It is empty for figures of `commit`, which the module had
    under another name or in another shape. The counts are None where only the survivors are known.
    """

    digest: str
    date: str
    commit: str = ""
    mutants: int | None = None
    killed: int | None = None
    survived: int | None = None
    no_tests: int | None = None
    timeouts: int | None = None
    survivors: tuple[Survivor, ...] = ()


def files() -> dict[str, Path]:
    """Return module -> file of every module; those of the core are named without `eduid_core`."""
    found = {}
    for root in (ROOT / "src", *sorted(ROOT.glob("adapters/*/src"))):
        for path in sorted(root.rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            parts = parts[1:] if parts[0] == CORE else parts
            parts = parts[:-1] if parts[-1] == "__init__" else parts
            found[".".join(parts) or CORE] = path
    return found


def package_of(module: str) -> str:
    """
    Return the package whose file holds the record of *module*; `eduid_core` for a module at the top.

    >>> package_of("validation.schooling.parse"), package_of("private"), package_of("eduid_bulk.join")
    ('validation', 'eduid_core', 'eduid_bulk')
    """
    first = module.partition(".")[0]
    is_package = (ROOT / "src" / CORE / first).is_dir() or first.startswith("eduid_")
    return first if is_package else CORE


def digest(path: Path) -> str:
    """Return the SHA-256 of the file *path*."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read(folder: Path = FOLDER) -> dict[str, Record]:
    """Return module -> record of every file in *folder*."""
    found = {}
    for path in sorted(folder.glob("*.toml")):
        for module, body in tomllib.loads(path.read_text("utf-8")).items():
            survivors = tuple(Survivor(**one) for one in body.pop("survivors", ()))
            found[module] = Record(**body, survivors=survivors)
    return found


def write(records: Mapping[str, Record], folder: Path = FOLDER) -> None:
    """Write *records* into the files of their packages, in the order of names."""
    packages: dict[str, list[str]] = {}
    for module in sorted(records):
        packages.setdefault(package_of(module), []).append(_table(module, records[module]))
    for package, tables in packages.items():
        (folder / f"{package}.toml").write_text("\n".join(tables), "utf-8")


def _table(module: str, record: Record) -> str:
    body = attrs.asdict(record, recurse=False)
    body.pop("survivors")
    lines = [f'["{module}"]']
    lines += [f"{key} = {_value(value)}" for key, value in body.items() if value not in (None, "")]
    if not record.digest:
        lines.insert(1, 'digest = ""')
    for survivor in record.survivors:
        lines += ["", f'[["{module}".survivors]]']
        lines += [f"{key} = {_value(value)}" for key, value in attrs.asdict(survivor).items()]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:  # noqa: ANN401 - a text or a number
    if isinstance(value, str) and "'" not in value and value.isprintable() and '"' in value:
        return f"'{value}'"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def explained(new: Record, old: Record | None) -> Record:
    """Return *new* with the reasons that *old* gives for the same change of the same function."""
    reasons = {(s.function, s.diff): s.reason for s in (old.survivors if old else ())}
    survivors = tuple(attrs.evolve(s, reason=reasons.get((s.function, s.diff), "")) for s in new.survivors)
    return attrs.evolve(new, survivors=survivors)


def faults(records: Mapping[str, Record], modules: Iterable[str]) -> list[str]:
    """Return what is wrong with *records*: a survivor without a reason, a module that is not in *modules*."""
    known = set(modules)
    wrong = [f"{module}: no such module" for module in records if module not in known]
    for module, record in records.items():
        wrong += [
            f"{module}.{s.function}: no reason: {s.diff}" for s in record.survivors if not s.reason.strip()
        ]
    return wrong


# --- the page -------------------------------------------------------------------------------------------

INTRO = """# Mutation

A mutant is the code with one small change: another comparison, a constant plus one, an argument left out. The
tests should fail for each. `python tools/mutants.py MODULE` makes the mutants of a module with mutmut and
runs its tests against each of them; `make mutants` does so for the modules that changed since.
`tests/mutation/` keeps the results, one file per package. The runs are made by hand, not by `make check` or
`make test`, and an old figure is no reason to leave a module unchanged.

- **killed**: a test failed. A timeout does not count.
- **survived**: no test failed; the file gives the change and the reason to leave it.
- **no tests**: no selected test calls the function.
- **state**: `current` if the module is as measured, `changed since` if it was changed or moved afterwards. A
  commit beside the date names the code that was measured; its survivors are kept where their function still
  exists.

A module that is not listed was not measured. mutmut changes functions only, no rows of tables.
"""


def page(records: Mapping[str, Record], modules: Mapping[str, Path]) -> str:
    """Return the page of all figures."""
    parts = [INTRO]
    for package in sorted({package_of(module) for module in records}):
        parts.append(
            f"## {package}\n\n| module | mutants | killed | survived | no tests | timeouts | date | state |"
        )
        parts.append("|---|---:|---:|---:|---:|---:|---|---|")
        parts += [_row(m, r, modules) for m, r in sorted(records.items()) if package_of(m) == package]
        parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def _row(module: str, record: Record, modules: Mapping[str, Path]) -> str:
    counts = [getattr(record, name) for name in COUNTS]
    if record.mutants and record.killed is not None:
        counts[1] = f"{record.killed} ({100 * record.killed / record.mutants:.1f} %)"
    counts = ["–" if count is None else count for count in counts]
    is_current = module in modules and digest(modules[module]) == record.digest
    date = f"{record.date} (`{record.commit}`)" if record.commit else record.date
    cells = [f"`{module}`", *counts, date, "current" if is_current else "changed since"]
    return f"| {' | '.join(map(str, cells))} |"
