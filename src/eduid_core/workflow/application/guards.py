"""The conditions of an application's rules, one refusal code each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eduid_core.workflow.actors import Role
from eduid_core.workflow.application import commands as c
from eduid_core.workflow.application import states as s
from eduid_core.workflow.forms import blank_fields, differing, number_errors
from eduid_core.workflow.kernel import guard
from eduid_core.workflow.policy import Policy

__all__ = [
    "attested",
    "changed",
    "complete",
    "consented",
    "current",
    "edits_left",
    "items_answered",
    "mended_complete",
    "reasons_given",
    "returns_left",
    "usable_number",
]


def _is_importer(command: Any) -> bool:  # noqa: ANN401 - any command
    return bool(command.by.role is Role.IMPORTER)


def _form_of(state: Any, command: Any) -> s.Form:  # noqa: ANN401 - any that carries a form
    form: s.Form = getattr(command, "form", None) or state.file.form
    return form


def _blank(state: Any, command: Any, _: Policy) -> Mapping[str, Any]:  # noqa: ANN401
    return {"fields": blank_fields(_form_of(state, command))}


# A file row is judged by matching, which names every gap at once and gives the row back; a person at a
# screen is told at the button.
@guard("field_required", _blank)
def complete(state: s.Draft, command: c.Submit, _: Policy) -> bool:
    """Nothing required is blank."""
    return _is_importer(command) or not blank_fields(state.file.form)


@guard("field_required", _blank)
def mended_complete(_: Any, command: c.Resubmit | c.Amend | c.RequestCorrection, __: Policy) -> bool:  # noqa: ANN401
    """Nothing required is blank in the new form."""
    return _is_importer(command) or not blank_fields(command.form)


def _why(state: Any, command: Any, _: Policy) -> Mapping[str, Any]:  # noqa: ANN401
    return {"why": number_errors(_form_of(state, command), command.at)}


@guard("invalid_id_number", _why)
def usable_number(state: Any, command: Any, _: Policy) -> bool:  # noqa: ANN401
    """The number can be right on the day of handing in: its shape, date and check character."""
    return _is_importer(command) or not number_errors(_form_of(state, command), command.at)


@guard("guardian_consent_required")
def consented(_: s.Draft, command: c.Submit, __: Policy) -> bool:
    """The guardian's consent names the text that was shown; the importer attests instead."""
    return _is_importer(command) or bool(command.consent_text)


@guard("guardian_consent_required")
def attested(_: s.Draft, command: c.Submit, policy: Policy) -> bool:
    """An importer's attestation counts only where the policy lets it."""
    by_file = command.basis is s.Basis.SCHOOL_ATTESTED
    return by_file == _is_importer(command) and (not by_file or policy.file_consent == "school_attested")


@guard("stale_revision", lambda state, _, __: {"current": state.revision})
def current(state: s.Submitted, command: c.RecordMatch, _: Policy) -> bool:
    """The answer is about the revision that stands."""
    return command.rev == state.revision


@guard("nothing_changed")
def changed(state: Any, command: c.Amend | c.RequestCorrection, _: Policy) -> bool:  # noqa: ANN401
    """The new form differs from the old one."""
    return bool(differing(state.file.form, command.form))


@guard("edit_limit_exceeded")
def edits_left(state: Any, command: c.Amend, policy: Policy) -> bool:  # noqa: ANN401
    """The edits of this waiting are not used up; a school's later file is no edit by the applicant."""
    return _is_importer(command) or state.file.edits < policy.review.max_edits


@guard("reason_required")
def reasons_given(_: s.PendingReview, command: c.ReturnForCorrection, __: Policy) -> bool:
    """At least one field with a reason from the list."""
    return bool(command.items)


@guard("return_limit_exceeded")
def returns_left(state: s.PendingReview, _: c.ReturnForCorrection, policy: Policy) -> bool:
    """After the last return a person approves or rejects; there is no endless loop."""
    return state.file.returns < policy.review.max_returns


def _unanswered(state: s.Returned, command: c.Resubmit) -> list[str]:
    answered = differing(state.file.form, command.form) | {field for field, why in command.contested if why}
    return sorted({item.field for item in state.items} - answered)


@guard("unresolved_return_items", lambda state, command, _: {"fields": _unanswered(state, command)})
def items_answered(state: s.Returned, command: c.Resubmit, _: Policy) -> bool:
    """Every item is changed, or contested with a note; a school's later file only needs to differ."""
    if _is_importer(command):
        return bool(differing(state.file.form, command.form))
    return not _unanswered(state, command)
