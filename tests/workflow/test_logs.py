"""Logs: any prefix folds, old shapes are read as today's, and the golden logs still say what they said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduid_audit.model.specimens import specimens, stories
from eduid_core.plugins import Record
from eduid_core.service.codec import wire
from eduid_core.service.codec.upcast import UPCASTERS, VERSION, upcast
from eduid_core.workflow import TABLES, evolve, fold

GOLDEN = sorted((Path(__file__).resolve().parents[1] / "golden").glob("*.jsonl"))
STORIES = [json.loads(line) for path in GOLDEN for line in path.read_text("utf-8").splitlines()]
EVENTS = specimens()


def event_of(name: str, version: int, body: Any) -> Any:
    record = Record(name, json.dumps({"v": version, "d": body}).encode())
    return wire.event_of(record, key=None, place="golden")  # type: ignore[arg-type]


def says(told: Any, now: Any) -> bool:
    """Return whether *now* says all that was *told*; a field that is new since may stand beside."""
    if isinstance(told, dict) and isinstance(now, dict):
        return all(name in now and says(value, now[name]) for name, value in told.items())
    return bool(told == now)


@pytest.mark.parametrize("story", STORIES, ids=lambda s: s["story"])
def test_a_golden_log_still_folds_to_the_state_it_was_recorded_with(story: dict[str, Any]) -> None:
    state = fold(event_of(*event) for event in story["events"])

    assert says(story["state"], wire.in_the_clear(state))


def test_the_golden_logs_hold_an_event_of_every_type_and_every_old_shape() -> None:
    told = {(name, version) for story in STORIES for name, version, _ in story["events"]}

    assert {name for name, _ in told} >= set(wire.EVENTS)
    assert set(UPCASTERS) <= told


def test_the_stories_reach_every_status() -> None:
    reached = {name.partition(" ")[0] for name in stories()}

    assert {f"{n}/{s.status}" for n, t in TABLES.items() for s in t.states} <= reached


def test_an_event_that_nobody_knows_is_passed_over() -> None:
    assert event_of("NeverHeardOf", 1, {"a": 1}) is None
    assert upcast("NeverHeardOf", 7, {"a": 1}) == ("NeverHeardOf", {"a": 1})


def test_every_step_leads_forward_and_none_past_the_current_version() -> None:
    for (name, version), step in UPCASTERS.items():
        assert version < step({})[1] <= VERSION, name


class _Closed:
    """A key under which what is sealed cannot be read."""

    def seal(self, body: bytes, **_: str) -> bytes:
        assert body
        return b"sealed"


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: e.name)
def test_no_stored_event_holds_a_number_phone_or_name_in_the_clear(event: Any) -> None:
    """I11: what identifies a person is in the sealed part alone."""
    record = wire.record_of(event, key=_Closed(), place="s#1")  # type: ignore[arg-type]

    for told in ("3200982015", "3200982011", "1540000", "陈小雨", "陈大雨", "王老师", "123456789012"):
        assert told.encode() not in record.body


@given(st.sampled_from(sorted(TABLES)), st.data())
def test_any_events_of_a_stream_in_any_order_fold(aggregate: str, data: st.DataObject) -> None:
    """`evolve` is total: what does not fit changes nothing, and nothing raises."""
    own = [e for e in EVENTS if type(e) in TABLES[aggregate].fold]
    log = data.draw(st.lists(st.sampled_from(own), max_size=12))
    for n in range(len(log) + 1):
        fold(log[:n])


@given(st.sampled_from(sorted(stories())), st.data())
def test_any_prefix_folds_to_what_folding_event_by_event_gives(name: str, data: st.DataObject) -> None:
    log = stories()[name]
    cut = data.draw(st.integers(0, len(log)))

    assert fold(log[cut:], fold(log[:cut])) == fold(log)
    state = None
    for event in log:
        state = evolve(state, event)
    assert state == fold(log)
