"""The state after an event: fields are carried over, unknown names are refused, the result is frozen."""

from __future__ import annotations

import copy
import datetime as dt
import pickle
from typing import Any

import attrs
import pytest

from eduid_audit.model.specimens import stories
from eduid_core.workflow import TABLES, fold
from eduid_core.workflow.account.states import AccountHolder, AccountStanding, Codes
from eduid_core.workflow.application.states import ApplicationFile, Cycle, ReviewTally
from eduid_core.workflow.card import Card
from eduid_core.workflow.comms_card import FailedOrder, OrderedSim
from eduid_core.workflow.machine import State, becoming, changed
from eduid_core.workflow.review_task.states import TaskBrief

VALUES = (
    AccountHolder,
    AccountStanding,
    ApplicationFile,
    Card,
    Codes,
    Cycle,
    ReviewTally,
    TaskBrief,
)
"""The values in a state that events change."""
STATES = tuple(kind for table in TABLES.values() for kind in table.states)
NOW = dt.datetime(2026, 11, 29, 8, tzinfo=dt.UTC)


@attrs.frozen(kw_only=True, slots=False)
class _Waiting(State, status="waiting"):
    file: str
    since: int
    added_later: str = "default"


@attrs.frozen(kw_only=True, slots=False)
class _Decided(State, status="decided"):
    file: str
    since: int
    added_later: str = "default"
    code: str
    reason: str = "none"


WAITING = _Waiting(file="f", since=1, added_later="kept")
DECIDED = _Decided(file="f", since=1, added_later="kept", code="C", reason="R")


def test_a_field_that_both_states_have_is_carried_over() -> None:
    """A field that is added to the states later, with a default too, passes through every transition."""
    assert becoming(_Decided, WAITING, since=2, code="C", reason="R") == attrs.evolve(DECIDED, since=2)
    assert becoming(_Waiting, DECIDED, since=2) == attrs.evolve(WAITING, since=2)
    assert becoming(_Waiting, WAITING, since=2) == attrs.evolve(WAITING, since=2)


def test_a_field_that_only_the_next_state_has_takes_its_default() -> None:
    assert becoming(_Decided, WAITING, code="C") == attrs.evolve(DECIDED, reason="none")


@pytest.mark.parametrize(
    ("kind", "state", "changes"),
    [
        (_Waiting, WAITING, {"sinse": 2}),
        (_Waiting, DECIDED, {"sinse": 2}),
        (_Waiting, DECIDED, {"code": "C"}),
        (_Decided, WAITING, {"reason": "R"}),
        (_Decided, WAITING, {"coda": "C", "reason": "R"}),
        (_Decided, WAITING, {"code": "C", "reason": "R", "more": 1}),
    ],
    ids=[
        "unknown",
        "unknown, a field less",
        "field of the old state only",
        "missing",
        "misspelt",
        "one too many",
    ],
)
def test_an_unknown_or_a_missing_name_is_refused(
    kind: type[State], state: State, changes: dict[str, Any]
) -> None:
    """A misspelt name is one unknown and one missing field: the number of fields is right, the names are not."""
    with pytest.raises(TypeError, match="argument"):
        becoming(kind, state, **changes)


def test_an_unknown_name_is_no_change_of_a_value() -> None:
    with pytest.raises(TypeError, match="ReviewTally has no field returnz"):
        changed(ReviewTally(), edits=1, returnz=1)


def test_a_status_with_slots_is_refused_at_its_definition() -> None:
    """Its fields would not be in its `__dict__`, and not be carried over."""
    with pytest.raises(TypeError, match="_Slotted is a state"):

        @attrs.frozen
        class _Slotted(State, status="slotted"):
            file: str


@pytest.mark.parametrize("kind", [*STATES, *VALUES], ids=lambda kind: kind.__qualname__)
def test_a_copy_of_the_fields_is_a_whole_value(kind: type[Any]) -> None:
    """No class has slots, or a converter, a validator or a hook of `__init__` that a copy of fields would miss."""
    assert not any("__slots__" in vars(base) for base in kind.__mro__ if base is not object)
    assert not any(field.converter or field.validator for field in attrs.fields(kind))
    assert not any(hasattr(kind, f"__attrs_{hook}_init__") for hook in ("pre", "post"))


@pytest.mark.parametrize("name", [name for name in stories() if " by " not in name])
def test_a_changed_state_is_as_attrs_makes_it(name: str) -> None:
    """Of every status: equal, of equal hash and text, frozen, and copied as any attrs value."""
    state: Any = fold(stories()[name])
    first = attrs.fields(type(state))[0].name
    made, other = changed(state, **{first: "other"}), attrs.evolve(state, **{first: "other"})

    assert made == other != state
    assert (hash(made), repr(made)) == (hash(other), repr(other))
    assert copy.copy(made) == copy.deepcopy(made) == attrs.evolve(made) == made
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(made, first, None)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        delattr(made, first)


def test_the_old_state_stays_as_it_was() -> None:
    before = copy.copy(WAITING)
    becoming(_Decided, WAITING, since=2, code="C")
    changed(WAITING, since=2)

    assert before == WAITING


def test_a_state_without_private_values_is_pickled() -> None:
    failed = becoming(FailedOrder, OrderedSim(since=NOW), since=NOW)

    assert pickle.loads(pickle.dumps(failed)) == failed  # noqa: S301 - pickled in the same line
