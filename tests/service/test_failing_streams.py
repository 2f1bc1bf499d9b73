"""One stream that fails, however it does, stands in no other's way when many are looked at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from eduid_core.plugins import Commit, Committed, Conflict
from eduid_core.service import Service
from eduid_core.service.handlers import dispatch
from eduid_core.service.timers import TimersFired
from eduid_core.testing.doubles import NUMBERS, form_of
from eduid_core.workflow.application import commands as app
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


def test_what_cannot_be_compared_is_not_available(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the registry brought, the application goes to a person, and no error shows what was brought."""
    honest = dispatch.match

    def fails(form: Any, found: Any, **how: Any) -> Any:
        if found.rows or found.schools:
            raise ValueError(form.name.reveal("test"))
        return honest(form, found, **how)

    monkeypatch.setattr(dispatch, "match", fails)
    house.service.resume()

    assert statuses(house) == ["pending_review"] * 2
    state: Any = house.service.state("application", "A-1")
    assert state.match.reasons[0] == "SOURCE_UNAVAILABLE"
