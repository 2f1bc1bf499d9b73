"""What a caller needs stands in two places: `eduid_core.commands` and `eduid_core.values`."""

from __future__ import annotations

from typing import Any, get_args

import attrs

from eduid_core import commands, values
from eduid_core.service.handlers.permissions import PERMISSIONS
from eduid_core.workflow import TABLES, Command
from eduid_core.workflow.actors import Stamp


def of_the_project(kind: Any) -> set[type]:
    """Return the classes of the project in the type *kind* and in its fields."""
    found = {each for argument in get_args(kind) for each in of_the_project(argument)}
    if isinstance(kind, type) and kind.__module__.startswith("eduid_core") and not issubclass(kind, Stamp):
        found.add(kind)
        if attrs.has(kind):
            fields = attrs.fields(attrs.resolve_types(kind))
            found |= {each for f in fields if f.init and f.type is not kind for each in of_the_project(f.type)}
    return found


def test_every_command_a_caller_may_give_is_in_one_place_under_its_own_name() -> None:
    named = {name: getattr(commands, name) for name in commands.__all__}

    assert set(named.values()) == set(PERMISSIONS)
    assert all(name == command.__name__ for name, command in named.items())
    assert len({command.name for command in named.values()}) == len(named) - 3  # revoke and delegate, see below


def test_one_word_of_the_lifecycle_may_be_given_to_several_aggregates_but_one_class_is_one_command() -> None:
    """`revoke` is a command to an application, a card and a grant, `delegate` to a task and a grant."""
    named = [getattr(commands, name) for name in commands.__all__]

    assert {c.__name__ for c in named if c.name == "revoke"} == {
        "RevokeApplication",
        "RevokeCard",
        "RevokeGrant",
    }
    assert {c.__name__ for c in named if c.name == "delegate"} == {"DelegateTask", "DelegateGrant"}


def test_every_value_a_command_takes_is_in_one_place() -> None:
    taken = {kind for name in commands.__all__ for kind in of_the_project(getattr(commands, name))}
    values_of_commands = {kind for kind in taken if not issubclass(kind, Command)}

    assert values_of_commands <= {getattr(values, name) for name in values.__all__}


def test_every_state_is_in_one_place() -> None:
    states = {state for table in TABLES.values() for state in table.states}

    assert states <= {getattr(values, name) for name in values.__all__}
