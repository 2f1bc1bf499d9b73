"""What falls due is carried out once, whoever looks and however often."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import attrs
import pytest

from eduid_core.service import Service
from eduid_core.service.timers import TimersFired
from eduid_core.workflow import Policy
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.policy import TimerPolicy
from eduid_store_sql import SqlStore

from .house import NOW, NUMBERS, House, form_of

DAY = dt.timedelta(days=1)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def at(house: House, moment: dt.datetime, **changed: object) -> Service:
    service = house.open(**changed)
    service.clock = lambda: moment
    return service


def status(house: House, key: str) -> str:
    return house.service.state("application", key).status


def test_a_draft_expires_on_its_day_and_not_before(house: House) -> None:
    house.service.handle(app.Open(subject="A", by=house.registered(), at=NOW, form=form_of()))

    assert at(house, NOW + 29 * DAY).fire_timers() == TimersFired()
    assert status(house, "A") == "draft"
    assert at(house, NOW + 30 * DAY).fire_timers() == TimersFired(done=1)
    assert status(house, "A") == "expired"
    assert at(house, NOW + 60 * DAY).fire_timers().done == 0


def test_a_review_climbs_a_level_for_every_term_that_passes(house: House) -> None:
    house.handed_in("A", house.registered(), form_of(name="陈小雪"))

    fired = [at(house, NOW + days * DAY).fire_timers().done for days in (1, 6, 7, 30, 31)]

    assert fired[0] == 0
    levels = [e for e in house.service.history("application", "A") if e.name == "Escalated"]
    assert len(levels) == sum(fired) >= 2


def test_several_workers_fire_each_deadline_once(house: House) -> None:
    by = house.registered()
    for n in range(20):
        house.service.handle(app.Open(subject=f"A-{n}", by=by, at=NOW, form=form_of()))
    workers = [at(house, NOW + 30 * DAY, store=SqlStore(house.url)) for _ in range(4)]

    with ThreadPoolExecutor(4) as pool:
        fired = list(pool.map(lambda worker: worker.fire_timers().done, workers))

    assert sum(fired) == 20
    for n in range(20):
        events = [e.name for e in house.service.history("application", f"A-{n}")]
        assert events == ["Opened", "Expired"]


def test_two_workers_on_one_deadline_act_once(house: House) -> None:
    """A worker slower than its lease finds nothing due any more, although it holds the deadline."""
    house.handed_in("A", house.registered(), form_of(name="陈小雪"))
    late = NOW + 8 * DAY
    slow, quick = at(house, late, store=SqlStore(house.url)), at(house, late)
    taken = slow.executor.store.take_due(late, late, 9)
    slow.executor.store.take_due = _once(taken)  # type: ignore[method-assign]

    assert quick.fire_timers().done == 1
    assert slow.fire_timers() == TimersFired()
    events = [e.name for e in house.service.history("application", "A")]
    assert events.count("Escalated") == 1


def _once(taken: object) -> object:
    answers = iter([taken, []])
    return lambda *_: next(answers)


def test_a_new_policy_moves_every_deadline_at_once(house: House) -> None:
    by, keys = house.registered(), ["A", "B", "C"]
    for key in keys:
        house.service.handle(app.Open(subject=key, by=by, at=NOW, form=form_of()))
    at(house, NOW).fire_timers()
    short = Policy(timers=attrs.evolve(TimerPolicy(), draft_days=2))

    assert at(house, NOW + 3 * DAY).fire_timers().done == 0
    assert at(house, NOW + 3 * DAY, policy=short).fire_timers().done == len(keys)
    assert [status(house, key) for key in keys] == ["expired"] * len(keys)


def test_deadlines_of_a_database_that_had_none_are_found(house: House) -> None:
    """A database brought from the first schema has no deadline in its index."""
    house.service.handle(app.Open(subject="A", by=house.registered(), at=NOW, form=form_of()))
    house.store.reschedule([attrs.evolve(d, at=None) for d in house.store.take_due(NOW + 99 * DAY, NOW, 9)])

    assert at(house, NOW + 30 * DAY).fire_timers().done == 1


def test_what_the_registry_left_unanswered_is_asked_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash between handing in and the registry's answer is mended by the deadline of matching."""
    by = house.registered()
    house.service.handle(app.Open(subject="A", by=by, at=NOW, form=form_of(NUMBERS[0])))
    monkeypatch.setattr("eduid_core.service.handlers.dispatch.settle_match", _dies)
    with pytest.raises(KeyboardInterrupt):
        house.service.handle(app.Submit(subject="A", by=by, at=NOW, consent_text="v1"))
    monkeypatch.undo()
    assert status(house, "A") == "submitted"

    assert at(house, NOW + dt.timedelta(minutes=5)).fire_timers().done == 1
    assert status(house, "A") == "approved"


def _dies(*_: object) -> object:
    raise KeyboardInterrupt
