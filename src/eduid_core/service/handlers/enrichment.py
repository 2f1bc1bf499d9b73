"""
Facts that the service establishes itself before a decider judges; no caller can supply them.

Each entry takes a command as given and returns the completed command or a refusal.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import Any

import attrs

from eduid_core.findings import Refused
from eduid_core.matching import KEY_FIELDS
from eduid_core.service.handlers.accounts import nonce
from eduid_core.service.handlers.reviewers import looked_up
from eduid_core.service.intents import Load, Loaded
from eduid_core.workflow import TABLES, Command, Policy, Role, card, comms_card
from eduid_core.workflow.account import commands as account_commands
from eduid_core.workflow.account import states as account
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application import states as status
from eduid_core.workflow.forms import FIELDS

__all__ = ["completed"]

Completed = Generator[Any, Any, Any]
FAMILY = frozenset({Role.STUDENT, Role.GUARDIAN})
_FIELDS = frozenset((*FIELDS, *KEY_FIELDS))
ON_A_CARD = frozenset((*TABLES["card"].commands, *TABLES["comms_card"].commands))


def completed(command: Command, policy: Policy) -> Completed:
    """Return *command* completed with the facts, or a refusal."""
    if any(item.field not in _FIELDS for item in getattr(command, "items", ())):
        return Refused("reason_required")
    if type(command) in ON_A_CARD and command.by.role in FAMILY and not (yield from _own_card(command)):
        return Refused("forbidden")
    find = FACTS.get(type(command))
    if find is not None:
        return (yield from find(command))
    return (yield from looked_up(command, policy))


def _own_card(command: Command) -> Generator[Any, Any, bool]:
    """Return whether the card belongs to the family's own application; the card does not hold its owner."""
    found: Loaded = yield Load("application", command.subject)
    file: status.ApplicationFile | None = getattr(found.state, "file", None)
    return file is not None and file.account_id == command.by.id


def _own_account(command: app.Open) -> Completed:
    """Refuse an applicant without an active account; a school's importer needs none."""
    if command.by.role is Role.IMPORTER:
        return command
    owner: Loaded = yield Load("account", command.by.id)
    if not isinstance(owner.state, account.ActiveAccount):
        return Refused("forbidden")
    return attrs.evolve(command, account_id=command.by.id)


def _proof(command: app.GrantConsent) -> Completed:
    """Take the time of the last phone proof from the guardian's account."""
    found: Loaded = yield Load("account", command.by.id)
    proved = found.state.standing.proved_at if isinstance(found.state, account.ActiveAccount) else None
    if proved is None:
        return Refused("challenge_required")
    return attrs.evolve(command, proved_at=proved)


def _with_nonce(command: Any) -> Completed:  # noqa: ANN401 - any with a nonce
    return attrs.evolve(command, nonce=(yield from nonce()))


def _beside_the_card(command: Any) -> Completed:  # noqa: ANN401 - any with a nonce
    """Record whether the education card is active, and draw the nonce if a code is to be sent."""
    found: Loaded = yield Load("card", command.subject)
    command = attrs.evolve(command, card_active=isinstance(found.state, card.ActiveCard))
    if isinstance(command, comms_card.ChooseExisting):
        command = yield from _with_nonce(command)
    return command


FACTS: Mapping[type[Command], Callable[[Any], Completed]] = {
    app.Open: _own_account,
    app.GrantConsent: _proof,
    account_commands.ResendChallenge: _with_nonce,
    account_commands.ChangePhone: _with_nonce,
    account_commands.StartProof: _with_nonce,
    account_commands.ResolveAppeal: _with_nonce,
    comms_card.ChooseExisting: _beside_the_card,
    comms_card.ChooseBundled: _beside_the_card,
}
"""The function that completes each command."""
