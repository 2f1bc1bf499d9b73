"""A snapshot is the fold it stands for, or it is passed over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduid_audit.model.walk import walk
from eduid_core.findings import AdapterError, Refused
from eduid_core.service.codec import snapshots
from eduid_core.service.crypto.vault import DataKey
from eduid_core.testing.doubles import form_of
from eduid_core.testing.strategies import journeys
from eduid_core.workflow import TABLES, Policy, State, decide, fold
from eduid_core.workflow.application import commands as app

from .house import NOW, House

KEY = DataKey(b"k" * 32, tenant="", entropy=lambda count: b"n" * count)


@given(commands=journeys())
def test_a_state_comes_back_as_it_was(commands: list[object]) -> None:
    """Every status a journey passes through, with all it holds; nothing personal in the clear."""
    state = None
    for command in commands:
        made = decide(state, command, policy=Policy())
        if isinstance(made, Refused):
            continue
        state = fold(made, state)
        kept = snapshots.snapshot_of("application", state, key=KEY, place="s@1")

        assert snapshots.state_of(kept, key=KEY, place="s@1") == state
        assert state.form.name.reveal("test").encode() not in kept or len(state.form.name.reveal("test")) < 2


@pytest.mark.parametrize("aggregate", TABLES)
def test_every_state_there_is_comes_back_as_it_was(aggregate: str) -> None:
    """All states that can be reached, of every aggregate."""
    count = 0

    def see(state: State | None) -> None:
        nonlocal count
        if state is not None:
            kept = snapshots.snapshot_of(aggregate, state, key=KEY, place="s@1")
            assert snapshots.state_of(kept, key=KEY, place="s@1") == state
            count += 1

    walk(aggregate, lambda _: None, see)
    assert count >= len(TABLES[aggregate].states)


def edited(house: House, times: int) -> None:
    by = house.registered()
    house.service.handle(app.Open(subject="A", by=by, at=NOW, form=form_of()))
    for n in range(times):
        changed = form_of(guardian_name=f"陈{n}")
        assert house.service.handle(app.Save(subject="A", by=by, at=NOW, form=changed)).ok


@pytest.mark.parametrize("times", [10, 30, 31, 32, 70])
def test_a_long_stream_is_loaded_from_its_snapshot(tmp_path: Path, times: int) -> None:
    house = House(tmp_path)
    edited(house, times)

    (stream,) = house.store.load(["application/A"])

    assert stream.version == times + 1
    assert stream.base == stream.version // snapshots.EVERY * snapshots.EVERY
    assert len(stream.records) < snapshots.EVERY
    assert house.service.state("application", "A") == fold(house.service.history("application", "A"))


def test_a_snapshot_of_another_version_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another version kept may mean something else: the events are folded, whatever the snapshot says."""
    house, honest = House(tmp_path), snapshots.snapshot_of

    def of_another_version(aggregate: str, _: State, **how: Any) -> bytes:
        with monkeypatch.context() as there:
            there.setattr(snapshots, "SHAPE", "another")
            return honest(aggregate, _draft(), **how)

    monkeypatch.setattr(snapshots, "snapshot_of", of_another_version)
    edited(house, 40)
    (stream,) = house.store.load(["application/A"])
    assert (stream.version, stream.base) == (41, 32)

    state = house.service.state("application", "A")

    assert state == fold(house.service.history("application", "A"))
    assert state.form.guardian_name.reveal("test") == "陈39"


def test_a_snapshot_says_nothing_to_a_version_whose_states_have_another_shape(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = snapshots.snapshot_of("application", _draft(), key=KEY, place="a@32")
    assert snapshots.state_of(kept, key=KEY, place="a@32") == _draft()

    monkeypatch.setattr(snapshots, "SHAPE", "another")

    assert snapshots.state_of(kept, key=KEY, place="a@32") is None


def test_a_snapshot_that_was_kept_open_is_passed_over_and_a_changed_one_does_not_open() -> None:
    kept = snapshots.snapshot_of("application", _draft(), key=KEY, place="a@32")

    assert snapshots.state_of(b'{"shape": "x"}', key=KEY, place="a@32") is None
    assert b"draft" not in kept
    for at in range(len(kept)):
        changed = kept[:at] + bytes([kept[at] ^ 1]) + kept[at + 1 :]
        with pytest.raises(AdapterError, match="sealed_unreadable"):
            snapshots.state_of(changed, key=KEY, place="a@32")


def test_a_snapshot_moved_elsewhere_does_not_open() -> None:
    kept = snapshots.snapshot_of("application", _draft(), key=KEY, place="a@32")

    with pytest.raises(AdapterError, match="sealed_unreadable"):
        snapshots.state_of(kept, key=KEY, place="b@32")


def _draft() -> object:
    from eduid_core.workflow import Actor, Role  # noqa: PLC0415

    opening = app.Open(
        subject="A", by=Actor(id="g", role=Role.GUARDIAN), at=NOW, account_id="g", form=form_of()
    )
    return fold(decide(None, opening, policy=Policy()))


@given(before=st.integers(0, 200), more=st.integers(1, 80))
def test_a_snapshot_is_taken_when_a_multiple_is_reached_or_passed(before: int, more: int) -> None:
    wanted = any(version % snapshots.EVERY == 0 for version in range(before + 1, before + more + 1))

    assert snapshots.is_wanted(before, before + more) == wanted
