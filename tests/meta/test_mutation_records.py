"""A record of a mutation run names a module and explains its survivors; it never keeps a module from changing."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def records(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import mutation_records  # noqa: PLC0415 - found through the path above

    return mutation_records


def test_every_survivor_is_explained_and_every_module_exists(records: ModuleType) -> None:
    """`python tools/mutants.py MODULE` writes the record; the reason is written by hand."""
    found = records.read()

    assert len(found) > 20
    assert records.faults(found, records.files()) == []


def test_a_survivor_without_a_reason_and_a_lost_module_are_faults(records: ModuleType) -> None:
    bare = records.Record(digest="", date="2026-11-29", survivors=(records.Survivor("f", "1 -> 2"),))

    assert records.faults({"matching.queue": bare, "matching.gone": bare}, ["matching.queue"]) == [
        "matching.gone: no such module",
        "matching.queue.f: no reason: 1 -> 2",
        "matching.gone.f: no reason: 1 -> 2",
    ]


def test_a_module_newer_than_its_figures_is_no_fault_and_the_page_says_so(records: ModuleType) -> None:
    modules = {"matching.queue": records.files()["matching.queue"]}
    old = records.Record(digest="0", date="2026-11-29", mutants=4, killed=3, survived=1, no_tests=0, timeouts=0)
    new = records.Record(digest=records.digest(modules["matching.queue"]), date="2026-11-29")

    assert records.faults({"matching.queue": old}, modules) == []
    assert "| `matching.queue` | 4 | 3 (75.0 %) | 1 | 0 | 0 | 2026-11-29 | changed since |" in records.page(
        {"matching.queue": old}, modules
    )
    assert records.page({"matching.queue": new}, modules).endswith("| 2026-11-29 | current |\n")


def test_records_are_read_as_they_were_written(records: ModuleType, tmp_path: Path) -> None:
    survivor = records.Survivor("C.f", """a["x"] == '1' -> a["x"] != '1'""", "why “not”\\")
    record = records.Record(digest="d", date="2026-11-29", mutants=1, killed=0, survivors=(survivor,))
    records.write({"matching.queue": record, "private": record}, tmp_path)

    assert records.read(tmp_path) == {"matching.queue": record, "private": record}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["eduid_core.toml", "matching.toml"]


def test_reasons_are_kept_for_the_same_change_of_the_same_function(records: ModuleType) -> None:
    old = records.Record(digest="a", date="d", survivors=(records.Survivor("f", "1 -> 2", "equivalent"),))
    new = records.Record(
        digest="b", date="d", survivors=(records.Survivor("f", "1 -> 2"), records.Survivor("f", "3 -> 4"))
    )

    assert [s.reason for s in records.explained(new, old).survivors] == ["equivalent", ""]


def test_every_row_of_the_table_of_tests_names_a_module_and_places_that_exist(
    records: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    from mutation_tests import TABLE, tests_of  # noqa: PLC0415 - found through the path above

    modules = records.files()
    for name, tests in TABLE.items():
        assert any(module == name or module.startswith(f"{name}.") for module in modules), name
        assert [place for place in tests.places if not (ROOT / place).exists()] == [], name
    assert all(tests_of(module) for module in modules)
