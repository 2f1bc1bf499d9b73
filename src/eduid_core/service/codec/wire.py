"""
Serialisation: events to stored records and back, commands to digests, policy from TOML.

Every other module handles values. Personal values leave this module only sealed: while an event is taken apart
they are set aside, and all personal values of an event are sealed together.
"""

from __future__ import annotations

import base64
import datetime as dt
import hmac
from functools import cache
from hashlib import sha256
from typing import Any

import attrs
import cattrs
import orjson
from cattrs.strategies import configure_union_passthrough

from eduid_core.findings import AdapterError, CallerError
from eduid_core.matching import Application as Form
from eduid_core.plugins import LeasedMessage, Record, SmsMessage
from eduid_core.private import IdNumber, OtpCode, PersonName, Phone, Private, PrivateText
from eduid_core.service.codec.serialize import dumps, fields_of, loads, opened
from eduid_core.service.codec.upcast import VERSION, upcast
from eduid_core.service.crypto.sealing import without_traces
from eduid_core.service.crypto.vault import DataKey
from eduid_core.workflow import Command, Event, Policy
from eduid_core.workflow.effects import SendMessage
from eduid_core.workflow.lifecycle import TABLE_OF_EVENT

EVENTS = {event.name: event for event in TABLE_OF_EVENT}
"""Event name -> class. A name is permanent; old shapes pass through upcasters before they arrive here."""

_PRIVATE = {c.__name__: c for c in (PersonName, IdNumber, Phone, PrivateText, OtpCode)}


_DAY = len("2026-11-01")
"""Characters of a date; some dates were stored with a time of day behind."""


def _make_converter() -> cattrs.Converter:
    c = cattrs.Converter(forbid_extra_keys=True)
    c.register_structure_hook(dt.datetime, lambda v, _: dt.datetime.fromisoformat(v))
    c.register_structure_hook(dt.date, lambda v, _: dt.date.fromisoformat(v[:_DAY]))
    for private in _PRIVATE.values():
        c.register_structure_hook(private, lambda v, cls: cls(v))
    configure_union_passthrough(str | int | bool | float | None, c)
    return c


CONVERTER = _make_converter()
"""Builds values from plain data; `plain.dumps` is the reverse."""


def _put_back(value: Any, secrets: list[Any]) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        if value.keys() == {"$sealed"}:
            return secrets[value["$sealed"]]
        return {k: _put_back(v, secrets) for k, v in value.items()}
    if isinstance(value, list):
        return [_put_back(v, secrets) for v in value]
    return value


def record_of(event: Event, *, key: DataKey, place: str) -> Record:
    """Return *event* as a stored record, its personal values sealed for *place* (stream and version)."""
    secrets: list[Any] = []

    def set_aside(secret: Any) -> dict[str, int]:  # noqa: ANN401 - a text, or the texts of a form
        secrets.append(secret)
        return {"$sealed": len(secrets) - 1}

    body: dict[str, Any] = {"v": VERSION, "d": orjson.Fragment(dumps(event, set_aside))}
    if secrets:
        sealed = key.seal(dumps(secrets), record=place, field=event.name)
        body["s"] = base64.b64encode(sealed).decode()
    return Record(event.name, dumps(body))


def _put_together(body: dict[str, Any], *, key: DataKey, place: str, field: str) -> Any:  # noqa: ANN401
    """Return the plain data of a stored record, with its personal values opened."""
    secrets: list[Any] = []
    if "s" in body:
        secrets = loads(key.open(base64.b64decode(body["s"]), record=place, field=field))
    return _put_back(body["d"], secrets)


def event_of(record: Record, *, key: DataKey, place: str) -> Event | None:
    """Return the event stored as *record*; None if this version does not know its type."""
    body = loads(record.body)
    name, data = upcast(record.type, body.get("v", VERSION), body.get("d", {}))
    kind = EVENTS.get(name)
    if kind is None:
        return None
    parts = {**body, "d": data}
    return CONVERTER.structure(_put_together(parts, key=key, place=place, field=record.type), kind)


def is_unwritable(event: Event) -> bool:
    """Return whether *event* holds a text that cannot be encoded: one with a lone surrogate."""
    try:
        dumps(event, opened)
    except (TypeError, UnicodeError):
        return True
    return False


def in_the_clear(value: Any) -> Any:  # noqa: ANN401 - any event or state
    """Return *value* as plain data without sealing: only for logs of invented people."""
    return loads(dumps(value, opened))


