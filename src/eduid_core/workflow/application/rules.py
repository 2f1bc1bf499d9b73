"""The transition table of an application: the rows are the specification."""

from __future__ import annotations

from typing import Any

from eduid_core.workflow.actors import Role
from eduid_core.workflow.application import commands as c
from eduid_core.workflow.application import events as e
from eduid_core.workflow.application import guards as g
from eduid_core.workflow.application import states as s
from eduid_core.workflow.kernel import Event, Guard, Rule
from eduid_core.workflow.policy import Policy

__all__ = ["RULES"]

APPLICANT = frozenset({Role.STUDENT, Role.GUARDIAN, Role.IMPORTER})
SYSTEM = frozenset({Role.SYSTEM})
REVIEWER = frozenset({Role.TEACHER, Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN})

Events = tuple[Event, ...]


def _open(_: None, command: c.Open, policy: Policy) -> Events:
    return (
        e.Opened(
            stamp=command.stamp,
            application_id=command.subject,
            account_id=command.account_id,
            policy_version=policy.version,
            form=command.form,
            attestation=command.attestation,
        ),
    )


def _submit(state: s.Draft, command: c.Submit, _: Policy) -> Events:
    return (
        e.Submitted(
            stamp=command.stamp,
            revision=state.revision + 1,
            basis=command.basis,
            consent_text=command.consent_text,
        ),
    )


def _matched(state: s.Submitted, command: c.RecordMatch, _: Policy) -> Events:
    """Approve what agrees, give back what has gaps, ask a person about all the rest."""
    result, stamp = command.result, command.stamp
    if result.outcome == "returned":
        items = tuple(s.ReturnItem(field, code) for field, code, _ in result.fields)
        items = items or tuple(s.ReturnItem("form", code) for code in result.reasons)
        return (e.Returned(stamp=stamp, items=items, by_person=False, match=result),)
    if result.outcome == "approved" and s.Flag.DUPLICATE_SUSPECTED not in state.file.flags:
        evidence = s.Evidence(method="registry@1", by=stamp.by, revision=state.revision, match=result)
        return (e.AutoApproved(stamp=stamp, evidence=evidence),)
    return (e.ReviewRequested(stamp=stamp, revision=state.revision, match=result, teacher=command.teacher),)


def _approved(state: s.PendingReview, command: c.Approve, _: Policy) -> Events:
    evidence = s.Evidence(
        method=f"review:{command.basis}", by=command.by.id, revision=state.revision, match=state.match
    )
    return (e.Approved(stamp=command.stamp, evidence=evidence),)


def _resubmit(state: s.Returned, command: c.Resubmit, _: Policy) -> Events:
    return (
        e.Resubmitted(
            stamp=command.stamp,
            revision=state.revision + 1,
            form=command.form,
            contested=command.contested,
        ),
    )


def _amend(state: s.Submitted | s.PendingReview, command: c.Amend, _: Policy) -> Events:
    return (e.Amended(stamp=command.stamp, revision=state.revision + 1, form=command.form),)


def _correct(state: s.Approved, command: c.RequestCorrection, _: Policy) -> Events:
    return (e.CorrectionRequested(stamp=command.stamp, revision=state.revision + 1, form=command.form),)


def _end(kind: type[e.Withdrawn | e.Expired]) -> Any:  # noqa: ANN401 - an emitter
    """End the application, or, of a correction, only the correction: the approved form stands."""

    def emit(state: Any, command: Any, _: Policy) -> Events:  # noqa: ANN401
        dropped = s.Flag.CORRECTION in state.file.flags
        return (e.CorrectionDropped(stamp=command.stamp) if dropped else kind(stamp=command.stamp),)

    return emit


def _row(  # noqa: PLR0917 - positional, so that a row below is a line
    id_: str,
    at: type[s.Draft | s.Submitted | s.PendingReview | s.Returned | s.Approved] | None,
    command: Any,  # noqa: ANN401 - a command class
    actors: frozenset[Role],
    emit: Any,  # noqa: ANN401 - an emitter
    to: tuple[Any, ...],
    events: tuple[Any, ...],
    *guards: Guard,
) -> Rule:
    return Rule(id=id_, at=at, command=command, actors=actors, emit=emit, to=to, events=events, guards=guards)


