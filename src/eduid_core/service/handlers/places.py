"""The places of a case and of an account: the class and school whose reviewers they concern."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Final

from eduid_core.plugins import RegistryAnswer, RegistryQuery
from eduid_core.private import PrivateText
from eduid_core.service.intents import FindHolders, Load, Loaded, QueryRegistry
from eduid_core.validation.schooling.class_form import class_form
from eduid_core.workflow.forms import person_of

__all__ = ["Place", "case_of", "place_of", "places_of_account"]

Place = tuple[str, str]
"""School code and class, as the registry names them; blank where neither is known."""
NOWHERE: Final[Place] = ("", "")
_MOST: Final = 20
"""The most applications and grants of an account that are looked at."""


def case_of(application_id: str) -> Generator[Any, Any, Place]:
    """
    Return the place of an application: that of its review or last comparison, or else that of the student in
    the registry.

    A place that is not known is covered by the district alone.
    """
    opened: Loaded = yield Load("review_task", application_id)
    brief = getattr(opened.state, "brief", None)
    if brief is not None and any(brief.class_ref):
        return (brief.class_ref[0], brief.class_ref[1])
    found: Loaded = yield Load("application", application_id)
    form, file = getattr(found.state, "form", None), getattr(found.state, "file", None)
    if form is None or file is None:
        return NOWHERE
    if any(file.place):
        return (file.place[0], file.place[1])
    answer: RegistryAnswer = yield QueryRegistry(RegistryQuery(person=person_of(form), form=form))
    held = _held_at(answer)
    return held if any(held) else answer.class_ref


def _held_at(answer: RegistryAnswer) -> Place:
    """Return the class of the student's own rows, if it is one."""
    held = {(row.school_code.strip(), class_form(row.class_name, row.grade)) for row in answer.rows}
    return held.pop() if len(held) == 1 else NOWHERE


def place_of(application_id: str, answer: RegistryAnswer) -> Generator[Any, Any, Place]:
    """
    Return where the review of a form belongs: the class it names, which of a visiting student is not the one of
    the registry's row; if there is no such class, that of the row; else the school it names. Where the registry
    tells nothing, the place of an earlier review stands.
    """
    held = _held_at(answer)
    place = held if any(held) and not answer.class_ref[1] else answer.class_ref
    if any(place):
        return place
    opened: Loaded = yield Load("review_task", application_id)
    brief = getattr(opened.state, "brief", None)
    return brief.class_ref if brief is not None else NOWHERE


def places_of_account(account_id: str) -> Generator[Any, Any, tuple[Place, ...]]:
    """Return the places of the account's applications, and the schools of its grants."""
    places: dict[Place, None] = {}
    for application_id in (yield FindHolders("applicant", PrivateText(account_id)))[:_MOST]:
        places[(yield from case_of(application_id))] = None
    for grant_id in (yield FindHolders("seat", PrivateText(account_id)))[:_MOST]:
        loaded: Loaded = yield Load("reviewer_grant", grant_id)
        claim = getattr(loaded.state, "claim", None)
        if claim is not None:
            places[claim.school_code, ""] = None
    return tuple(places)
