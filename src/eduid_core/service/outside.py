"""
Whom the service asks besides its store: the registry and the carrier.

An adapter may fail in any way, hang up, or return anything, whatever its types say; its errors may hold names.
What comes of that is always the same: no answer, and the application goes to a person.
"""

from __future__ import annotations

import attrs

from eduid_core.plugins import Carrier, CarrierOrder, RegistryAnswer, RegistryQuery, RegistrySource, Served
from eduid_core.service.vault import Vault

__all__ = ["Outside"]

_NO_ANSWER = RegistryAnswer(available=False)


@attrs.frozen
class Outside:
    """The registry and the carrier of one deployment, where it has them."""

    registry: RegistrySource | None
    carrier: Carrier | None
    vault: Vault

    def ask(self, query: RegistryQuery) -> RegistryAnswer:
        """Return the registry's answer; one that fails is unavailable, never "nobody"."""
        if self.registry is None:
            return _NO_ANSWER
        try:
            answer: object = self.registry.find(query)
        except Exception:  # noqa: BLE001 - as above
            return _NO_ANSWER
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
        if self.carrier is None:
            return Served.PENDING
        try:
            served: object = self.carrier.order(order)
        except Exception:  # noqa: BLE001 - as above
            return Served.PENDING
        return served if isinstance(served, Served) else Served.PENDING
