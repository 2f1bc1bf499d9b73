"""The guardian's phone beside the registry's: it proves nothing of the student, another one is a warning."""

from __future__ import annotations

from eduid_core.matching.records import Application, RegistryRow
from eduid_core.validation.kinds import Kind
from eduid_core.validation.phones.inspect import inspect_phone

__all__ = ["mobile_digits", "phone_differs"]


def mobile_digits(text: str) -> str:
    """
    Return the eleven digits of a mainland mobile number, however it is written; empty for any other text.

    >>> mobile_digits("+86 154-0000-1234"), mobile_digits("025-52345678")
    ('15400001234', '')
    """
    inspection = inspect_phone(text, kind=Kind.MOBILE) if text else None
    if inspection is None or not inspection.valid or inspection.kind is not Kind.MOBILE:
        return ""
    return inspection.canonical.reveal("matching") if inspection.canonical is not None else ""


def phone_differs(form: Application, row: RegistryRow) -> bool:
    """Return whether registry and form each name a mobile number of the guardian, and they differ."""
    held = row.guardian_phone.reveal("matching")
    typed = form.guardian_phone.reveal("matching")
    if not held or not typed or held == typed:
        return False
    theirs = mobile_digits(held)
    return bool(theirs) and theirs != mobile_digits(typed)
