"""
The settings of an adapter: an attrs class of its own, filled from the texts and tables of a configuration.

    @attrs.frozen(kw_only=True)
    class Settings:
        url: str = attrs.field(metadata={"help": "where the gateway listens"})
        secret: str = attrs.field(repr=False)  # a field without `repr` is a secret
        timeout_s: float = 10.0

Every fault is named together with its setting; a value is never repeated, for it may be a secret.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Union

import attrs

from eduid_core.findings import CallerError

__all__ = ["settings_of"]

_SIMPLE: Final = frozenset({str, int, float, bool, Path, type(None)})
_TRUE: Final = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def settings_of(declared: type[Any] | None, given: Mapping[str, object], *, of: str) -> Any:  # noqa: ANN401
    """
    Return *given* as the class that an adapter declared; an adapter that declares none takes no setting. A text
    is read as the whole number, number, truth value or path that its setting is.

    Raises:
        CallerError: settings are unknown, missing or not allowed; each is named, *of* the adapter.
    """
    fields = {field.name: field for field in attrs.fields(declared)} if declared else {}
    faults = [f"{name}: unknown" for name in given if name not in fields]
    faults += [f"{name}: missing" for name, field in fields.items() if _is_missing(field, given)]
    values: dict[str, Any] = {}
    if declared is not None:
        hints = typing.get_type_hints(declared)
        for name in fields.keys() & given.keys():
            value = _read(given[name], hints[name])
            is_wrong = not _is_of(value, hints[name]) or _is_refused(fields[name], value)
            faults += [f"{name}: not allowed"] if is_wrong else []
            values[fields[name].alias or name] = value
    if faults:
        raise CallerError(f"settings of {of}: {'; '.join(sorted(faults))}")
    try:
        return declared(**values) if declared is not None else None
    except Exception:  # noqa: BLE001 - a validator fails in its own way, and may repeat a secret
        raise CallerError(f"settings of {of}: not allowed together") from None


def _is_missing(field: attrs.Attribute[Any], given: Mapping[str, object]) -> bool:
    return field.init and field.default is attrs.NOTHING and field.name not in given


def _is_refused(field: attrs.Attribute[Any], value: object) -> bool:
    """Return whether the field's own converter or validator refuses *value*."""
    try:
        convert: Any = field.converter
        converted = convert(value) if convert and not isinstance(convert, attrs.Converter) else value
        if field.validator is not None:
            field.validator(None, field, converted)
    except Exception:  # noqa: BLE001 - in its own way
        return True
    return False


def _is_of(value: object, hint: Any) -> bool:  # noqa: ANN401 - a type
    """Return whether *value* is of the type *hint*, as far as that is a simple one."""
    kinds = set(_kinds(hint))
    return not kinds <= _SIMPLE or type(value) in kinds or (Path in kinds and isinstance(value, Path))


def _read(value: object, hint: Any) -> object:  # noqa: ANN401 - a type
    """Return a text as the simplest value of the type *hint*; anything else as it is."""
    kinds = set(_kinds(hint))
    if isinstance(value, int) and not isinstance(value, bool) and float in kinds and int not in kinds:
        return float(value)
    if not isinstance(value, str) or str in kinds:
        return value
    if Path in kinds:
        return Path(value)
    for kind in (int, float):
        if kind in kinds:
            try:
                return kind(value)
            except ValueError:
                return value
    return _TRUE.get(value.lower(), value) if bool in kinds else value


def _kinds(hint: Any) -> Iterator[Any]:  # noqa: ANN401 - a type
    """Yield the plain types of *hint*, those of a union one by one."""
    if typing.get_origin(hint) in {Union, types.UnionType}:
        for part in typing.get_args(hint):
            yield from _kinds(part)
    else:
        yield hint
