"""
Load adapters: every entry point of the group `eduid_core`, each in isolation.

An adapter that fails to load becomes one `LoadError`; the host always starts and the others always load.
Two adapters with the same kind and name are an error that names both, never "first wins".
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Any, cast

import attrs
import pluggy

from eduid_core.findings import AdapterError
from eduid_core.plugins import hookspecs
from eduid_core.plugins.ports import Carrier, KeySource, RegistrySource, SmsSender, Store
from eduid_core.plugins.settings import settings_of
from eduid_core.plugins.values import AdapterInfo, Options

__all__ = ["Adapter", "Adapters", "LoadError", "load_adapters"]

CONTRACTS = range(1, 2)
"""Contract numbers that this core supports."""

_MAKERS = {
    "sms": "eduid_sms_sender",
    "store": "eduid_store",
    "registry": "eduid_registry_source",
    "carrier": "eduid_carrier",
    "keys": "eduid_key_source",
}
_HOOKS = frozenset(name for name in vars(hookspecs) if name.startswith("eduid_"))


@attrs.frozen(kw_only=True)
class Adapter:
    """A loaded adapter and its distribution."""

    info: AdapterInfo
    entry_point: str
    distribution: str
    version: str
    plugin: Any = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class LoadError:
    """An adapter that failed to load: a code and the kind of exception, never its text."""

    code: str
    entry_point: str
    distribution: str
    cause: str = ""


class Adapters:
    """The loaded adapters, the load errors, and typed methods that create adapter objects."""

    def __init__(self, loaded: Iterable[Adapter], errors: Iterable[LoadError]) -> None:
        """Hold the result of a walk over the entry points."""
        self.loaded = tuple(sorted(loaded, key=lambda a: (a.info.kind, a.info.name)))
        self.errors = tuple(errors)

    def __iter__(self) -> Iterator[Adapter]:
        return iter(self.loaded)

    def sms_sender(self, name: str, **settings: object) -> SmsSender:
        """Create the SMS sender *name*. Raises AdapterError: not found; CallerError: wrong settings."""
        return cast("SmsSender", self._make("sms", name, settings))

    def store(self, name: str, **settings: object) -> Store:
        """Create the store *name*. Raises AdapterError: not found; CallerError: wrong settings."""
        return cast("Store", self._make("store", name, settings))

    def registry_source(self, name: str, **settings: object) -> RegistrySource:
        """Create the registry source *name*. Raises AdapterError: not found; CallerError: wrong settings."""
        return cast("RegistrySource", self._make("registry", name, settings))

    def carrier(self, name: str, **settings: object) -> Carrier:
        """Create the carrier *name*. Raises AdapterError: not found; CallerError: wrong settings."""
        return cast("Carrier", self._make("carrier", name, settings))

    def key_source(self, name: str, **settings: object) -> KeySource:
        """Create the key source *name*. Raises AdapterError: not found; CallerError: wrong settings."""
        return cast("KeySource", self._make("keys", name, settings))

    def _make(self, kind: str, name: str, settings: dict[str, object]) -> object:
        for adapter in self.loaded:
            if (adapter.info.kind, adapter.info.name) == (kind, name):
                maker = cast("Callable[..., object]", getattr(adapter.plugin, _MAKERS[kind]))
                read = settings_of(adapter.info.settings, settings, of=f"{kind}:{name}")
                made = maker(options=Options(adapter=name, settings=read))
                if made is None:
                    break
                return made
        raise AdapterError("adapter_missing", f"{kind}:{name}")


def load_adapters(
    *, allow: Collection[str] | None = None, points: Iterable[EntryPoint] | None = None
) -> Adapters:
    """
    Load every installed adapter, or only the entry points named in *allow*; a name there that no adapter has is
    an error. *points* replaces the installed entry points in tests.
    """
    every = sorted(entry_points(group=hookspecs.PROJECT) if points is None else points, key=lambda p: p.name)
    wanted = [point for point in every if allow is None or point.name in allow]
    unknown = sorted(set(allow or ()) - {point.name for point in every})
    errors = [LoadError(code="adapter_unknown", entry_point=name, distribution="?") for name in unknown]
    loaded: dict[tuple[str, str], list[Adapter]] = {}
    for found in map(_load, wanted):
        if isinstance(found, LoadError):
            errors.append(found)
        else:
            loaded.setdefault((found.info.kind, found.info.name), []).append(found)
    errors += [_doubled(same) for same in loaded.values() if len(same) > 1]
    return Adapters((same[0] for same in loaded.values() if len(same) == 1), errors)


def _doubled(same: Sequence[Adapter]) -> LoadError:
    """Return the error of several adapters of one kind and name: none of them is used."""
    points, distributions = ", ".join(a.entry_point for a in same), ", ".join(a.distribution for a in same)
    return LoadError(code="duplicate_name", entry_point=points, distribution=distributions)


def _load(point: EntryPoint) -> Adapter | LoadError:
    where = {"entry_point": point.name, "distribution": point.dist.name if point.dist else "?"}
    try:
        plugin = point.load()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - a plugin may fail in any way, or leave
        return LoadError(code="import_failed", cause=type(error).__name__, **where)
    try:
        return _examine(plugin, where, point.dist.version if point.dist else "0")
    except AdapterError as error:
        return LoadError(code=error.code, cause=type(error.__cause__).__name__, **where)


def _examine(plugin: Any, where: dict[str, str], version: str) -> Adapter:  # noqa: ANN401 - any module
    """Register the plugin with its own manager, which checks hook signatures and detects misspelt hooks."""
    _refuse_async(plugin)
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    try:
        manager.register(plugin)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise AdapterError("hook_invalid") from error
    try:
        answers = manager.hook.eduid_adapter()
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise AdapterError("info_failed") from error
    if len(answers) != 1 or not isinstance(answers[0], AdapterInfo):
        raise AdapterError("info_missing")
    info: AdapterInfo = answers[0]
    if info.contract not in CONTRACTS:
        raise AdapterError("contract_too_new" if info.contract >= CONTRACTS.stop else "contract_too_old")
    if not hasattr(plugin, _MAKERS[info.kind]) or not (info.settings is None or attrs.has(info.settings)):
        raise AdapterError("info_inconsistent")
    return Adapter(info=info, plugin=plugin, version=version, **where)


def _refuse_async(plugin: Any) -> None:  # noqa: ANN401 - any module
    for name in _HOOKS:
        if inspect.iscoroutinefunction(getattr(plugin, name, None)):
            raise AdapterError("hook_is_async")
