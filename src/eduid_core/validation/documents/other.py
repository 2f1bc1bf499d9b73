"""Other documents (其他) without a known format: any short text, or none."""

from __future__ import annotations

from typing import Final

from eduid_core.findings import Severity
from eduid_core.validation.documents.spec import DocumentSpec
from eduid_core.validation.folding import fold
from eduid_core.validation.inspection import Inspection, conclude, found, ordered
from eduid_core.validation.kinds import Kind

__all__ = ["OTHER_DOCUMENT", "inspect_other", "no_number"]


def inspect_other(text: str) -> Inspection:
    """Inspect the number *text* of some other document; its form proves no identity."""
    typed = fold(text)
    wrong = [i for i, char in enumerate(typed.text) if not char.isprintable()]
    spans = [typed.span(i, i + 1) for i in wrong]
    findings = [found("BAD_CHARACTER", start, end, k=start + 1) for start, end in spans]
    return conclude(
        Kind.OTHER_DOCUMENT,
        typed.text,
        ordered((*findings, *typed.edits, found("FORMAT_ONLY", 0, typed.length))),
    )


def no_number(length: int) -> Inspection:
    """Return the inspection of another document without a number; a person has to check it."""
    return conclude(Kind.OTHER_DOCUMENT, "", (found("EMPTY", 0, length, Severity.DOUBT),))


OTHER_DOCUMENT: Final = DocumentSpec(
    kind=Kind.OTHER_DOCUMENT,
    inspect=lambda text, _: inspect_other(text),
    synthetic="TEST[0-9]{4}",
    texts=("其他", "Z"),
)
