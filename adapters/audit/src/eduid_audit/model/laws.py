"""Laws of every accepted command of an aggregate: its own row, and the laws of a single step."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from eduid_audit.model import invariants as law
from eduid_audit.model.cast import POLICY
from eduid_audit.model.walk import AcceptedCommand
from eduid_core.workflow import Role
from eduid_core.workflow.account import commands as account_commands
from eduid_core.workflow.account import states as account
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.forms import names_another_guardian
from eduid_core.workflow.lifecycle import TABLES
from eduid_core.workflow.reviewer_grant import commands as grant_commands
from eduid_core.workflow.reviewer_grant import states as grant

__all__ = ["LawFailure", "edge_failures"]


@attrs.frozen
class LawFailure:
    """A failed check with its place: codes and statuses only."""

    check: str
    where: str


def edge_failures(aggregate: str, edge: AcceptedCommand) -> Iterable[LawFailure]:
    """Yield the failed laws of an accepted command."""
    rule = {(r.at or type(None), r.command): r for r in TABLES[aggregate].rules}.get(
        (type(edge.before), type(edge.command))
    )
    where = f"{aggregate} {edge.before.status if edge.before else '-'} {edge.command.name}"
    if rule is None:
        yield LawFailure("cells", where)
        return
    if edge.command.by.role not in rule.actors:
        yield LawFailure("roles", where)
    if not {type(e) for e in edge.events} <= set(rule.events):
        yield LawFailure("events", where)
    if type(edge.after) not in rule.to:
        yield LawFailure("targets", where)
    if not law.no_machine_refuses(edge.events):
        yield LawFailure("I10", where)
    if not law.reviewer_fit(edge.before, edge.command):
        yield LawFailure("I14", where)
    yield from (LawFailure(name, where) for name, holds in _OF_EDGES if not holds(edge))


def _counted(edge: AcceptedCommand) -> bool:
    """Check that an attempt is answered only after it was counted, and that only a new flow resets counts."""
    before, after = getattr(edge.before, "codes", None), getattr(edge.after, "codes", None)
    if isinstance(edge.command, account_commands.VerifyChallenge) and not (before and before.tries):
        return False
    if isinstance(edge.command, account_commands.CountAttempt):
        return bool(before and after and after.tries == before.tries + 1 <= POLICY.account.otp_tries_per_flow)
    if before is None or after is None or isinstance(edge.command, account_commands.ResolveAppeal):
        return True
    over = (edge.command.at - before.started_at).total_seconds() >= POLICY.account.flow_life_s
    return bool(over or (after.tries >= before.tries and after.sends >= before.sends))


def _proved(edge: AcceptedCommand) -> bool:
    """Check that a changed phone is not proved, and that acts that need a proof have one."""
    after = getattr(edge.after, "standing", None)
    if (
        isinstance(edge.command, account_commands.ChangePhone | account_commands.ResolveAppeal)
        and after is not None
    ):
        return after.proved_at is None or not any(e.name == "PhoneChanged" for e in edge.events)
    if isinstance(edge.command, account_commands.CompleteRecovery):
        proved_for = edge.before.standing.proved_for  # type: ignore[union-attr]
        return proved_for is account.Purpose.RECOVERY
    return True


def _matched(edge: AcceptedCommand) -> bool:
    codes = account_commands.VerifyChallenge | account_commands.VerifyLink
    return not isinstance(edge.command, codes) or edge.command.matches


def _named(edge: AcceptedCommand) -> bool:
    """Check that no guardian's consent outlives another guardian in the form."""
    before, after, form = edge.before, edge.after, getattr(edge.command, "form", None)
    if form is None or before is None or not getattr(after, "file", None) or not before.file.by_guardian:  # type: ignore[attr-defined]
        return True
    anew = bool(getattr(edge.command, "consent_text", ""))
    return anew or not (names_another_guardian(before.form, form) and after.file.by_guardian)  # type: ignore[attr-defined, union-attr]


def _from_above(edge: AcceptedCommand) -> bool:
    """Check that the person who verifies, declines or revokes a grant is above it and is not its holder."""
    if not isinstance(
        edge.command,
        grant_commands.Verify | grant_commands.Decline | grant_commands.Return | grant_commands.RevokeGrant,
    ):
        return True
    claim = edge.before.claim  # type: ignore[union-attr]
    rank = {grant.Position.SCHOOL_ADMIN: 1, grant.Position.DISTRICT_ADMIN: 2}.get(claim.position, 0)
    level = {Role.SCHOOL_ADMIN: 1, Role.DISTRICT_ADMIN: 2, Role.OPERATOR: 3}[edge.command.by.role]
    own = isinstance(edge.command, grant_commands.Verify) and claim.teacher_id == edge.command.by.id
    return level > rank and not own


def _limited(edge: AcceptedCommand) -> bool:
    """Check the limits of edits, returns and appeals; a school's later file is not an edit by the applicant."""
    tally, limits = getattr(edge.before, "tally", None), POLICY.review
    if tally is None or edge.command.by.role is Role.IMPORTER:
        return True
    return not (
        (isinstance(edge.command, app.Amend) and tally.edits >= limits.max_edits)
        or (isinstance(edge.command, app.ReturnForCorrection) and tally.returns >= limits.max_returns)
        or (isinstance(edge.command, app.Appeal) and tally.appeals >= limits.max_appeals)
    )


_OF_EDGES = (
    ("J11", _named),
    ("J10", _limited),
    ("J6", _counted),
    ("J7", _proved),
    ("J8", _matched),
    ("J9", _from_above),
)
"""
Codes are counted; a new phone is not proved; only a match passes; grants come from above; limits hold; consent is
that of the guardian in the form.
"""
