"""
Whom the service asks besides its store: the registry and the carrier.

An adapter may fail in any way, hang up, or return anything, whatever its types say; its errors may hold names.
What comes of that is always the same: no answer, and the application goes to a person.
"""

from __future__ import annotations

from typing import Any, Final

import attrs

from eduid_core.matching import RegistryRow, SchoolIndex, lookup_key
from eduid_core.plugins import Carrier, CarrierOrder, RegistryAnswer, RegistryQuery, RegistrySource, Served
from eduid_core.private import IdNumber, PersonName, Phone, Private
from eduid_core.service.isolation import Wall
from eduid_core.service.vault import Vault
from eduid_core.workflow.application.states import Teacher

__all__ = ["Outside"]

_NO_ANSWER = RegistryAnswer(available=False)
MOST_ROWS: Final = 100
"""Nobody has more rows in a registry; whoever brings more has not looked."""
MOST_CHARACTERS: Final = 2000
"""No field of a registry is longer."""


class _NotAnAnswer(Exception):
    """What an adapter returned is none."""


class Outside:
    """The registry and the carrier of one deployment, where it has them."""

    def __init__(
        self,
        registry: RegistrySource | None,
        carrier: Carrier | None,
        vault: Vault,
        deadline_s: float | None = None,
    ) -> None:
        """Stand between *registry*, *carrier* and the service; a call may last *deadline_s*."""
        self.registry, self.carrier, self.vault = registry, carrier, vault
        self._to_registry, self._to_carrier = Wall(deadline_s), Wall(deadline_s)

    def ask(self, query: RegistryQuery) -> RegistryAnswer:
        """Return the registry's answer, copied; one that fails is unavailable, never "nobody"."""
        registry = self.registry
        if registry is None:
            return _NO_ANSWER
        answer = self._to_registry.ask(lambda: registry.find(_lent(query)), lambda said: _copied(said, query))
        return self.with_teacher_id(answer) if isinstance(answer, RegistryAnswer) else _NO_ANSWER

    def with_teacher_id(self, answer: RegistryAnswer) -> RegistryAnswer:
        """Give the homeroom teacher a keyed id where the registry has none."""
        teacher = answer.teacher
        if teacher is None or teacher.id:
            return answer
        about = f"{teacher.name.reveal('blind index')}\x1f{teacher.phone.reveal('blind index')}"
        return attrs.evolve(answer, teacher=attrs.evolve(teacher, id=self.vault.blind("teacher", about)))

    def order(self, order: CarrierOrder) -> Served:
        """Give the order; a carrier that fails has not answered yet."""
        carrier = self.carrier
        if carrier is None:
            return Served.PENDING
        lent = attrs.evolve(order, guardian_phone=Phone(order.guardian_phone.reveal("order a SIM")))
        served = self._to_carrier.ask(lambda: carrier.order(lent))
        return served if type(served) is Served else Served.PENDING


def _lent(query: RegistryQuery) -> RegistryQuery:
    """Return a copy: a value that is frozen can be changed all the same by who means to."""
    form = query.form
    texts = {name: _plain(getattr(form, name)) for name in attrs.fields_dict(type(form))}
    person = IdNumber(query.person.reveal("ask the registry")) if query.person else None
    return RegistryQuery(person=person, form=type(form)(**texts))


# --- an answer, read once and copied -------------------------------------------------------------------


def _copied(answer: Any, query: RegistryQuery) -> RegistryAnswer:  # noqa: ANN401 - whatever came
    """
    Return a copy of *answer* that holds nothing of the adapter's, or raise: then there was no answer.

    It runs on the adapter's side of the wall: what it returned may hang, raise or lie when it is looked at.
    """
    if type(answer) is not RegistryAnswer or answer.available is not True:
        return _NO_ANSWER
    rows = answer.rows
    if type(rows) is not tuple or len(rows) > MOST_ROWS:
        raise _NotAnAnswer
    copied = tuple(_row(row) for row in rows)
    _of_nobody_else(copied, query)
    school, class_name = answer.class_ref
    return RegistryAnswer(
        rows=copied,
        schools=_schools(answer.schools),
        teacher=_teacher(answer.teacher),
        class_ref=(_text(school), _text(class_name)),
        snapshot=_text(answer.snapshot),
    )


_FIELDS = tuple(f.name for f in attrs.fields(RegistryRow))


def _row(row: object) -> RegistryRow:
    if type(row) is not RegistryRow:
        raise _NotAnAnswer
    return RegistryRow(**{name: _plain(getattr(row, name)) for name in _FIELDS})


def _of_nobody_else(rows: tuple[RegistryRow, ...], query: RegistryQuery) -> None:
    """A registry that mixes people up is believed about none of them."""
    person = query.person.reveal("compare") if query.person else None
    if any(lookup_key(row.id_type, row.id_number) != person for row in rows if person is not None):
        raise _NotAnAnswer


def _plain(value: object) -> str:
    return _text(value.reveal("copy") if isinstance(value, Private) else value)


def _text(value: object) -> str:
    """Return *value*, a text and no subclass of one, of a bearable length."""
    if type(value) is not str or len(value) > MOST_CHARACTERS:
        raise _NotAnAnswer
    return value


def _schools(index: object) -> SchoolIndex | None:
    if index is not None and type(index) is not SchoolIndex:
        raise _NotAnAnswer
    return index


def _teacher(teacher: object) -> Teacher | None:
    if teacher is None:
        return None
    if type(teacher) is not Teacher:
        raise _NotAnAnswer
    return Teacher(_text(teacher.id), PersonName(_plain(teacher.name)), Phone(_plain(teacher.phone)))
