"""Records of forms and registry rows as columns of text."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, Final

__all__ = ["shown"]

_FIELD: Final = {"class": "class_name"}


def shown(column: str) -> Callable[[Any], str]:
    """Return a function that takes the text of *column* from a record."""
    get = attrgetter(_FIELD.get(column, column))

    def text(record: Any) -> str:  # noqa: ANN401 - a form or a row of the registry
        value = get(record)
        return value if value.__class__ is str else value.reveal("matching")

    return text
