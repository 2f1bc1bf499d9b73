"""A row whose comparison fails goes to a person, and the other rows go on: in every engine, byte for byte."""

from __future__ import annotations

import csv
import datetime as dt
import importlib.util
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eduid_bulk import comparators, encode
from eduid_bulk.file_run import FileRunMatcher
from eduid_bulk.incremental import IncrementalState
from eduid_cli.certify import certify
from eduid_cli.reconcile import reconcile
from eduid_core.matching import Application, Policy, RegistryRow, SchoolIndex, matcher
from eduid_core.matching.fields import names
from eduid_registry_file import lookup

AS_OF = dt.date(2026, 11, 2)
POISON = "毒·9班"


def _beside(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules.setdefault(name, importlib.util.module_from_spec(spec))
    spec.loader.exec_module(module)
    return module


corpus = _beside("corpus")


def poisoned(ask: Callable[..., Any]) -> Callable[..., Any]:
    """Return *ask* as it would be with a fault: it fails on one text, and its error holds the text."""

    def fails(*texts: Any, **how: Any) -> Any:
        if any(POISON in str(text) for text in texts):
            raise KeyError(POISON)
        return ask(*texts, **how)

    return fails


def decisions(out: Path) -> dict[str, str]:
    with (out / "decisions.csv").open(encoding="utf-8", newline="") as file:
        return {row[0]: ",".join(row[1:]) for row in csv.reader(file)}


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, set[str]]:
    """Forms and a registry, and the ids of the forms with the text that is hard to take."""
    forms, held = corpus.corpus(300, 3)
    place, poison = corpus.FORMS.index("class"), set()
    for number in range(0, 200, 40):
        forms[number][place] = POISON
        poison.add(forms[number][0])
    return (*corpus.write(tmp_path, forms, held, "csv"), poison)


def break_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the parser of classes fail, wherever it is asked."""
    placement = sys.modules["eduid_core.matching.placement"]
    monkeypatch.setattr(placement, "parse_class", poisoned(placement.parse_class))
    monkeypatch.setattr(lookup, "class_form", poisoned(lookup.class_form))


@pytest.mark.parametrize("engine", ["python", "polars"])
def test_one_row_that_fails_is_not_compared_and_the_others_are(
    engine: str, files: tuple[Path, Path, set[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    applications, held, poison = files
    reconcile(applications, held, out=tmp_path / "sound", engine="python", as_of=AS_OF, policy=None)
    break_classes(monkeypatch)
    with caplog.at_level(logging.ERROR):
        reconcile(applications, held, out=tmp_path / "hurt", engine=engine, as_of=AS_OF, policy=None)

    sound, hurt = decisions(tmp_path / "sound"), decisions(tmp_path / "hurt")
    failed = {name for name, verdict in hurt.items() if verdict == "review,NOT_COMPARED,"}
    assert failed
    assert failed <= poison
    assert {name: v for name, v in hurt.items() if name not in failed} == {
        name: v for name, v in sound.items() if name not in failed
    }
    assert "KeyError" in caplog.text
    assert POISON not in caplog.text


def test_every_engine_writes_the_same_bytes_for_rows_that_fail(
    files: tuple[Path, Path, set[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    applications, held, _ = files
    break_classes(monkeypatch)
    for module, name in ((names, "fold_name"), (names, "inspect_name")):
        monkeypatch.setattr(module, name, poisoned(getattr(module, name)))
    written = []
    for engine in ("python", "polars"):
        reconcile(applications, held, out=tmp_path / engine, engine=engine, as_of=AS_OF, policy=None)
        written.append((tmp_path / engine / "decisions.csv").read_bytes())
    certify_out = tmp_path / "certify"
    certify(
        applications,
        held,
        db=tmp_path / "a.db",
        out=certify_out,
        as_of=AS_OF,
        policy=None,
        strict=False,
        confirm_vanish=False,
    )

    assert b"NOT_COMPARED" in written[0]
    assert written[0] == written[1] == (certify_out / "decisions.csv").read_bytes()


def test_an_examination_that_fails_leaves_the_form_to_match(
    files: tuple[Path, Path, set[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole classes of forms fail in the kernel; `match` itself does not, and decides."""
    applications, held, _ = files
    reconcile(applications, held, out=tmp_path / "a", engine="polars", as_of=AS_OF, policy=None)
    with monkeypatch.context() as hurt:
        hurt.setattr(encode, "examine", poisoned(lambda *_, **__: (_ for _ in ()).throw(ValueError)))
        hurt.setattr(comparators, "compare_name", poisoned(lambda *_: (_ for _ in ()).throw(ValueError)))
        reconcile(applications, held, out=tmp_path / "b", engine="polars", as_of=AS_OF, policy=None)

    assert decisions(tmp_path / "a") == decisions(tmp_path / "b")


def test_a_file_run_leaves_forms_that_the_kernel_cannot_take_to_match() -> None:
    """A lone surrogate is no text of a column."""
    row = RegistryRow(school_code="2132000001", school="南京市海英小学")
    matching = FileRunMatcher([row], SchoolIndex.of([row]), as_of=AS_OF, policy=Policy())

    assert matching([Application(name="\ud800"), Application()]) == [None, None]


def test_decisions_that_follow_a_registry_go_on_past_a_row_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matcher, "match", poisoned(matcher.match))
    forms = {"a": Application(class_name=POISON), "b": Application()}
    kept = IncrementalState(forms=forms, held={}, as_of=AS_OF, policy=Policy())

    assert [kept.decisions[name].reasons.split(";")[0] for name in "ab"] == ["NOT_COMPARED", "FIELD_REQUIRED"]
