"""The counters of `make shape` find a planted case; class names, states, events and imports are clean."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    p for pattern in ("src", "adapters/*/src") for r in ROOT.glob(pattern) for p in r.rglob("*.py")
)


@pytest.fixture
def import_circles(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import import_circles as found  # noqa: PLC0415 - found through the path above

    return found


@pytest.fixture
def counters(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import names_and_words  # noqa: PLC0415 - found through the path above

    return names_and_words


def write(folder: Path, **texts: str) -> list[Path]:
    """Return the files `NAME.py` written with *texts*."""
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text, "utf-8")
    return [folder / f"{name}.py" for name in texts]


def test_openers_are_counted_in_docstrings_only(tmp_path: Path, counters: ModuleType) -> None:
    """A doctest line, a comment and another string are not prose."""
    text = '"""Whoever asks.\n\n>>> what = 1\n"""\n# who\ndef f():\n    """Say of what it is."""\n    return "nobody"\n'
    found = counters.wording(write(tmp_path, a=text))

    assert (found.openers, found.words) == (2, 7)
    assert found.rate == pytest.approx(1000 * 2 / 7)


def test_the_file_with_the_most_openers_comes_first(tmp_path: Path, counters: ModuleType) -> None:
    paths = write(tmp_path, a='"""A plain text."""\n', b='"""Who and what."""\n', c='"""Nothing."""\n')

    assert [path.stem for _, path in counters.worst(paths, most=2)] == ["b", "c"]


def test_a_class_name_used_twice_is_listed(tmp_path: Path, counters: ModuleType) -> None:
    """Private classes and the `Settings` of adapters may repeat."""
    twice = "class Load: ...\nclass _Row: ...\nclass Settings: ...\n"

    assert list(counters.repeated_classes(write(tmp_path, a=twice, b=twice))) == ["Load"]


def test_a_state_named_as_an_event_is_listed(tmp_path: Path, counters: ModuleType) -> None:
    """A base between the class and `Event` hides nothing; a command also has `name=` and is no event."""
    states = "class Expired(_Held, status='expired'): ...\nclass Issued(_Held, status='issued'): ...\n"
    events = (
        "class _Said(Event): ...\nclass Expired(_Said, name='X'): ...\nclass Issued(Command, name='i'): ...\n"
    )

    assert counters.both_state_and_event(write(tmp_path, a=states, b=events)) == ["Expired"]


def test_no_imports_go_in_a_circle(import_circles: ModuleType) -> None:
    """A circle holds its modules together: none of them can be read, tested or moved alone."""
    packages = import_circles.packages()

    assert {p.name for p in packages} >= {"eduid_core", "eduid_audit", "eduid_bulk", "eduid_cli"}
    assert import_circles.circles(packages) == []


def test_a_circle_is_found_and_an_import_in_a_function_is_none(
    tmp_path: Path, import_circles: ModuleType
) -> None:
    """Imports in branches and below TYPE_CHECKING count."""
    package = tmp_path / "ring"
    package.mkdir()
    write(
        package,
        __init__="",
        a="from ring import b\n",
        b="try:\n    from . import c\nexcept ImportError:\n    pass\n",
        c="import ring.a\n",
        d="def f():\n    from ring import e\n",
        e="from typing import TYPE_CHECKING\nfrom ring.d import f\nif TYPE_CHECKING:\n    from ring import g\n",
        g="from ring import e\n",
    )

    assert import_circles.circles([package]) == [["ring.a", "ring.b", "ring.c"], ["ring.e", "ring.g"]]


def test_no_class_name_means_two_things(counters: ModuleType) -> None:
    assert len(SOURCES) > 100
    assert counters.repeated_classes(SOURCES) == {}


def test_no_name_is_both_a_state_and_an_event(counters: ModuleType) -> None:
    paths = [p for p in SOURCES if "workflow" in p.parts]
    states, events = counters.states_and_events(paths)

    assert {"Draft", "ActiveCard", "Returned"} <= states
    assert {"ApplicationOpened", "CardIssued", "DraftSaved"} <= events
    assert counters.both_state_and_event(paths) == []
