"""
Detect the kinds of number that a text can be, best first; never a single guess.

A kind with a check character that matches comes first, then a kind with a matching form only, then a kind with
a wrong check character.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from eduid_core.messages import codes_with
from eduid_core.validation.context import Context
from eduid_core.validation.divisions.lookup import PERMITS
from eduid_core.validation.documents.catalogue import EXAMINERS, FAMILIES
from eduid_core.validation.documents.check_digits import organisation_fits
from eduid_core.validation.documents.spec import examine
from eduid_core.validation.folding import Typed, fold
from eduid_core.validation.inspection import Inspection, conclude, found, ordered
from eduid_core.validation.kinds import Kind
from eduid_core.validation.phones import inspect

__all__ = ["Confidence", "KindCandidate", "candidates", "inspect_as", "recognise"]


class Confidence(enum.StrEnum):
    """The confidence that a text is of a kind."""

    CHECKED = "checked"
    FORMAT_ONLY = "format_only"
    BROKEN = "broken"


@attrs.frozen
class KindCandidate:
    """A kind that a text can be, the confidence, and the inspection of the text as that kind."""

    kind: Kind
    confidence: Confidence
    inspection: Inspection


_RANK: Final = {confidence: i for i, confidence in enumerate(Confidence)}
_SHAPE: Final = codes_with("other_kind")
"""Findings that indicate another kind of number."""

_PHONE: Final = re.compile(r"(?:TEL:)?(?:\+|00)[0-9]{7,15}|(?:86|0|1[0-9]{4})?1[3-9][0-9]{9}|0[1-9][0-9]{8,10}")
_LIKELY: Final = tuple(
    (re.compile(pattern, re.DOTALL), kind)
    for pattern, kind in (
        (r"(?:\+?86)?1[3-9][0-9]{9}(?:[^0-9].*|1[3-9][0-9]{9})", Kind.MOBILE),
        (r"[GJL].{17,20}", Kind.STUDENT_NUMBER),
        (r".{15}", Kind.RESIDENT_ID_15),
        (r"9.{17}", Kind.FOREIGN_PERMANENT_RESIDENT),
        (r".{14,20}", Kind.RESIDENT_ID),
        (r"[0-9]{3,6}|[0-9LIO|].{6,12}|\+.{7,19}", Kind.MOBILE),
    )
)
"""The most likely intended kinds of a text that fits no kind, if most of it is digits."""


# A passport of another country fits nearly all; the 18-digit cards are distinguished by their first digits.
_NOT_TRIED: Final = (Kind.PASSPORT_OTHER, Kind.RESIDENCE_PERMIT, Kind.FOREIGN_PERMANENT_RESIDENT)


def _kinds_by_length() -> Mapping[int, tuple[Kind, ...]]:
    table: dict[int, tuple[Kind, ...]] = {}
    for kind, family in FAMILIES.items():
        if kind in _NOT_TRIED:
            continue
        for size in sorted({len(t) for t in family.templates} | set(family.printed)):
            table[size] = (*table.get(size, ()), kind)
    return table


_DIGITS: Final = frozenset("0123456789")
_BY_LENGTH: Final = _kinds_by_length()


def candidates(text: str, typed: Typed, setting: Context) -> tuple[KindCandidate, ...]:
    """Return the kinds that *text*, folded *typed*, can be, best first; empty if none fits."""
    fitting = [_candidate(i) for i in _tries(text, typed, setting) if _has_the_shape(i)]
    return tuple(sorted(fitting, key=lambda c: _RANK[c.confidence]))


def inspect_as(kind: Kind, text: str, typed: Typed, setting: Context) -> Inspection:
    """Inspect *text*, folded *typed*, as a number of *kind*; the text is folded once for all families."""
    family = FAMILIES.get(kind)
    return EXAMINERS[kind](text, setting) if family is None else examine(family, typed, setting)


def _tries(text: str, typed: Typed, setting: Context) -> Iterator[Inspection]:
    folded = typed.text
    if _PHONE.fullmatch(folded):
        phone = inspect.inspect_phone(text)
        yield inspect.inspect_phone(text, kind=Kind.LANDLINE) if phone.kind is Kind.LANDLINE else phone
        return  # eleven digits that start with 1 are a phone, never an ID
    if "<" in folded:
        yield EXAMINERS[Kind.PASSPORT_MRZ_TD3](text, setting)
    for kind in _BY_LENGTH.get(len(folded), ()):
        yield inspect_as(_by_prefix(kind, folded), text, typed, setting)


def _by_prefix(kind: Kind, folded: str) -> Kind:
    """Return the sibling of *kind* indicated by the first digits of *folded*."""
    if kind is not Kind.RESIDENT_ID:
        return kind
    if folded[:1] == "9":
        return Kind.FOREIGN_PERMANENT_RESIDENT
    return Kind.RESIDENCE_PERMIT if f"{folded[:2]}0000" in PERMITS else kind


def _has_the_shape(inspection: Inspection) -> bool:
    return inspection.kind is not None and not any(f.code in _SHAPE for f in inspection.findings)


def _candidate(inspection: Inspection) -> KindCandidate:
    kind = inspection.kind or Kind.OTHER_DOCUMENT
    if not inspection.valid:
        return KindCandidate(kind, Confidence.BROKEN, inspection)
    checked = kind is Kind.PASSPORT_MRZ_TD3 or (kind in FAMILIES and FAMILIES[kind].checked)
    return KindCandidate(kind, Confidence.CHECKED if checked else Confidence.FORMAT_ONLY, inspection)


def recognise(text: str, setting: Context) -> Inspection:
    """Inspect *text* as the kind it fits best, with the others in `also`."""
    typed = fold(text)
    fitting = candidates(text, typed, setting)
    if not fitting:
        return _guess(text, typed, setting)
    best, others = fitting[0], fitting[1:]
    also = tuple(dict.fromkeys(c.kind for c in others if c.inspection.valid and c.kind is not best.kind))
    findings = best.inspection.findings
    if also and best.confidence is Confidence.FORMAT_ONLY:
        findings = ordered((*findings, found("KIND_AMBIGUOUS", 0, len(text))))
    if best.confidence is Confidence.BROKEN and organisation_fits(typed.text):
        findings = ordered((*findings, found("LOOKS_LIKE_ORGANISATION_CODE", 0, len(text))))
    return attrs.evolve(best.inspection, findings=findings, also=also)


def _guess(text: str, typed: Typed, setting: Context) -> Inspection:
    """Inspect *text*, which fits no kind, as the most likely intended kind."""
    folded = typed.text
    if organisation_fits(folded):
        findings = found("KIND_UNKNOWN", 0, len(text)), found("LOOKS_LIKE_ORGANISATION_CODE", 0, len(text))
        return conclude(None, "", ordered(findings))
    if folded.isdigit() or 2 * sum(c in _DIGITS for c in folded) > len(folded):
        for pattern, kind in _LIKELY:
            if pattern.fullmatch(folded):
                return inspect_as(kind, text, typed, setting)
    return conclude(None, "", (found("KIND_UNKNOWN", 0, len(text)),))
