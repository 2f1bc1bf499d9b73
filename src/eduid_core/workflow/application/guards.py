"""The guards of an application's rules, one refusal code each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eduid_core.matching import Application as Form
from eduid_core.messages.workflow import REJECT_REASONS, RETURN_REASONS, REVOKE_REASONS
from eduid_core.workflow.actors import Role
from eduid_core.workflow.application import commands as c
from eduid_core.workflow.application import states as s
from eduid_core.workflow.application.drafts import overwritten
from eduid_core.workflow.application.returns import answered_by, contested_fields
from eduid_core.workflow.forms import (
    age_at,
    blank_fields,
    differs,
    names_another_guardian,
    number_errors,
)
from eduid_core.workflow.machine import guard
from eduid_core.workflow.policy import Policy

# A file row is judged by matching, which names every gap at once and returns the row; a person at a screen is
# told at the button. So an importer passes the guards on the form itself.
_IMPORTER = Role.IMPORTER


def _form_of(state: Any, command: Any) -> Form:
    form: Form = getattr(command, "form", None) or state.form
    return form


def _blank(state: Any, command: Any, _: Policy) -> Mapping[str, Any]:
    return {"fields": blank_fields(_form_of(state, command))}


@guard("stale_revision", lambda state, _, __: {"current": state.file.drafts})
def draft_known(state: s.Draft | s.Returned, command: c.Save, _: Policy) -> bool:
    """The draft that was seen is the present one, or an earlier one of this application."""
    seen, now = command.expected_rev, state.file.drafts
    return seen is None or seen == now or (seen < now and command.base is not None)


@guard("draft_changed", lambda s, c, _: {"fields": overwritten(s, c), "current": s.file.drafts})
def draft_merges(state: s.Draft | s.Returned, command: c.Save, _: Policy) -> bool:
    """Nobody else has changed the same fields since the draft that was seen."""
    return not overwritten(state, command)


@guard("withdrawn_by_family")
def undone(state: s.Withdrawn, _: c.Open, __: Policy) -> bool:
    """The importer withdrew it by undoing its own file; what a family withdrew, no file begins anew."""
    return state.by_file


@guard("field_required", _blank)
def complete(state: s.Draft, command: c.Submit, _: Policy) -> bool:
    """No required field is blank."""
    return command.by.role is _IMPORTER or not blank_fields(state.form)


@guard("field_required", _blank)
def mended_complete(_: Any, command: c.Resubmit | c.Amend | c.RequestCorrection, __: Policy) -> bool:
    """No required field of the new form is blank."""
    return command.by.role is _IMPORTER or not blank_fields(command.form)


def _why(state: Any, command: Any, _: Policy) -> Mapping[str, Any]:
    return {"why": number_errors(_form_of(state, command), command.at)}


@guard("invalid_id_number", _why)
def usable_number(state: Any, command: Any, _: Policy) -> bool:
    """
    The number can be valid on the day of submission: its shape, date and check character. A number contested
    with a reason is left to a person.
    """
    if command.by.role is _IMPORTER or not number_errors(_form_of(state, command), command.at):
        return True
    return "id_number" in contested_fields(command.contested)


@guard("challenge_required")
def proof_fresh(_: s.Draft | s.Returned, command: c.GrantConsent, policy: Policy) -> bool:
    """The guardian's phone was proved within the last minutes."""
    return 0 <= (command.at - command.proved_at).total_seconds() <= policy.account.proof_fresh_s


def _agrees(command: Any) -> bool:
    """Return whether the command names the text that was agreed to at the button."""
    return bool(command.consent_text.strip())


def _by_guardian(command: Any) -> bool:
    return command.by.role is Role.GUARDIAN and _agrees(command)


def _old_enough(form: Form, command: Any, policy: Policy) -> bool:
    age = age_at(form, command.at)
    return age is not None and age >= policy.consent_age_years


def _consent_age(_: Any, __: Any, policy: Policy) -> Mapping[str, Any]:
    return {"age": policy.consent_age_years}


@guard("guardian_consent_required")
def consented(state: s.Draft, command: c.Submit, policy: Policy) -> bool:
    """The guardian's consent names the displayed text; a student of sufficient age needs none."""
    if command.by.role is _IMPORTER or state.file.consent or _by_guardian(command):
        return True
    return _old_enough(state.form, command, policy)


@guard("student_consent_required", _consent_age)
def agreed(state: s.Draft, command: c.Submit, _: Policy) -> bool:
    """Whoever needs no guardian's consent has agreed to the displayed text."""
    return command.by.role is _IMPORTER or bool(state.file.consent) or _agrees(command)


def _standing_consent(state: Any, command: Any) -> bool:
    """Return whether the consent on file survives the new form: the guardian's only if it names them still."""
    file = state.file
    return bool(file.consent) and not (file.by_guardian and names_another_guardian(state.form, command.form))


@guard("guardian_consent_required")
def still_consented(state: Any, command: c.Amend | c.Resubmit | c.RequestCorrection, policy: Policy) -> bool:
    """
    The consent covers the new form too. The guardian's is void if the form names another guardian or phone;
    after consent by the student alone, the age by the new number suffices as well.
    """
    file, stands = state.file, _standing_consent(state, command)
    if file.basis is s.Basis.SCHOOL_ATTESTED or (file.by_guardian and stands) or _by_guardian(command):
        return True
    given = getattr(state, "handed_in", state.form)  # not a draft saved since
    same = stands and given.id_number == command.form.id_number
    return same or _old_enough(command.form, command, policy)


