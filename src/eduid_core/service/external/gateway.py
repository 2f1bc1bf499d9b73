"""
The external systems besides the store: the registry and the carrier.

An adapter may fail in any way, hang, or return anything, against its declared types; its errors may contain
names. The consequence is always the same: there is no answer, and the application goes to a person.
"""

from __future__ import annotations

import attrs

from eduid_core.plugins import Carrier, CarrierOrder, RegistryAnswer, RegistryQuery, RegistrySource, Served
from eduid_core.private import IdNumber, Phone, Private
from eduid_core.service.crypto.vault import Vault
from eduid_core.service.external.guarded_call import GuardedCall
from eduid_core.service.external.registry_answer import NO_ANSWER, SchoolIndexes, copied

__all__ = ["ExternalServices"]


class ExternalServices:
    """The registry and the carrier of a deployment; either may be missing."""

    def __init__(
        self,
        registry: RegistrySource | None,
        carrier: Carrier | None,
        vault: Vault,
        deadline_s: float | None = None,
    ) -> None:
        """Guard *registry* and *carrier*; a call may last *deadline_s*."""
        self.registry, self.carrier, self.vault = registry, carrier, vault
        self._to_registry, self._to_carrier = GuardedCall(deadline_s), GuardedCall(deadline_s)
        self._schools = SchoolIndexes()

    def ask(self, query: RegistryQuery) -> RegistryAnswer:
        """Return a copy of the registry's answer; a registry that fails is "unavailable", never "not found"."""
        registry = self.registry
        if registry is None:
            return NO_ANSWER
        answer = self._to_registry.ask(
            lambda: registry.find(_lent(query)), lambda said: self._read(said, query)
        )
        return answer if isinstance(answer, RegistryAnswer) else NO_ANSWER

    def _read(self, said: object, query: RegistryQuery) -> RegistryAnswer:
        return self.with_teacher_id(copied(said, query, self._schools))

    def with_teacher_id(self, answer: RegistryAnswer) -> RegistryAnswer:
        """Give the homeroom teacher a keyed id if the registry has none."""
        teacher = answer.teacher
        if teacher is None or teacher.id:
            return answer
        about = f"{teacher.name.reveal('blind index')}\x1f{teacher.phone.reveal('blind index')}"
        return attrs.evolve(answer, teacher=attrs.evolve(teacher, id=self.vault.blind("teacher", about)))

    def order(self, order: CarrierOrder) -> Served:
        """Place the order; a carrier that fails has not answered yet."""
        carrier = self.carrier
        if carrier is None:
            return Served.PENDING
        lent = attrs.evolve(order, guardian_phone=Phone(order.guardian_phone.reveal("order a SIM")))
        served = self._to_carrier.ask(lambda: carrier.order(lent))
        return served if type(served) is Served else Served.PENDING


def _text_of(value: str | Private) -> str:
    """Return a text of our own form, however long: only the registry's texts are limited."""
    return value.reveal("ask the registry") if isinstance(value, Private) else value


def _lent(query: RegistryQuery) -> RegistryQuery:
    """Return a copy for the adapter: even a frozen value can be changed on purpose."""
    form = query.form
    texts = {name: _text_of(getattr(form, name)) for name in attrs.fields_dict(type(form))}
    person = IdNumber(query.person.reveal("ask the registry")) if query.person else None
    return RegistryQuery(person=person, form=type(form)(**texts))
