"""The world as safety checks and people's wishes see it; `SimulatedWorld` is the one implementation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, Protocol

from eduid_audit.simulator.books import LandedRecords
from eduid_audit.simulator.disk import TearingStore
from eduid_audit.simulator.outside import SimulatedProvider
from eduid_audit.simulator.people import FormTruth, Reviewer, SimulatedFamily
from eduid_core.matching import Application
from eduid_core.service import Service
from eduid_core.service.crypto.vault import Vault
from eduid_core.workflow import Policy

__all__ = ["ViewOfWorld"]


class ViewOfWorld(Protocol):
    """The people, the adapters, the books and the disk of an episode."""

    chance: Random
    policy: Policy
    disk: TearingStore
    provider: SimulatedProvider
    books: LandedRecords

    @property
    def families(self) -> Sequence[SimulatedFamily]:
        """Return the families."""
        ...

    @property
    def staff(self) -> Sequence[Reviewer]:
        """Return the reviewers."""
        ...

    @property
    def truths(self) -> Mapping[Application, FormTruth]:
        """Return the truth about every form."""
        ...

    @property
    def vault(self) -> Vault:
        """Return the vault, the same for every process."""
        ...

    def blind(self, kind: str, value: str) -> str:
        """Return the digest that identifies a claim."""
        ...

    def fresh_service(self) -> Service:
        """Return a newly started process on the disk."""
        ...

    def class_named(self, form: Application) -> tuple[str, str]:
        """Return the class that *form* names, else that of its student in the registry, else the school."""
        ...

    def asked_about(self) -> frozenset[str]:
        """Return the subjects of the requests that have no answer yet."""
        ...

    def is_open(self, state: Any) -> bool:
        """Return whether a review task waits for a decision."""
        ...
