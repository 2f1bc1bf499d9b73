"""
Facts that the service establishes itself before a decider judges; no caller can supply them.

Each entry takes a command as given and returns the completed command or a refusal.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import Any

import attrs

from eduid_core.findings import Refused
from eduid_core.matching import Application as Form
from eduid_core.plugins import RegistryAnswer, RegistryQuery
from eduid_core.service.handlers.accounts import new_id, nonce
from eduid_core.service.handlers.guardians import asking_at, shares_student_phone
from eduid_core.service.handlers.sessions import ticket_of
from eduid_core.service.intents import History, Load, Loaded, QueryRegistry
from eduid_core.validation.schooling.class_form import class_form
from eduid_core.workflow import Command, Event, Role, card, comms_card, evolve
from eduid_core.workflow.account import commands as account_commands
from eduid_core.workflow.account import states as account
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.forms import FIELDS
from eduid_core.workflow.links import Confirmation
from eduid_core.workflow.reviewer_grant import commands as grant_commands
from eduid_core.workflow.reviewer_grant.states import Position

__all__ = ["FACTS"]

Completed = Generator[Any, Any, Any]


def _of_account(command: app.Open) -> Completed:
    """Record the applicant's account, and make the id; a school's importer has no account."""
    subject = command.subject or (yield from new_id())
    account_id = "" if command.by.role is Role.IMPORTER else command.by.id
    return attrs.evolve(command, subject=subject, account_id=account_id)


def _flow(command: account_commands.StartProof) -> Completed:
    """
    Continue the flow in progress for the holder of its ticket; begin another one for everybody else, once the
    codes of that flow have expired: nobody spends the attempts of another, or voids the code on its way.
    """
    found: Loaded = yield Load("account", command.subject)
    codes = getattr(found.state, "codes", None)
    held = codes is not None and command.ticket == (yield from ticket_of(found.state))
    if codes is not None and not held and command.by.id != command.subject and codes.live(command.at):
        ends = max(challenge.expires_at for challenge in codes.live(command.at))
        return Refused("resend_too_soon", {"retry_after": int((ends - command.at).total_seconds())})
    return attrs.evolve(command, anew=codes is not None and not held, nonce=(yield from nonce()))


def _proof(command: app.GrantConsent) -> Completed:
    """Take the time of the last phone proof from the guardian's account; a student's phone proves nothing."""
    found: Loaded = yield Load("account", command.by.id)
    proved = found.state.standing.proved_at if isinstance(found.state, account.ActiveAccount) else None
    if proved is None:
        return Refused("challenge_required")
    if (yield from shares_student_phone(command.subject, command.by.id)):
        return Refused("phone_of_student")
    return attrs.evolve(command, proved_at=proved)


def _draft_seen(command: app.Save) -> Completed:
    """
    Find the draft of `expected_rev`, which tells what the family changed. The present one is found too: another
    save may come first before this one is decided.
    """
    if not set(command.clear) <= set(FIELDS):
        return Refused("unknown_field")
    found: Loaded = yield Load("application", command.subject)
    now, seen = getattr(getattr(found.state, "file", None), "drafts", 0), command.expected_rev
    base = getattr(found.state, "form", None) if seen == now else None
    if seen is not None and 0 <= seen < now:
        events: tuple[Event, ...] = yield History("application", command.subject)
        state: Any = None
        for event in events:
            state = evolve(state, event)
            if state is not None and state.file.drafts == seen:
                base = state.form
    return attrs.evolve(command, base=base)


def _asked_for(command: app.LinkGuardian) -> Completed:
    """Find the guardian's own request: a seat confirms it, and links nobody who does not ask."""
    asking = yield from asking_at(command.guardian, command.subject)
    if asking is None:
        return Refused("link_unknown")
    return attrs.evolve(command, link=asking.id, way=Confirmation.SEAT)


def _class_of_claim(command: grant_commands.ClaimRole) -> Completed:
    """
    Name the class as the registry does, and record whether it has that class. An administrator's claim is for
    the school; where the registry does not answer, whoever verifies the claim knows the class.
    """
    claim = command.claim
    if claim.position in {Position.SCHOOL_ADMIN, Position.DISTRICT_ADMIN}:
        return attrs.evolve(command, claim=attrs.evolve(claim, class_name=""))
    if not claim.class_name:  # a deputy of the whole school
        return attrs.evolve(command, class_known=claim.position is Position.DEPUTY)
    named = class_form(claim.class_name)
    form = Form(school_code=claim.school_code, class_name=named)
    answer: RegistryAnswer = yield QueryRegistry(RegistryQuery(person=None, form=form))
    known = not answer.available or answer.class_ref == (claim.school_code, named)
    return attrs.evolve(command, claim=attrs.evolve(claim, class_name=named), class_known=known)


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
    app.Open: _of_account,
    app.Save: _draft_seen,
    app.GrantConsent: _proof,
    app.LinkGuardian: _asked_for,
    account_commands.ChangePhone: _with_nonce,
    account_commands.StartProof: _flow,
    account_commands.ResolveAppeal: _with_nonce,
    grant_commands.ClaimRole: _class_of_claim,
    comms_card.ChooseExisting: _beside_the_card,
    comms_card.ChooseBundled: _beside_the_card,
}
"""The function that completes each command."""
