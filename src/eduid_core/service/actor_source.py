"""
The part of a service that gives out actors: a stranger, the owner of a session, and the roles of programs.

No caller makes an actor up. Who stands behind one is established when it is given out, and again with each
command.
"""

from __future__ import annotations

from collections.abc import Collection, Generator
from typing import Any, Final, Literal, get_args

import attrs

from eduid_core.findings import CallerError, Refused
from eduid_core.plugins import Clock
from eduid_core.private import OtpCode
from eduid_core.service.actors import GivenActor, check_given, plain
from eduid_core.service.drivers import run
from eduid_core.service.executor import IntentExecutor
from eduid_core.service.handlers import sessions
from eduid_core.service.sessions.records import Session, is_over
from eduid_core.workflow import Actor, Command, Policy, Role
from eduid_core.workflow.machine import SERVICE_TIME

__all__ = ["ActorSource", "Capability"]

Capability = Literal["operator", "importer", "acting"]
_CAPABILITIES: Final = frozenset(get_args(Capability))


class ActorSource:
    """
    Gives out the actors of a service and checks them.

    Raises:
        CallerError: a capability that does not exist.
    """

    clock: Clock
    policy: Policy
    executor: IntentExecutor

    def __init__(self, capabilities: Collection[Capability]) -> None:
        """Take the capabilities of the process."""
        if isinstance(capabilities, str) or not _CAPABILITIES.issuperset(capabilities):
            raise CallerError(f"capabilities are a set of {', '.join(sorted(_CAPABILITIES))}")
        self._capabilities, self._mark = frozenset(capabilities), object()

    def established(self, command: Command) -> Generator[Any, Any, Command | Refused]:
        """
        Return *command* with its time, or the refusal of an actor whose session has ended.

        Raises:
            CallerError: the actor is not of this service, or the command brings what only the service knows.
        """
        by: object = getattr(command, "by", None)
        if not isinstance(command, Command) or not isinstance(by, Actor):  # type: ignore[redundant-expr]  # anything is given
            return command  # the door names the fault
        check_given(command, self._mark)
        at = self.clock() if command.at is SERVICE_TIME else command.at
        if refused := (yield from sessions.standing_of(by, at, self.policy)):  # type: ignore[arg-type]
            return refused
        return attrs.evolve(command, by=plain(by), at=at)

    def _give(self, account_id: str, role: Role, **more: Any) -> GivenActor:  # noqa: ANN401 - fields of an actor
        return GivenActor(id=account_id, role=role, issuer=self._mark, **more)

    def anonymous(self, *, origin: str = "") -> Actor:
        """Return the actor of a stranger; *origin* is the address or device that budgets count by."""
        return self._give("", Role.ANONYMOUS, origin=origin)

    def actor(self, token: str, *, role: Role | None = None, origin: str = "") -> Actor | Refused:
        """
        Return the actor of the session of *token*, or `session_ended`.

        *role* is that of a seat in which a teacher acts; the seat is looked up with each command.
        """
        digest = self.executor.sessions.sessions.digest(token)
        found = self._run(sessions.actor_of(digest, role, self.clock(), self.policy))
        if isinstance(found, Refused):
            return found
        session, acting_as = found
        more: dict[str, Any] = {"assurance": session.assurance, "session": session.id, "origin": origin}
        return self._give(session.account_id, acting_as, **more)

    def operator(self, name: str = "operator") -> Actor:
        """
        Return the actor of the deployment's operator, on record under *name*.

        Raises:
            CallerError: the process was built without this capability; so do `importer` and `acting`.
        """
        return self._of_capability("operator", Role.OPERATOR, name)

    def importer(self, name: str = "importer") -> Actor:
        """Return the actor of a school's importer, on record under *name*."""
        return self._of_capability("importer", Role.IMPORTER, name)

    def attested(self, reviewer: str) -> Actor:
        """
        Return the actor of a reviewer whom the school's own decisions name; the importer's capability.

        *reviewer* is a keyed digest of the name, never an account.

        Raises:
            CallerError: the policy is not `reviewers = "attested"`; an id given here would act by its seat.
        """
        self._need("importer")
        if self.policy.review.reviewers != "attested":
            raise CallerError('reviewers are attested only under the policy review.reviewers = "attested"')
        return self._give(reviewer, Role.SCHOOL_ADMIN, assurance=sessions.ASSURANCE_OF_STAFF)

    def _of_capability(self, capability: Capability, role: Role, name: str) -> Actor:
        self._need(capability)
        return self._give(name, role, assurance=sessions.ASSURANCE_OF_STAFF)

    def _need(self, capability: Capability) -> None:
        if capability not in self._capabilities:
            raise CallerError(f"this service was built without the capability {capability}")

    def acting(
        self,
        account_id: str,
        role: Role,
        *,
        totp: OtpCode | None = None,
        origin: str = "",
        program: str = "program",
    ) -> Actor | Refused:
        """
        Return the actor of an account whose log-in *program* has checked by itself; both are on record.

        The account must be usable, and in *role*, a teacher's also in that of a seat. *totp*, a code of its
        second factor, gives the assurance that a seat needs: no program can vouch for it.
        """
        self._need("acting")
        assurance = self._run(sessions.acting_for(account_id, role, totp, self.clock()))
        if isinstance(assurance, Refused):
            return assurance
        return self._give(account_id, role, assurance=assurance, origin=origin, program=program)

    def sessions(self, *, by: Actor) -> tuple[Session, ...]:
        """Return the sessions of the account of *by* that stand, newest first; `EndSession` ends one."""
        at = self.clock()
        if not isinstance(by, GivenActor) or by.issuer is not self._mark or not by.id:
            raise CallerError("by: an actor of an account is wanted")
        if self._run(sessions.standing_of(by, at, self.policy)):
            return ()
        found = self.executor.sessions.sessions.of(by.id)
        standing = (s for s in found if not is_over(s, at, self.policy.sessions))
        return tuple(sorted(standing, key=lambda s: s.since, reverse=True))

    def log_out(self, token: str) -> None:
        """End the session of *token*; one that has ended stays so."""
        store = self.executor.sessions.sessions
        found = store.find(store.digest(token))
        if found is not None:
            store.end([found.id], found.account_id)

    def _run(self, steps: Generator[Any, Any, Any]) -> Any:  # noqa: ANN401 - what the steps return
        return run(steps, self.executor.perform)
