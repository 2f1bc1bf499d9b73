"""The text of a failed law has its name, its rule and the actual value: its reader wrote another store."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from hypothesis import Phase

import eduid_audit
import eduid_core.testing
from eduid_audit.store_twins import TWINS
from eduid_core.testing.conformance.store import LAWS, Law, Memory, MemoryStore, model

AUDIT = Path(eduid_audit.__file__).parent
FOLDERS = {
    "laws": Path(eduid_core.testing.__file__).parent / "conformance",
    **{name: AUDIT / name for name in ("model", "simulator", "crash", "parts")},
}


def failure(law: Law) -> str:
    """Return what *law* says of the store that breaks it."""
    memories: dict[str, Memory] = {}
    kind = TWINS[law.__name__]
    with pytest.raises(AssertionError) as caught:
        law(lambda name: kind(memories.setdefault(name, Memory())))
    return str(caught.value)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_a_law_that_is_broken_is_named_with_its_rule_and_what_was_seen(
    law: Law, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model, "PHASES", (Phase.generate,))

    told = failure(law)

    name, rule, *rest = told.splitlines()
    assert name == law.__name__.replace("_", " ")
    assert law.__doc__ is not None
    assert rule == f"  rule:     {law.__doc__.splitlines()[0]}"
    assert re.search("^  (actual|does not hold): +.", "\n".join(rest), re.MULTILINE)


def test_the_law_of_all_histories_shows_the_shortest_that_breaks_it() -> None:
    """Shrunk, it is a handful of calls; with them anybody repeats it."""
    (law,) = (law for law in LAWS if law.__name__ == "any_history_agrees_with_the_model")

    told = failure(law)

    (after,) = re.findall("^  after:    (.*)$", told, re.MULTILINE)
    assert 1 <= after.count("('") <= 4 + 4
    assert "Document" in after or "QueueRow" in after


def test_a_store_that_keeps_a_law_is_told_nothing() -> None:
    for law in LAWS[:5]:
        memories: dict[str, Memory] = {}
        law(lambda name, known=memories: MemoryStore(known.setdefault(name, Memory())))  # type: ignore[misc]


@pytest.mark.parametrize("folder", FOLDERS.values(), ids=FOLDERS)
def test_no_checker_ends_in_an_assertion_without_words(folder: Path) -> None:
    """Pytest rewrites no assertion outside of tests: without words, a failure would say nothing at all."""
    paths = sorted(folder.rglob("*.py"))
    silent = [
        f"{path.relative_to(folder)}:{node.lineno}"
        for path in paths
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if (isinstance(node, ast.Assert) and node.msg is None)
        or (isinstance(node, ast.Raise) and isinstance(node.exc, ast.Name) and node.exc.id == "AssertionError")
    ]

    assert paths
    assert silent == []
