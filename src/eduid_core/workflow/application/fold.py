"""How an application's events make its state. Total: an event that does not fit changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from eduid_core.workflow.actors import Actor, Role
from eduid_core.workflow.application import events as e
from eduid_core.workflow.application import states as s
from eduid_core.workflow.application.rules import RULES
from eduid_core.workflow.kernel import Event, State, Table

__all__ = ["TABLE"]

Fold = Callable[[Any, Any], Any]


def _on_file(step: Callable[[s.File, Any], State]) -> Fold:
    """Lift a step over the file to a fold that leaves a missing application missing."""
    return lambda state, event: step(state.file, event) if state is not None else None


def _opened(_: State | None, event: e.Opened) -> State:
    file = s.File(
        application_id=event.application_id,
        account_id=event.account_id,
        basis=s.Basis.GUARDIAN_CONSENT,
        policy_version=event.policy_version,
        form=event.form,
    )
    return s.Draft(file=file, since=event.stamp.at)


def _saved(state: Any, event: e.DraftSaved) -> Any:  # noqa: ANN401 - Draft
    return attrs.evolve(state, file=attrs.evolve(state.file, form=event.form)) if state is not None else None


def _flagged(state: Any, _: e.DuplicateFlagged) -> Any:  # noqa: ANN401 - any live status
    if state is None:
        return None
    flags = state.file.flags | {s.Flag.DUPLICATE_SUSPECTED}
    return attrs.evolve(state, file=attrs.evolve(state.file, flags=flags))


def _submitted(file: s.File, event: e.Submitted) -> State:
    file = attrs.evolve(file, revision=event.revision, basis=event.basis)
    return s.Submitted(file=file, since=event.stamp.at)


def _handed_in(file: s.File, event: e.Resubmitted) -> State:
    file = attrs.evolve(file, revision=event.revision, form=event.form, edits=0)
    return s.Submitted(file=file, since=event.stamp.at)


def _amended(file: s.File, event: e.Amended) -> State:
    file = attrs.evolve(
        file,
        revision=event.revision,
        form=event.form,
        edits=file.edits + 1,
        flags=file.flags | {s.Flag.AMENDED},
    )
    return s.Submitted(file=file, since=event.stamp.at)


def _correction(state: Any, event: e.CorrectionRequested) -> Any:  # noqa: ANN401 - Approved
    if not isinstance(state, s.Approved):
        return state
    file = attrs.evolve(
        state.file,
        revision=event.revision,
        form=event.form,
        baseline=s.Baseline(state.file.form, state.evidence),
        flags=state.file.flags | {s.Flag.CORRECTION},
    )
    return s.Submitted(file=file, since=event.stamp.at)


def _approved(file: s.File, event: e.AutoApproved | e.Approved) -> State:
    file = attrs.evolve(file, flags=frozenset(), baseline=None, returns=0, edits=0)
    return s.Approved(file=file, since=event.stamp.at, evidence=event.evidence)


def _returned(file: s.File, event: e.Returned) -> State:
    file = attrs.evolve(file, returns=file.returns + event.by_person)
    return s.Returned(file=file, since=event.stamp.at, items=event.items, match=event.match)


def _dropped(state: Any, event: e.CorrectionDropped) -> Any:  # noqa: ANN401 - a correction on its way
    if state is None or state.file.baseline is None:
        return state
    kept = state.file.baseline
    flags = state.file.flags - {s.Flag.CORRECTION}
    file = attrs.evolve(state.file, form=kept.form, baseline=None, flags=flags)
    return s.Approved(file=file, since=event.stamp.at, evidence=kept.evidence)


FOLD: dict[type[Event], Fold] = {
    e.Opened: _opened,
    e.DraftSaved: _saved,
    e.DuplicateFlagged: _flagged,
    e.CorrectionRequested: _correction,
    e.CorrectionDropped: _dropped,
    e.Submitted: _on_file(_submitted),
    e.Resubmitted: _on_file(_handed_in),
    e.Amended: _on_file(_amended),
    e.AutoApproved: _on_file(_approved),
    e.Approved: _on_file(_approved),
    e.ReviewRequested: _on_file(lambda f, ev: s.PendingReview(file=f, since=ev.stamp.at, match=ev.match)),
    e.Returned: _on_file(_returned),
    e.Withdrawn: _on_file(lambda f, ev: s.Withdrawn(file=f, since=ev.stamp.at)),
    e.Expired: _on_file(lambda f, ev: s.Expired(file=f, since=ev.stamp.at)),
}


def _own(state: Any, actor: Actor) -> bool:  # noqa: ANN401 - any status
    """A guardian or pupil acts on the applications of their own account."""
    if state is None or actor.role not in {Role.STUDENT, Role.GUARDIAN}:
        return True
    return bool(state.file.account_id == actor.id)


TABLE = Table(
    "application",
    within_reach=_own,
    states=(s.Draft, s.Submitted, s.PendingReview, s.Returned, s.Approved, s.Withdrawn, s.Expired),
    rules=RULES,
    fold=FOLD,
)