@guard("student_consent_required", _consent_age)
def still_agreed(state: Any, command: c.Amend | c.Resubmit | c.RequestCorrection, _: Policy) -> bool:
    """Whoever needs no guardian's consent has agreed to the displayed text, before or with the new form."""
    attested = state.file.basis is s.Basis.SCHOOL_ATTESTED
    return attested or _standing_consent(state, command) or _agrees(command)


@guard("guardian_consent_required")
def attested(_: s.Draft, command: c.Submit, policy: Policy) -> bool:
    """An importer's attestation counts only if the policy allows it."""
    by_file = command.basis is s.Basis.SCHOOL_ATTESTED
    return by_file == (command.by.role is _IMPORTER) and (
        not by_file or policy.file_consent == "school_attested"
    )


@guard("stale_revision", lambda state, _, __: {"current": state.revision})
def current(state: s.Submitted, command: c.RecordMatch, _: Policy) -> bool:
    """The answer is about the current revision."""
    return command.rev == state.revision


@guard("nothing_to_retry")
def deferred(state: s.PendingReview, _: c.RetryMatch, __: Policy) -> bool:
    """The review waits only because the registry was unavailable."""
    return state.match.reasons[:1] == ("SOURCE_UNAVAILABLE",)


@guard("nothing_changed")
def changed(state: Any, command: c.Amend | c.RequestCorrection, _: Policy) -> bool:
    """The new form differs from the old one."""
    return differs(state.form, command.form)


@guard("edit_limit_exceeded")
def edits_left(state: Any, command: c.Amend, policy: Policy) -> bool:
    """Edits of the current waiting period are left; a school's later file is not an edit by the applicant."""
    return command.by.role is _IMPORTER or state.tally.edits < policy.review.max_edits


@guard("reason_required")
def return_reasons(_: s.PendingReview, command: c.ReturnForCorrection, __: Policy) -> bool:
    """At least one field, each with a reason from the list."""
    for item in command.items:
        if item.code not in RETURN_REASONS:
            return False
    return bool(command.items)


@guard("return_limit_exceeded")
def returns_left(state: s.PendingReview, _: c.ReturnForCorrection, policy: Policy) -> bool:
    """Returns are left. After the last return a person approves or rejects, so there is no endless loop."""
    return state.tally.returns < policy.review.max_returns


@guard("reason_required")
def reject_reason(_: s.PendingReview, command: c.Reject, __: Policy) -> bool:
    """The reason is listed: a student is rejected only for a listed reason."""
    return command.code in REJECT_REASONS


@guard("appeal_limit_exceeded")
def appeals_left(state: s.Rejected, _: c.Appeal, policy: Policy) -> bool:
    """Appeals are left."""
    return state.tally.appeals < policy.review.max_appeals


@guard("reason_required")
def revoke_reason(_: Any, command: c.RevokeApplication, __: Policy) -> bool:
    """The reason is listed: an approval is revoked only for a listed reason."""
    return command.code in REVOKE_REASONS


@guard("not_approved")
def on_an_approval(
    state: s.Submitted | s.PendingReview | s.Returned, _: c.RevokeApplication, __: Policy
) -> bool:
    """The cycle rests on an approval that can be revoked; before an approval, the applicant withdraws."""
    return state.tally.cycle is not None


@guard("second_approval_required")
def seconded(_: Any, command: c.RevokeApplication, __: Policy) -> bool:
    """Two persons found the fraud."""
    return command.code != "FRAUD" or command.seconded_by not in {"", command.by.id}


@guard("nothing_to_end")
def in_grace(state: s.Submitted | s.PendingReview | s.Returned, command: c.EndGrace, _: Policy) -> bool:
    """A re-verification has a grace period, and it has ended."""
    cycle = state.tally.cycle
    if cycle is None or cycle.grace_until is None or cycle.grace_over:
        return False
    return command.at >= cycle.grace_until


def _unanswered(state: s.Returned, command: c.Resubmit) -> list[str]:
    asked = {item.field for item in state.items} - contested_fields(command.contested)
    return sorted(field for field in asked if not answered_by(field, state.handed_in, command.form))


def _contested_too_often(state: s.Returned, command: c.Resubmit, policy: Policy) -> list[str]:
    used = state.tally.contests
    return sorted(f for f in contested_fields(command.contested) if used.count(f) >= policy.review.max_contests)


@guard("contest_limit_exceeded", lambda s, c, p: {"fields": _contested_too_often(s, c, p)})
def contests_left(state: s.Returned, command: c.Resubmit, policy: Policy) -> bool:
    """Contests of every contested field are left."""
    return not _contested_too_often(state, command, policy)


@guard("unresolved_return_items", lambda state, command, _: {"fields": _unanswered(state, command)})
def items_answered(state: s.Returned, command: c.Resubmit, _: Policy) -> bool:
    """Every item is changed, or contested with a note; a school's later file only needs to differ."""
    if command.by.role is _IMPORTER:
        return differs(state.handed_in, command.form)
    return not _unanswered(state, command)


@guard("link_unknown")
def linked(state: Any, command: c.UnlinkGuardian, _: Policy) -> bool:
    """The guardian is linked to the application."""
    return any(g.account_id == command.guardian for g in state.file.guardians)
