"""Links as their two sides see them: the guardians of a case, and the children of a guardian's account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Iterator
from typing import Any

from eduid_core.private import PrivateText
from eduid_core.service.intents import FindHolders, Load, Loaded
from eduid_core.service.reading.values import GuardianLine, LinkLine
from eduid_core.workflow.account import states as account
from eduid_core.workflow.links import ACTING

__all__ = ["guardians_of", "links_of"]


def _standing(account_id: str) -> Generator[Any, Any, Any]:
    loaded: Loaded = yield Load("account", account_id)
    state = loaded.state
    return state if isinstance(state, account.ActiveAccount | account.LockedAccount) else None


def guardians_of(application_id: str, opened_by: str, at: dt.datetime) -> Generator[Any, Any, Any]:
    """Return the guardians linked to an application, or to the account that opened it, and those who ask."""
    found: list[GuardianLine] = []
    for child in dict.fromkeys((application_id, opened_by)):
        holders: tuple[str, ...] = (yield FindHolders("guardian", PrivateText(child))) if child else ()
        for account_id in holders:
            state = yield from _standing(account_id)
            if state is not None:
                found += _lines(state, child, at)
    return tuple(found)


def _lines(state: Any, child: str, at: dt.datetime) -> Iterator[GuardianLine]:  # noqa: ANN401 - an account
    for one in (*state.standing.links, *state.standing.askings):
        asked = isinstance(one, account.Asking)
        if one.child == child and not (asked and at >= one.until):
            yield GuardianLine(
                account_id=state.person.account_id,
                link=one.id,
                phone=state.person.phone.screen(),
                way=one.way.value,
                asked=asked,
                acts=not asked and one.way in ACTING,
            )


def links_of(account_id: str, at: dt.datetime) -> Generator[Any, Any, Any]:
    """Return the links of an account and its open requests; whom a request found is not told."""
    state = yield from _standing(account_id)
    if state is None:
        return ()
    linked = tuple(
        LinkLine(link=x.id, child=x.child, way=x.way.value, asked=False, acts=x.way in ACTING)
        for x in state.standing.links
    )
    return (
        *linked,
        *(
            LinkLine(link=a.id, child="", way="", asked=True, acts=False, until=a.until)
            for a in state.standing.askings
            if at < a.until
        ),
    )
