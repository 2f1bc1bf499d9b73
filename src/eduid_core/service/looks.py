"""The record of each look at a student's data in the clear, found again by the application (谁看过)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from hashlib import sha256

from eduid_core.plugins import Document, Store
from eduid_core.service.codec.serialize import dumps, loads
from eduid_core.service.reading.values import Look
from eduid_core.workflow import Role

__all__ = ["look_document", "looks_at"]


def _kind(application_id: str) -> str:
    """Return the kind of the documents about one application: it fits the column, however long the id is."""
    return f"looks/{sha256(application_id.encode()).hexdigest()[:40]}"


def look_document(
    application_id: str, nonce: str, *, at: dt.datetime, by: str, role: Role, fields: Sequence[str], reason: str
) -> Document:
    """Return the record of a look, which stands beside its entry in the ledger."""
    told = {"at": at.isoformat(), "by": by, "role": role.value, "fields": sorted(fields), "reason": reason}
    return Document(_kind(application_id), f"{at.timestamp():020.6f}/{nonce}", dumps(told))


def looks_at(store: Store, application_id: str) -> tuple[Look, ...]:
    """Return the looks at an application, oldest first."""
    return tuple(_look(body) for body in store.documents(_kind(application_id)).values())


def _look(body: bytes) -> Look:
    told = loads(body)
    return Look(
        by=told["by"],
        role=Role(told["role"]),
        at=dt.datetime.fromisoformat(told["at"]),
        fields=tuple(told["fields"]),
        reason=told["reason"],
    )
