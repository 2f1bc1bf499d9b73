"""
Compute the result of a single form: the current result if the form is unchanged, otherwise a
registry match.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Final, assert_never

import attrs

from eduid_core.matching import Application as Form
from eduid_core.matching import Found, Verdict, not_compared
from eduid_core.plugins import RegistryQuery, RegistrySource
from eduid_core.private import IdNumber
from eduid_core.service.batch.records import BatchRow
from eduid_core.service.erasure import Erased
from eduid_core.service.executor import IntentExecutor
from eduid_core.service.handlers.dispatch import match_result, report_not_compared, result_of
from eduid_core.service.intents import Load
from eduid_core.workflow import Policy
from eduid_core.workflow.application import states as status
from eduid_core.workflow.application.states import ApplicationState
from eduid_core.workflow.forms import differs, person_of

__all__ = ["Assessment", "Assessor", "Matching", "unchanged"]

RETURNED = "returned"

Known = ApplicationState | Erased
"""The states in which a file row can find its application."""

Matching = Callable[[Sequence[Form]], Sequence[Verdict | None]]
"""
Takes forms and returns for each the verdict of `match` against the registry, or None to leave it to `match`.

An engine that works on whole columns provides it; its only input is the forms themselves.
"""


def unchanged(state: Known | None, form: Form) -> bool:
    """Return whether *form* equals the form that an application in *state* was judged by."""
    match state:
        case None | status.Draft() | status.Submitted():
            return False
        case status.PendingReview() | status.Returned() | status.Approved():
            return not differs(state.form, form)
        case status.Rejected() | status.Withdrawn() | status.Expired() | status.Revoked() | status.Superseded():
            return True
        case Erased():
            return True
    assert_never(state)


def standing(state: Known) -> status.MatchResult:
    """Return the result that an unchanged application keeps."""
    match state:
        case status.Approved():
            result = state.evidence.match
            if state.evidence.method.startswith("registry"):
                return result
            return attrs.evolve(result, outcome="approved", reasons=("APPROVED_BY_PERSON",), tier=0)
        case status.PendingReview():
            return state.match
        case status.Returned():
            codes = dict.fromkeys(item.code for item in state.items)
            return state.match or status.MatchResult(RETURNED, ("RETURNED_BY_PERSON", *codes))
        case status.Rejected() | status.Withdrawn() | status.Expired() | status.Revoked() | status.Superseded():
            return _CLOSED
        case Erased() | status.Draft() | status.Submitted():
            return _CLOSED
    assert_never(state)


_CLOSED: Final = status.MatchResult("review", ("APPLICATION_CLOSED",), tier=1)
"""The result of a row whose application has ended: the row has no effect on it."""


@attrs.frozen
class Assessment:
    """A form, its result as a single form, and whether it is new to its application."""

    form: Form
    result: status.MatchResult
    fresh: bool

    @property
    def person(self) -> IdNumber | None:
        """Return the person of a valid application; None for a return or a form that names no person."""
        return person_of(self.form) if self.result.outcome != RETURNED else None


@attrs.frozen(kw_only=True)
class Assessor:
    """
    Judges forms against the registry as of a day.

    *matching* is optional; it uses the registry with the digest *snapshot*.
    """

    executor: IntentExecutor
    registry: RegistrySource
    policy: Policy
    as_of: dt.date
    matching: Matching | None = None
    snapshot: str = ""

    def alone(self, rows: Sequence[BatchRow]) -> list[Assessment]:
        """Return the result of each of *rows* as a single form; an unchanged form keeps its result."""
        forms = [row.form for row in rows]
        loaded = self.executor.perform_many([Load("application", form.application_id) for form in forms])
        stands = [
            standing(one.state) if one.state is not None and unchanged(one.state, form) else None
            for form, one in zip(forms, loaded, strict=True)
        ]
        fresh = [form for form, stood in zip(forms, stands, strict=True) if stood is None]
        results = iter(self._results(fresh))
        return [
            Assessment(form, next(results) if stood is None else stood, stood is None)
            for form, stood in zip(forms, stands, strict=True)
        ]

    def _results(self, forms: Sequence[Form]) -> list[status.MatchResult]:
        if self.matching is None or self.policy.file_consent == "required":
            return [self(form) for form in forms]
        verdicts = self.matching(forms)
        results = {each: result_of(v, self.snapshot) for each, v in {id(v): v for v in verdicts if v}.items()}
        return [results.get(id(v)) or self(form) for form, v in zip(forms, verdicts, strict=True)]

    def __call__(self, form: Form, live: int = 0, approved: int = 0) -> status.MatchResult:
        """Return the result of *form*, given the numbers of the person's other live and approved forms."""
        if self.policy.file_consent == "required":
            return status.MatchResult(RETURNED, ("CONSENT_REQUIRED",))
        try:
            answer = self.registry.find(RegistryQuery(person=person_of(form), form=form))
        except Exception as error:  # noqa: BLE001 - one row must not end the run
            report_not_compared(type(error).__name__)
            return result_of(not_compared(), self.snapshot)
        found = Found(
            rows=answer.rows,
            schools=answer.schools,
            as_of=self.as_of,
            snapshot=answer.snapshot,
            also_applied=("live",) * live + ("approved",) * approved,
            available=answer.available,
        )
        return match_result(form, found, self.policy)
