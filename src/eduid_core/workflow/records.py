"""
Frozen records at the price of open ones.

The lifecycle makes an event and a state for every step, so what it costs to make a record is what a step
costs. `attrs.frozen` sets each field through `object.__setattr__`, as the record may not be set in any other
way. A `record` is born as its open twin, a subclass of the same layout whose fields are plainly assigned, and
takes its own class as the last act of ``__init__``: from then on it is an ordinary frozen attrs instance. The
twin never leaves this page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import attrs

__all__ = ["record"]

Field = Any
"""An `attrs.Attribute`, whose default may be a `Factory`: a class at run time, a function to the types."""


def _made(field: Field) -> bool:
    """Return whether a factory makes the field's default."""
    return hasattr(field.default, "takes_self")


def _parameters(fields: Sequence[Field]) -> Iterator[str]:
    """Yield the parameters of ``__init__``: those by place, then ``*`` and those by keyword only."""
    by_keyword = False
    for f in sorted((f for f in fields if f.init), key=lambda f: f.kw_only):
        if f.kw_only and not by_keyword:
            by_keyword = True
            yield "*"
        yield f.name if f.default is attrs.NOTHING else f"{f.name}=_default_{f.name}"


def _assignment(field: Field) -> str:
    """Return the line that sets *field*: to what was given, or to what its factory makes."""
    name = field.name
    if not _made(field):
        return f"self.{name} = {name}"
    made = f"_make_{name}({'self' if field.default.takes_self else ''})"
    if not field.init:
        return f"self.{name} = {made}"
    return f"self.{name} = {made} if {name} is _default_{name} else {name}"


def _names(fields: Sequence[Field]) -> Iterator[tuple[str, Any]]:
    """Yield what the lines of ``__init__`` refer to: defaults and factories."""
    for f in fields:
        yield f"_default_{f.name}", attrs.NOTHING if _made(f) else f.default
        if _made(f):
            yield f"_make_{f.name}", f.default.factory


def _quick(cls: Any) -> Any:
    """Give the frozen attrs class *cls* an ``__init__`` that assigns in its open twin."""
    fields = attrs.fields(cls)
    slack = {"__slots__": (), "__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    twin = type(cls.__name__, (cls,), slack)
    lines = ["_set(self, '__class__', _open)", *map(_assignment, fields), "self.__class__ = _closed"]
    source = f"def __init__({', '.join(['self', *_parameters(fields)])}):\n    " + "\n    ".join(lines)
    names = {"_set": object.__setattr__, "_open": twin, "_closed": cls, **dict(_names(fields))}
    exec(source, names)  # noqa: S102 - as attrs writes its own; every name in it is a field of our classes
    init = names["__init__"]
    init.__annotations__ = dict(cls.__init__.__annotations__)
    init.__module__, init.__qualname__ = cls.__module__, f"{cls.__qualname__}.__init__"
    cls.__init__ = init
    return cls


if TYPE_CHECKING:
    from attrs import frozen as record
else:

    def record(cls: type | None = None, /, **options: bool) -> Any:
        """
        Make *cls* a frozen attrs class (`attrs.frozen`) that is quick to make.

        Raises:
            TypeError: a field has a converter, a validator or an alias: use `attrs.frozen`.
        """
        if cls is None:
            return lambda cls: record(cls, **options)
        made = attrs.frozen(cls, **options)
        if any(f.converter or f.validator or f.alias != f.name for f in attrs.fields(made)):
            raise TypeError(f"{cls.__name__} is no plain record")
        return _quick(made)
