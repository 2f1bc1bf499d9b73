"""One stream that fails, however it does, stands in no other's way when many are looked at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from eduid_core.findings import Refused
from eduid_core.matching import matcher
from eduid_core.plugins import Commit, Committed, Conflict, RegistryQuery
from eduid_core.service import Service
from eduid_core.service.intents import QueryRegistry
from eduid_core.service.timers import TimersFired
from eduid_core.testing.doubles import NUMBERS, form_of
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.forms import person_of
from eduid_store_sql import SqlStore

from .house import NOW, House

WAIT = dt.timedelta(minutes=5)


class Fails(SqlStore):
    """A store that cannot write one application, the first of all."""

    error: BaseException = ValueError("what no store should say of 陈小雨")

    def commit(self, commits: Sequence[Commit], /) -> Sequence[Committed | Conflict]:
        if any(append.stream == "application/A-1" for commit in commits for append in commit.appends):
            raise self.error
        return super().commit(commits)


def _dies(*_: object) -> object:
    raise KeyboardInterrupt


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """A house that died twice, each time between a form's handing in and the registry's answer."""
    made = House(tmp_path)
    by = made.registered()
    for key, number in zip(("A-1", "A-2"), NUMBERS, strict=False):
        made.service.handle(app.Open(subject=key, by=by, at=NOW, form=form_of(number)))
        with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):
            dying.setattr("eduid_core.service.handlers.dispatch.settle_match", _dies)
            made.service.handle(app.Submit(subject=key, by=by, at=NOW, consent_text="v1"))
    return made


def failing(house: House) -> Service:
    service = house.open(store=Fails(house.url))
    service.clock = lambda: NOW + WAIT
    return service


def statuses(house: House) -> list[str]:
    states: list[Any] = [house.service.state("application", key) for key in ("A-1", "A-2")]
    return [state.status for state in states]


def test_the_timers_carry_out_the_others_and_count_it_as_refused(house: House) -> None:
    assert failing(house).fire_timers() == TimersFired(done=1, refused=1)
    assert statuses(house) == ["submitted", "approved"]


def test_what_a_crash_left_is_taken_up_for_the_others(house: House) -> None:
    assert failing(house).resume() == 2
    assert statuses(house) == ["submitted", "approved"]
    assert house.service.resume() == 1
    assert statuses(house) == ["approved", "approved"]


def test_the_registry_is_asked_again_about_the_others(house: House) -> None:
    house.registry.fails = RuntimeError()
    house.service.resume()
    house.registry.fails = None

    assert failing(house).match_again() == 1
    assert statuses(house) == ["pending_review", "approved"]


@pytest.mark.parametrize("look", [Service.fire_timers, Service.resume])
def test_what_is_no_exception_ends_the_look(
    house: House, monkeypatch: pytest.MonkeyPatch, look: Callable[[Service], object]
) -> None:
    monkeypatch.setattr(Fails, "error", KeyboardInterrupt())

    with pytest.raises(KeyboardInterrupt):
        look(failing(house))


def fails_to_match(monkeypatch: pytest.MonkeyPatch, number: str = "") -> None:
    """Let the comparison of the form with *number*, or of every form, fail with an error that holds a name."""
    honest = matcher.match

    def fails(form: Any, found: Any, **how: Any) -> Any:
        if form.id_number.reveal("test") == (number or form.id_number.reveal("test")):
            raise ValueError(form.name.reveal("test"))
        return honest(form, found, **how)

    monkeypatch.setattr(matcher, "match", fails)


def test_what_cannot_be_compared_is_not_compared(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever the registry brought, the application goes to a person, and no error shows what was brought."""
    fails_to_match(monkeypatch)
    house.service.resume()

    assert statuses(house) == ["pending_review"] * 2
    state: Any = house.service.state("application", "A-1")
    assert state.match.reasons == ("NOT_COMPARED",)
    assert "ValueError" in caplog.text
    assert state.form.name.reveal("test") not in caplog.text


def test_match_again_goes_on_past_an_application_whose_match_fails(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was SOURCE_UNAVAILABLE for ever, and each round stopped there."""
    house.registry.fails = RuntimeError()
    house.service.resume()
    house.registry.fails = None
    waiting: Any = house.service.state("application", "A-1")
    fails_to_match(monkeypatch, waiting.form.id_number.reveal("test"))

    assert house.service.match_again() == 2
    assert statuses(house) == ["pending_review", "approved"]
    assert house.service.match_again() == 0


def test_an_application_that_the_registry_fails_on_does_not_hold_up_the_others(house: House) -> None:
    """The next round begins with another application."""
    house.registry.fails = RuntimeError()
    house.service.resume()
    house.registry.fails = None
    waiting: Any = house.service.state("application", "A-1")
    honest, poison = house.registry.find, waiting.form.id_number

    def find(query: Any, /) -> Any:
        if query.form.id_number == poison:
            raise RuntimeError
        return honest(query)

    house.registry.find = find  # type: ignore[method-assign]
    for minute in range(3):
        house.service.clock = lambda minute=minute: NOW + dt.timedelta(minutes=minute)  # type: ignore[misc]
        house.service.match_again()

    assert statuses(house) == ["pending_review", "approved"]


@pytest.mark.parametrize("field", ["school", "class_name", "guardian_name"])
def test_a_form_with_a_text_over_2000_characters_is_compared(tmp_path: Path, field: str) -> None:
    """
    The copy for the registry was refused: the registry counted as unavailable, for this form for ever. A caller's
    form of that length is refused at the door; a stored one, or one from a file, is compared.
    """
    made = House(tmp_path)
    long = form_of(NUMBERS[0], **{field: "陈" * 2001})
    opened = app.Open(subject="A-1", by=made.registered(), at=NOW, form=long)
    assert made.service.handle(opened) == Refused("text_too_long", {"fields": [f"form.{field}"], "max": 200})

    answer = made.service.executor.perform(QueryRegistry(RegistryQuery(person=person_of(long), form=long)))

    assert answer.available
