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
from eduid_core.matching import Found, Verdict, is_enrolled, not_compared
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
from eduid_core.workflow.forms import differs, is_another_person, person_of

__all__ = ["QUARANTINED", "Assessment", "Assessor", "Matching", "unchanged"]

RETURNED = "returned"
QUARANTINED: Final = "quarantined"

Known = ApplicationState | Erased
"""The states in which a file row can find its application."""

Matching = Callable[[Sequence[Form]], Sequence[Verdict | None]]
"""
Takes forms and returns for each the verdict of `match` against the registry, or None to leave it to `match`.

An engine that works on whole columns provides it; its only input is the forms themselves.
"""


def unchanged(state: Known | None, form: Form) -> bool:
    """
    Return whether a row with *form* has no effect on an application in *state*: it is what the last file
    brought, it equals the present form, or a person has edited that form since.
    """
    match state:
        case None | status.Draft() | status.Submitted() | status.Withdrawn(by_file=True):
            return False
        case status.PendingReview() | status.Returned() | status.Approved():
            brought = state.file.brought
            if brought is not None and (not differs(brought, form) or _edited(state)):
                return True
            return not differs(state.form, form)
        case status.Rejected() | status.Withdrawn() | status.Expired() | status.Revoked() | status.Superseded():
            return True
        case Erased():
            return True
    assert_never(state)


_Live = status.PendingReview | status.Returned | status.Approved


def _edited(state: _Live) -> bool:
    """Return whether the present form is a person's: it was edited after the last file, to another content."""
    brought = state.file.brought
    return brought is not None and state.file.is_edited and differs(brought, state.form)


def standing(state: Known, form: Form) -> status.MatchResult:
    """
    Return the result that an unchanged application keeps. If a person edited it since the last file, a row with
    the same content is noted, and another one is for a person, with both values.
    """
    result = _kept(state)
    if not isinstance(state, _Live) or not _edited(state):
        return result
    if not differs(state.form, form):
        return attrs.evolve(result, reasons=(*result.reasons, _BY_FAMILY))
    brought = state.file.brought
    return result if brought is not None and not differs(brought, form) else _BOTH


_BY_FAMILY: Final = "CHANGED_BY_FAMILY"
_BOTH: Final = status.MatchResult("review", (_BY_FAMILY,), tier=2)
"""The result of a row that differs from the form as a person edited it: the row does not overwrite it."""


def _kept(state: Known) -> status.MatchResult:
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


_OF_ANOTHER: Final = status.MatchResult(QUARANTINED, ("APPLICATION_ID_OF_ANOTHER",))
"""The result of a row under the id of another student's application, or of one that no file opened."""

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
        return person_of(self.form) if self.result.outcome not in {RETURNED, QUARANTINED} else None


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
        stands = [self._stands(one.state, form) for form, one in zip(forms, loaded, strict=True)]
        fresh = [form for form, stood in zip(forms, stands, strict=True) if stood is None]
        results = iter(self._results(fresh))
        return [
            Assessment(form, next(results) if stood is None else stood, stood is None)
            for form, stood in zip(forms, stands, strict=True)
        ]

    def _stands(self, state: Known | None, form: Form) -> status.MatchResult | None:
        """Return the result of a row that has no effect on the application in *state*; None for any other."""
        if state is None:
            return None
        if self._is_of_another(state, form):
            return _OF_ANOTHER
        return standing(state, form) if unchanged(state, form) else None

    def _is_of_another(self, state: Known, form: Form) -> bool:
        """Return whether no file opened the application in *state*, or it is another student's."""
        if isinstance(state, Erased) or (isinstance(state, status.Withdrawn) and state.by_file):
            return False
        if state.file.account_id or is_another_person(state.form, form):
            return True
        one, other = person_of(state.form), person_of(form)
        return one != other and self._is_enrolled(state.form) and self._is_enrolled(form)

    def _is_enrolled(self, form: Form) -> bool:
        """Return whether an active row of the registry holds the number of *form*."""
        person = person_of(form)
        if person is None:
            return False
        try:
            answer = self.registry.find(RegistryQuery(person=person, form=form))
        except Exception:  # noqa: BLE001 - reported when the row is judged
            return False
        return is_enrolled(person, answer.rows)

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
