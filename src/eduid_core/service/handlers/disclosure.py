"""
Two acts on personal data outside the lifecycle: to reveal it in the clear, and to erase it.

Sources: 未成年人网络保护条例 34 (deletion), 36 (staff see a minor's data with a reason and a record); PIPL 47.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import Any

from eduid_core.findings import Refused
from eduid_core.messages.workflow import ERASE_REASONS, REVEAL_REASONS
from eduid_core.plugins import Committed
from eduid_core.private import Private
from eduid_core.service import commands as own
from eduid_core.service.handlers.accounts import nonce
from eduid_core.service.handlers.guardians import end_links_to
from eduid_core.service.handlers.relations import too_low
from eduid_core.service.handlers.reviewers import covers
from eduid_core.service.intents import Accepted, Handler, Load, Loaded, Revealed, Shred, Write
from eduid_core.service.ledger.entries import entry
from eduid_core.service.looks import look_document
from eduid_core.service.unit_of_work import TRIES, ReadSet, UnitOfWork
from eduid_core.workflow import Command, Policy
from eduid_core.workflow.forms import FIELDS

__all__ = ["RIGHTS"]


def _reveal(command: own.Reveal, policy: Policy) -> Handler:
    """Record the look, then reveal the fields: without the record no field is shown."""
    if refused := too_low(command):
        return refused
    if command.reason not in REVEAL_REASONS or not command.fields or not set(command.fields) <= set(FIELDS):
        return Refused("reason_required")
    read_set = ReadSet()
    if not (yield from read_set.recording(covers(command, policy))):
        return Refused("not_eligible_reviewer")
    found: Loaded = yield Load("application", command.subject)
    form = getattr(found.state, "form", None)
    if form is None or found.state is None:
        return Refused("forbidden")
    looks = yield from _looks(command)
    if not isinstance((yield Write(streams=(), reads=read_set.reads(), documents=looks)), Committed):
        return Refused("conflict")
    values = {name: _clear(getattr(form, name)) for name in command.fields}
    return Revealed(subject=command.subject, status=found.state.status, values=values)


def _looks(command: own.Reveal) -> Any:  # noqa: ANN401 - a generator that returns documents
    """Return the entry of the look in the ledger, and its record beside the application."""
    about, unique = command.by, (yield from nonce())
    logged = entry(
        f"reveal/{command.subject}/{unique}",
        at=command.at.isoformat(),
        by=about.id,
        role=about.role.value,
        reveal=command.subject,
        fields=sorted(command.fields),
        reason=command.reason,
    )
    seen = look_document(
        command.subject,
        unique,
        at=command.at,
        by=about.id,
        role=about.role,
        fields=command.fields,
        reason=command.reason,
    )
    return logged, seen


def _clear(value: Any) -> str:  # noqa: ANN401 - a field of a form
    return str(value.reveal("shown to a reviewer")) if isinstance(value, Private) else str(value)


def _unlinked(command: own.Erase, policy: Policy) -> Generator[Any, Any, bool]:
    """End every link to an ended application: no guardian's account names it any more."""
    for _try in range(TRIES):
        found: Loaded = yield Load(command.aggregate, command.subject)
        if found.state is None or not found.state.terminal:
            return True
        work = UnitOfWork(policy)
        yield from end_links_to(command.subject, work, command.at)
        if not work.changes or isinstance((yield work.write()), Committed):
            return True
    return False


def _erase(command: own.Erase, policy: Policy) -> Handler:
    """Destroy the key if the application or account has ended."""
    if command.reason not in ERASE_REASONS:
        return Refused("reason_required")
    unlinked = yield from _unlinked(command, policy)
    if not unlinked:
        return Refused("conflict")
    for _try in range(TRIES):
        found: Loaded = yield Load(command.aggregate, command.subject)
        state = found.state
        if state is None:
            return Refused("forbidden")
        if state.status == "erased":
            return Accepted(subject=command.subject, status="erased")
        if not state.terminal:
            return Refused("invalid_transition", {"status": state.status, "allowed": ()})
        shred = Shred(
            aggregate=command.aggregate,
            key=command.subject,
            by=command.by,
            at=command.at,
            reason=command.reason,
        )
        if isinstance((yield shred), Committed):
            return Accepted(subject=command.subject, status="erased", events=("Erased",))
    return Refused("conflict")


RIGHTS: Mapping[type[Command], Callable[[Any, Policy], Handler]] = {own.Reveal: _reveal, own.Erase: _erase}
"""The handler of each command."""
