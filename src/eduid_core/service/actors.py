"""Actors that a service gave out: a caller cannot make one up, and each is checked again with every command."""

from __future__ import annotations

import attrs

from eduid_core.findings import CallerError
from eduid_core.service.handlers.permissions import CAPABILITY_ROLES
from eduid_core.workflow import Actor, Command, Role
from eduid_core.workflow.machine import SERVICE_TIME

__all__ = ["GivenActor", "check_given", "plain"]


@attrs.frozen(kw_only=True)
class GivenActor(Actor):
    """
    An actor given out by one service, for its own use.

    `issuer` is that service's own mark; `session` is the digest of a session's token.
    """

    issuer: object = attrs.field(repr=False, eq=False)
    session: str = attrs.field(default="", repr=False)


def plain(actor: Actor) -> Actor:
    """Return *actor* without the marks of its service, as handlers and events know it."""
    return Actor(
        id=actor.id, role=actor.role, assurance=actor.assurance, origin=actor.origin, program=actor.program
    )


def check_given(command: Command, issuer: object) -> None:
    """
    Refuse a command whose actor *issuer* did not give out, or that brings a time or an id of its own.

    Raises:
        CallerError: as above; the words say how the program gets an actor.
    """
    by, kind = command.by, type(command)
    if not isinstance(by, GivenActor) or by.issuer is not issuer:
        ways = "anonymous(), actor(token), acting(…), operator() or importer()"
        raise CallerError(f"{kind.__name__}.by: an actor given out by this service is wanted: {ways}")
    if command.at is not SERVICE_TIME and by.role not in CAPABILITY_ROLES:
        raise CallerError(f"{kind.__name__}.at: the clock of the service counts; leave it out")
    made_by_service = attrs.fields_dict(kind)["subject"].default == "" and by.role is not Role.IMPORTER
    if made_by_service and command.subject:
        raise CallerError(f"{kind.__name__}.subject: the service makes the id; the answer brings it")
