"""Drafts that several pages save at once: what a save gives, and how it is merged with what others saved."""

from __future__ import annotations

from typing import Any

import attrs

from eduid_core.matching import Application as Form
from eduid_core.workflow.actors import Role
from eduid_core.workflow.application import commands as c
from eduid_core.workflow.forms import FIELDS, is_blank

__all__ = ["merged", "overwritten"]


def _given(state: Any, command: c.Save) -> dict[str, Any]:
    """Return the fields that *command* gives, by name: those that differ from the draft that its sender saw."""
    if command.by.role is Role.IMPORTER:
        return {name: getattr(command.form, name) for name in FIELDS}
    base: Form = command.base or state.form
    fields = {name: getattr(command.form, name) for name in FIELDS}
    given = {n: v for n, v in fields.items() if not is_blank(v) and v != getattr(base, n)}
    empty = Form()
    return given | {name: getattr(empty, name) for name in command.clear}


def overwritten(state: Any, command: c.Save) -> list[str]:
    """Return the fields that *command* gives and that somebody else has changed meanwhile, to another value."""
    base = command.base
    if base is None:
        return []
    return sorted(
        name
        for name, value in _given(state, command).items()
        if getattr(state.form, name) not in {getattr(base, name), value}
    )


def merged(state: Any, command: c.Save) -> Form:
    """Return the draft with the fields that *command* gives."""
    form: Form = attrs.evolve(state.form, **_given(state, command))
    return form