def form_of(fields: dict[str, str]) -> Form:
    """
    Return the form with *fields* by name.

    Raises:
        CallerError: a name that is not a form field.
    """
    if unknown := fields.keys() - {f.name for f in attrs.fields(Form)}:
        raise CallerError(f"a form has no {', '.join(sorted(unknown))}")
    return Form(**fields)


# --- commands and answers ------------------------------------------------------------------------------


@cache
def _added(kind: type[Command]) -> tuple[Any, ...]:
    return tuple(field for field in attrs.fields(kind) if field.metadata.get("added"))


def digest_of(command: Command, *, key: bytes) -> str:
    """
    Return the keyed digest of the content of *command*: without its time, ticket, origin and program, and
    without the fields that earlier versions do not have while they hold their defaults.
    """
    asked = fields_of(command)
    del asked["at"]
    for field in _added(type(command)):  # type: ignore[arg-type]  # a class is hashed as any object
        if asked[field.name] == field.default:
            del asked[field.name]
    asked.pop("ticket", None)
    asked["by"] = by = fields_of(command.by)
    by.pop("origin", None)
    by.pop("program", None)
    return hmac.digest(key, dumps([command.name, asked], opened), sha256).hex()


# --- messages ------------------------------------------------------------------------------------------


def message_id(template: str, subject: str, revision: int, event: str, recipient: str) -> str:
    """
    Return the identity of a message: 26 base32 characters derived from its subject and content.

    >>> message_id("approved", "A-1", 1, "AutoApproved", "guardian")
    'UVGRX7W22O3DZCLF65BTLXM5AG'
    """
    about = dumps([template, subject, revision, event, recipient])
    return base64.b32encode(sha256(about).digest())[:26].decode()


def message_id_of(message: SendMessage) -> str:
    """Return the identity of *message*."""
    return message_id(message.template, message.subject, message.revision, message.event, message.recipient)


def message_to(
    message: SendMessage,
    params: tuple[tuple[str, Private | str | int], ...],
    *,
    until: dt.datetime | None = None,
) -> tuple[str, bytes]:
    """Return the identity and the clear body, to be sealed, of *message*; it expires at *until*."""
    identity = message_id_of(message)
    shown = [
        [name, type(v).__name__, v.reveal("seal")] if isinstance(v, Private) else [name, "", v]
        for name, v in params
    ]
    body = {"template": message.template, "to": message.to.reveal("seal"), "params": shown}
    return identity, dumps(body if until is None else {**body, "until": until.isoformat()})


def _message(identity: str, parts: dict[str, Any]) -> SmsMessage:
    """Return the message built from the *parts* of its opened body."""
    params = tuple((name, _PRIVATE[kind](value) if kind else value) for name, kind, value in parts["params"])
    return SmsMessage(message_id=identity, template=parts["template"], to=Phone(parts["to"]), params=params)


@attrs.frozen
class Outgoing:
    """An opened message and its expiry: a one-time code expires, a notice does not."""

    message: SmsMessage
    until: dt.datetime | None

    def is_late(self, at: dt.datetime) -> bool:
        """Return whether the message has expired *at* that time."""
        return self.until is not None and at > self.until


def opened_message(leased: LeasedMessage, key: DataKey) -> Outgoing:
    """Open a leased message; an error raised while opening it holds none of its content."""
    return without_traces(lambda: _outgoing(leased, key))


def _outgoing(leased: LeasedMessage, key: DataKey) -> Outgoing:
    body = key.open(leased.body, record=leased.message_id, field="outbox")
    parts = loads(body)
    until = parts.get("until")
    message = _message(leased.message_id, parts)
    return Outgoing(message, dt.datetime.fromisoformat(until) if until else None)


def readable_message(leased: LeasedMessage, key: DataKey) -> Outgoing | None:
    """Open a leased message; None if it cannot be opened: a changed byte, or a kind of a newer version."""
    try:
        return opened_message(leased, key)
    except AdapterError:
        return None


# --- policy --------------------------------------------------------------------------------------------


def policy_digest(policy: Policy) -> str:
    """Return the digest of every value of *policy*."""
    return sha256(dumps(_listed(attrs.asdict(policy)))).hexdigest()


def _listed(value: Any) -> Any:  # noqa: ANN401 - any plain value
    if isinstance(value, dict):
        return {str(k): _listed(v) for k, v in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(_listed(v) for v in value)
    if isinstance(value, list | tuple):
        return [_listed(v) for v in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
