"""The frozen argument values of the ports: one per call, so that a call can gain fields without a break."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any, Literal

import attrs

from eduid_core.matching import Application, RegistryRow, SchoolIndex
from eduid_core.private import IdNumber, Phone
from eduid_core.workflow.application.states import Teacher


@attrs.frozen(kw_only=True)
class AdapterInfo:
    """
    The description of an adapter: kind, name, the contract number it was written for, and the attrs class of
    its settings, if it takes any.
    """

    kind: Literal["sms", "store", "registry", "carrier", "keys"] = attrs.field(
        validator=attrs.validators.in_(("sms", "store", "registry", "carrier", "keys"))
    )
    name: str = attrs.field(validator=attrs.validators.matches_re(r"[a-z][a-z0-9_-]{0,39}"))
    contract: int = attrs.field(default=1, validator=attrs.validators.instance_of(int))
    settings: type[Any] | None = attrs.field(
        default=None, validator=attrs.validators.optional(attrs.validators.instance_of(type))
    )


@attrs.frozen(kw_only=True)
class Options:
    """The requested adapter and its settings, of the class that it declared. They may hold secrets."""

    adapter: str
    settings: Any = attrs.field(default=None, repr=False)


# --- registry ------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class RegistryQuery:
    """A question to the registry: the person's key and the submitted form."""

    person: IdNumber | None
    form: Application


@attrs.frozen(kw_only=True)
class RegistryAnswer:
    """
    The registry's rows for the person, its schools, the homeroom teacher of the class named in the form, and
    the snapshot (content hash) they were read from.

    The teacher's `id` may be empty: the service makes a keyed one. `class_ref` names the class of the form if
    the registry has it (school code, grade and class, in any spelling), else that of the student's row, else
    the school alone, if the registry has that. `teacher` is the homeroom teacher of that class.
    `available=False` means no answer, never "not found".

    A question may name no person, and of a form only the school's code and the class: it asks whether there is
    such a class.
    """

    rows: tuple[RegistryRow, ...] = ()
    schools: SchoolIndex | None = None
    teacher: Teacher | None = None
    class_ref: tuple[str, str] = ("", "")
    snapshot: str = ""
    available: bool = True


# --- comms card ----------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class CarrierOrder:
    """An order for one bundled SIM. The same `order_id` is the same order, however often it is placed."""

    order_id: str
    application_id: str
    guardian_phone: Phone


class Served(enum.StrEnum):
    """The carrier's answer to an order."""

    IN_SERVICE = "in_service"
    REFUSED = "refused"
    PENDING = "pending"
    """Not yet: the carrier answers later, or the order's time runs out."""


@attrs.frozen(kw_only=True)
class MasterKey:
    """The key that wraps all others: 32 bytes and its id; `older` are the keys it replaces."""

    id: str
    secret: bytes = attrs.field(repr=False)
    made_at: dt.datetime | None = None
    older: tuple[MasterKey, ...] = ()
