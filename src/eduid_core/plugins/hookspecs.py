"""
The hooks of an adapter. A hook only *creates* an object, once and synchronously; behaviour belongs to the
object.

`HOOK` marks an implementation:

    from eduid_core.plugins import HOOK, AdapterInfo

    @HOOK
    def eduid_adapter() -> AdapterInfo: ...
"""

from __future__ import annotations

import pluggy

from eduid_core.plugins.ports import Carrier, KeySource, RegistrySource, SmsSender, Store
from eduid_core.plugins.values import AdapterInfo, Options

__all__ = ["HOOK", "PROJECT"]

PROJECT = "eduid_core"
_spec = pluggy.HookspecMarker(PROJECT)
HOOK = pluggy.HookimplMarker(PROJECT)
"""Decorate a hook implementation with this."""


@_spec
def eduid_adapter() -> AdapterInfo:  # type: ignore[empty-body]
    """Return the description of this adapter. Required, once per adapter."""


@_spec(firstresult=True)
def eduid_sms_sender(options: Options) -> SmsSender | None:
    """Create the SMS sender named in *options*, or return None so that another adapter can answer."""


@_spec(firstresult=True)
def eduid_store(options: Options) -> Store | None:
    """Create the store named in *options*, or return None."""


@_spec(firstresult=True)
def eduid_carrier(options: Options) -> Carrier | None:
    """Create the carrier named in *options*, or return None."""


@_spec(firstresult=True)
def eduid_key_source(options: Options) -> KeySource | None:
    """Create the key source named in *options*, or return None."""


@_spec(firstresult=True)
def eduid_registry_source(options: Options) -> RegistrySource | None:
    """Create the registry source named in *options*, or return None."""
