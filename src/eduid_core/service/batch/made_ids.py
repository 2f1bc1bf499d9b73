"""Applications that the students of a file without ids already have: their ids are used again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from eduid_core.service.batch.plan import chunks
from eduid_core.service.batch.records import BatchRow
from eduid_core.service.executor import IntentExecutor
from eduid_core.service.intents import FindHolders, Load
from eduid_core.workflow.application.states import ApplicationFile, Basis

__all__ = ["ids_in_store"]

_KINDS: Final = ("live_person", "person")
"""Where the application of a person is looked for: the live ones first, then the approved ones."""


def ids_in_store(executor: IntentExecutor, rows: Iterable[BatchRow], prefix: str) -> dict[str, str]:
    """
    Return the made id of a row -> the id of the application that the importer opened for its person.

    Made ids begin with *prefix*. Each application is used for one row: a second row of the person keeps its
    made id.
    """
    found: dict[str, str] = {}
    used: set[str] = set()
    for chunk in chunks(rows):
        ids = ((row.form.application_id, row.person) for row in chunk)
        held = [(made, person) for made, person in ids if person is not None and made.startswith(prefix)]
        intents = [FindHolders(kind, person) for _, person in held for kind in _KINDS]
        owners: Sequence[Sequence[str]] = executor.perform_many(intents)
        imported = _imported(executor, {one for some in owners for one in some})
        for place, (made, _) in enumerate(held):
            known = [one for some in owners[2 * place : 2 * place + 2] for one in sorted(some, reverse=True)]
            others = (one for one in known if one in imported - used and not one.startswith(prefix))
            usable = made if made in known else next(others, None)
            if usable is not None:
                used.add(usable)
                found[made] = usable
    return found


def _imported(executor: IntentExecutor, ids: Iterable[str]) -> set[str]:
    """Return those of *ids* that a file run opened."""
    wanted = sorted(ids)
    loaded = executor.perform_many([Load("application", one) for one in wanted])
    return {one for one, stream in zip(wanted, loaded, strict=True) if _is_imported(stream.state)}


def _is_imported(state: object) -> bool:
    file = getattr(state, "file", None)
    return isinstance(file, ApplicationFile) and file.basis is Basis.SCHOOL_ATTESTED