def _saved(_: Any, command: c.Save, __: Policy) -> Events:  # noqa: ANN401
    return (e.DraftSaved(stamp=command.stamp, form=command.form),)


def _returned(_: Any, command: c.ReturnForCorrection, __: Policy) -> Events:  # noqa: ANN401
    return (e.Returned(stamp=command.stamp, items=command.items, by_person=True),)


def _flagged(_: Any, command: c.FlagDuplicate, __: Policy) -> Events:  # noqa: ANN401
    return (e.DuplicateFlagged(stamp=command.stamp),)


_MATCHED = (e.AutoApproved, e.ReviewRequested, e.Returned)
_withdraw, _expire = _end(e.Withdrawn), _end(e.Expired)
_withdrawn = (s.Withdrawn, s.Approved), (e.Withdrawn, e.CorrectionDropped)
_expired = (s.Expired, s.Approved), (e.Expired, e.CorrectionDropped)

RULES = (
    _row("P1", None, c.Open, APPLICANT, _open, (s.Draft,), (e.Opened,)),
    _row("P2a", s.Draft, c.Save, APPLICANT, _saved, (s.Draft,), (e.DraftSaved,)),
    _row("P4", s.Draft, c.Submit, APPLICANT, _submit, (s.Submitted,), (e.Submitted,),
         g.complete, g.usable_number, g.consented, g.attested),
    _row("P5", s.Submitted, c.RecordMatch, SYSTEM, _matched,
         (s.Approved, s.PendingReview, s.Returned), _MATCHED, g.current),
    _row("P7a", s.Draft, c.FlagDuplicate, SYSTEM, _flagged, (s.Draft,), (e.DuplicateFlagged,)),
    _row("P7b", s.PendingReview, c.FlagDuplicate, SYSTEM, _flagged, (s.PendingReview,), (e.DuplicateFlagged,)),
    _row("P7c", s.Returned, c.FlagDuplicate, SYSTEM, _flagged, (s.Returned,), (e.DuplicateFlagged,)),
    _row("P9a", s.Submitted, c.Amend, APPLICANT, _amend, (s.Submitted,), (e.Amended,),
         g.changed, g.mended_complete, g.edits_left),
    _row("P9b", s.PendingReview, c.Amend, APPLICANT, _amend, (s.Submitted,), (e.Amended,),
         g.changed, g.mended_complete, g.edits_left),
    _row("P10", s.PendingReview, c.ReturnForCorrection, REVIEWER, _returned, (s.Returned,), (e.Returned,),
         g.reasons_given, g.returns_left),
    _row("P11", s.Returned, c.Resubmit, APPLICANT, _resubmit, (s.Submitted,), (e.Resubmitted,),
         g.items_answered, g.mended_complete, g.usable_number),
    _row("P12", s.PendingReview, c.Approve, REVIEWER, _approved, (s.Approved,), (e.Approved,)),
    _row("P17a", s.Draft, c.Withdraw, APPLICANT, _withdraw, (s.Withdrawn,), (e.Withdrawn,)),
    _row("P17b", s.Submitted, c.Withdraw, APPLICANT, _withdraw, *_withdrawn),
    _row("P17c", s.PendingReview, c.Withdraw, APPLICANT, _withdraw, *_withdrawn),
    _row("P17d", s.Returned, c.Withdraw, APPLICANT, _withdraw, *_withdrawn),
    _row("P18a", s.Draft, c.Expire, SYSTEM, _expire, (s.Expired,), (e.Expired,)),
    _row("P18b", s.Returned, c.Expire, SYSTEM, _expire, *_expired),
    _row("P21", s.Approved, c.RequestCorrection, APPLICANT, _correct, (s.Submitted,), (e.CorrectionRequested,),
         g.changed, g.mended_complete),
)  # fmt: skip
"""Rows, numbered as in the lifecycle's specification."""
