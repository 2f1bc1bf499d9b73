"""A record is a frozen attrs class; only its making is quicker."""

from __future__ import annotations

import copy
import inspect
from functools import partial

import attrs
import pytest

from eduid_core.workflow.lifecycle import TABLES
from eduid_core.workflow.machine import Command, Event, State
from eduid_core.workflow.records import record

MADE = attrs.Factory(lambda self: self.one * 2, takes_self=True)


@record
class Base:
    one: int
    two: list[int] = attrs.field(factory=list)


@record(kw_only=True)
class Derived(Base):
    three: str
    four: int = attrs.field(init=False, repr=False, eq=False, default=MADE)


def of_the_lifecycle() -> list[type]:
    """Every state, command and event class of every aggregate."""
    return sorted(
        {c for t in TABLES.values() for c in (*t.states, *t.commands, *t.fold)},
        key=lambda c: (c.__module__, c.__qualname__),
    )


def test_a_record_is_what_attrs_makes_of_the_same_class():
    """Defaults, factories, keyword-only fields, equality and repr are those of `attrs.frozen`."""
    plain = attrs.make_class(
        "Derived",
        {
            "one": attrs.field(type=int, kw_only=False),
            "two": attrs.field(type=list, kw_only=False, factory=list),
            "three": attrs.field(type=str, kw_only=True),
            "four": attrs.field(init=False, repr=False, eq=False, default=MADE),
        },
        frozen=True,
    )
    ours, theirs = Derived(3, three="c"), plain(3, three="c")

    assert attrs.asdict(ours) == attrs.asdict(theirs)
    assert ours.four == 6
    assert repr(ours) == repr(theirs)
    assert ours == Derived(3, [], three="c") != Derived(4, [], three="c")
    assert Base(1).two is not Base(1).two


def test_nothing_of_a_record_can_be_changed():
    """Not a field, not a new name, not by deleting; and the instance is of its own class, not of the twin."""
    made = Derived(3, three="c")

    assert type(made) is Derived
    for change in (
        lambda: setattr(made, "one", 4),
        lambda: setattr(made, "new", 4),
        partial(delattr, made, "one"),
    ):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            change()
    assert copy.deepcopy(made) == made
    assert attrs.evolve(made, one=5) == Derived(5, three="c")
    assert type(attrs.evolve(made, one=5)) is Derived


def test_a_wrong_call_is_a_type_error():
    for wrong in (
        partial(Base),
        lambda: Base(1, [], 3),
        lambda: Derived(1, [], "c"),
        lambda: Base(one=1, no=2),
    ):
        with pytest.raises(TypeError):
            wrong()


def test_a_field_that_is_more_than_a_value_is_refused():
    """A converter or validator would be passed over in silence."""
    for field in (
        attrs.field(converter=int),
        attrs.field(validator=attrs.validators.ge(1)),
        attrs.field(alias="b"),
    ):
        with pytest.raises(TypeError, match="no plain record"):
            record(type("Checked", (), {"__annotations__": {"a": int}, "a": field}))


@pytest.mark.parametrize("cls", of_the_lifecycle(), ids=lambda c: f"{c.__module__.split('.')[2]}.{c.__name__}")
def test_every_record_of_the_lifecycle_takes_what_attrs_would_have_it_take(cls: type):
    """The signature follows the fields, and the class is frozen."""
    assert issubclass(cls, State | Command | Event)
    taken = inspect.signature(cls).parameters
    fields = [f for f in attrs.fields(cls) if f.init]

    assert set(taken) == {f.name for f in fields}
    assert {n for n, p in taken.items() if p.kind is p.KEYWORD_ONLY} == {f.name for f in fields if f.kw_only}
    assert {n for n, p in taken.items() if p.default is p.empty} == {
        f.name for f in fields if f.default is attrs.NOTHING
    }
    assert cls.__setattr__ is Base.__setattr__
