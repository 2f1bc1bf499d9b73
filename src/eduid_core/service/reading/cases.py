"""One application as its reader may see it: for the family, for a reviewer, for an operator."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator
from typing import Any, Final

import attrs

from eduid_core.china import CHINA
from eduid_core.findings import Refused
from eduid_core.private import Private
from eduid_core.service.handlers.dispatch import also_applied
from eduid_core.service.intents import Load, Loaded
from eduid_core.service.reading.access import reading_refused
from eduid_core.service.reading.guardians import guardians_of
from eduid_core.service.reading.values import Case, CaseLine, NextStep
from eduid_core.workflow import Command, Policy, Role, State
from eduid_core.workflow.application import states as status
from eduid_core.workflow.forms import FIELDS
from eduid_core.workflow.review_task import states as task

__all__ = ["FAMILY", "Deadlines", "case_of_actor", "line_of", "match_of"]


@attrs.frozen
class Deadlines:
    """The deadlines of a deployment: the next one of a state, and the last day whose holidays are decreed."""

    of: Callable[[State | None], dt.datetime | None]
    horizon: dt.date

    def __call__(self, state: State | None) -> dt.datetime | None:
        """Return the next deadline of *state*."""
        return self.of(state)


FAMILY: Final = (Role.STUDENT, Role.GUARDIAN)
_OPEN: Final = (task.Unassigned, task.Assigned, task.InReview, task.AwaitingSecond)
_NEXT: Final[dict[type, Any]] = {
    status.Draft: "family",
    status.Returned: "family",
    status.Rejected: "family",
    status.Submitted: "system",
}


def _loaded(aggregate: str, key: str) -> Generator[Any, Any, Any]:
    found: Loaded = yield Load(aggregate, key)
    return found.state


def match_of(state: Any) -> status.MatchResult | None:  # noqa: ANN401 - any status
    """Return the last result of the registry in *state*: of the review, the return or the approval."""
    evidence = getattr(state, "evidence", None)
    found: status.MatchResult | None = getattr(state, "match", None) or (evidence.match if evidence else None)
    return found


def _next_step(state: Any, opened: Any, due: Deadlines) -> NextStep:  # noqa: ANN401 - any status of the two
    until = due(state)
    if isinstance(state, status.PendingReview):
        reviewer = getattr(opened, "assignee", "") if isinstance(opened, _OPEN) else ""
        who: Any = "reviewer" if reviewer else "operator"
        provisional = until is not None and until.astimezone(CHINA).date() > due.horizon
        return NextStep(who=who, reviewer=reviewer, until=until, provisional=provisional)
    who = _NEXT.get(type(state), "nobody")
    return NextStep(who=who, until=None if who == "nobody" else until)


def line_of(key: str, due: Deadlines, *, clear: bool) -> Generator[Any, Any, CaseLine | None]:
    """Return the line of an application in a list, the name *clear* or masked; None if it has no form."""
    state = yield from _loaded("application", key)
    if getattr(state, "form", None) is None:
        return None
    opened = yield from _loaded("review_task", key)
    return CaseLine(**_line(key, state, opened, due, clear=clear))


def _line(key: str, state: Any, opened: Any, due: Deadlines, *, clear: bool) -> dict[str, Any]:  # noqa: ANN401
    school, class_name = state.file.place
    return {
        "id": key,
        "status": state.status,
        "revision": state.revision,
        "since": state.since,
        "school_code": school,
        "class_name": class_name,
        "name": _shown(state.form.name, clear=clear),
        "next_step": _next_step(state, opened, due),
    }


def _shown(value: str | Private, *, clear: bool) -> str:
    if not isinstance(value, Private):
        return value
    return value.reveal("shown to the family") if clear else value.screen()


def case_of_actor(look: Command, policy: Policy, due: Deadlines) -> Generator[Any, Any, Case | Refused]:
    """Return the application that *look* asks for, as its actor may see it, or the refusal."""
    refused = yield from reading_refused("find", look, policy)
    if refused is not None:
        return refused
    key, family = look.subject, look.by.role in FAMILY
    state = yield from _loaded("application", key)
    if getattr(state, "form", None) is None:
        return Refused("forbidden")
    opened = yield from _loaded("review_task", key)
    return Case(
        **_line(key, state, opened, due, clear=family),
        **_codes(state, family=family),
        fields={name: _shown(getattr(state.form, name), clear=family) for name in FIELDS},
        items=tuple((i.field, i.code, i.note.reveal("shown")) for i in getattr(state, "items", ())),
        others=() if family else (yield from _others(state, key)),
        card=getattr((yield from _loaded("card", key)), "status", ""),
        comms_card=getattr((yield from _loaded("comms_card", key)), "status", ""),
        draft=state.file.drafts,
        guardians=(yield from guardians_of(key, state.file.account_id, look.at)),
    )


def _codes(state: Any, *, family: bool) -> dict[str, Any]:  # noqa: ANN401 - any status
    """Return the codes of the comparison; a family learns nothing of the registry from a form under review."""
    match = match_of(state)
    if match is None or (family and not isinstance(state, status.Returned)):
        return {"reasons": ("UNDER_REVIEW",) if isinstance(state, status.PendingReview) else ()}
    differences = {field: code for field, code, _ in match.fields}
    return {"reasons": match.reasons, "differences": differences, "tier": match.tier}


def _others(state: Any, key: str) -> Generator[Any, Any, tuple[str, ...]]:  # noqa: ANN401 - any status
    found = yield from also_applied(state.form, key)
    return (*found["live"], *found["approved"])
