"""
The public functions: `inspect_*` accepts any object, `parse_*` returns a value or raises, `detect`
lists kinds.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from eduid_core.findings import CallerError, InvalidInput
from eduid_core.messages import codes_with
from eduid_core.private import IdNumber, Phone
from eduid_core.validation.context import Context, setting_of
from eduid_core.validation.detection import Confidence, KindCandidate, candidates, inspect_as, recognise
from eduid_core.validation.divisions.lookup import PERMITS, DivisionSource
from eduid_core.validation.documents import resident
from eduid_core.validation.documents.catalogue import FAMILIES, LONGEST
from eduid_core.validation.documents.other import no_number
from eduid_core.validation.folding import fold, readable
from eduid_core.validation.inspection import Inspection, conclude, found, ordered
from eduid_core.validation.kinds import SIBLINGS, HolderRole, Kind, Sex
from eduid_core.validation.phones.inspect import inspect_phone
from eduid_core.validation.values import PhoneNumber, ResidentId

__all__ = ["detect", "inspect_number", "parse_phone", "parse_resident_id"]

_CITIZEN: Final = frozenset({None, Kind.RESIDENT_ID})
_PERMIT_PROVINCES: Final = frozenset(code[:2] for code in PERMITS)
_FORMS: Final[Mapping[tuple[Kind, int], Kind]] = {
    (Kind.RESIDENT_ID, 15): Kind.RESIDENT_ID_15,
    (Kind.RESIDENT_ID_15, 18): Kind.RESIDENT_ID,
    (Kind.FOREIGN_PERMANENT_RESIDENT, 15): Kind.FOREIGN_PERMANENT_RESIDENT_15,
    (Kind.FOREIGN_PERMANENT_RESIDENT_15, 18): Kind.FOREIGN_PERMANENT_RESIDENT,
}
_MISSHAPEN: Final = codes_with("misshapen")
_RESIDENT_FACTS: Final = (
    "birth_date",
    "sex",
    "division",
    "division_name",
    "division_name_at_birth",
    "division_verdict",
)


def inspect_number(
    text: object,
    *,
    kind: Kind | None = None,
    as_of: dt.date,
    role: HolderRole | str | None = None,
    strict: bool = False,
    birth_date: dt.date | None = None,
    sex: Sex | None = None,
    divisions: DivisionSource | None = None,
) -> Inspection:
    """
    Return all findings about *text* on the day *as_of*; any object is accepted and no exception is raised.

    Without *kind* the best fitting kind is used and the others are listed in `also`. *role* checks a student's
    number more closely, *birth_date* and *sex* are the other fields of the form, *strict* turns doubts about
    the division into errors, *divisions* supplies a fuller list.

    Standard:
        GB 11643-1999 and the standards named by each finding's `clause`.

    >>> inspect_number("320098 20150315 0010", as_of=dt.date(2026, 9, 1)).codes
    ('SYNTHETIC_NUMBER', 'SEPARATORS_REMOVED', 'SEPARATORS_REMOVED')
    >>> inspect_number("32009820151315001X", as_of=dt.date(2026, 9, 1)).codes
    ('SYNTHETIC_NUMBER', 'BIRTH_DATE_IMPOSSIBLE', 'CHECKSUM')
    """
    if birth_date is None and sex is None and divisions is None:
        setting = setting_of(as_of, role, strict)
    else:
        setting = attrs.evolve(
            setting_of(as_of, role, strict), birth_date=birth_date, sex=sex, divisions=divisions
        )
    if type(text) is str and len(text) == 18 and kind in _CITIZEN and _is_plain(text):  # noqa: PLR2004
        return _citizen(text, setting)
    return _inspect(text, kind, setting)


def _is_plain(text: str) -> bool:
    """Return whether the 18 characters are as printed and of a citizen: no folding or detection is needed."""
    # isdigit() takes ² and ٣; isascii() comes first.
    return text.isascii() and text[:17].isdigit() and text[17] in "0123456789X" and text[0] != "9"


def _citizen(text: str, setting: Context) -> Inspection:
    """Inspect 18 plain characters by the rules of `resident`, without folding."""
    kind = Kind.RESIDENCE_PERMIT if text[:2] in _PERMIT_PROVINCES else Kind.RESIDENT_ID
    findings = resident.look(text, setting)  # in order, and each once
    return conclude(kind, text, findings, facts_of=functools.partial(resident.facts_of, setting=setting))


def _inspect(obj: object, kind: Kind | None, setting: Context) -> Inspection:
    declared = _known(kind)
    text = readable(obj, declared, longest=LONGEST[declared])
    if isinstance(text, Inspection):
        blank = declared is Kind.OTHER_DOCUMENT and text.codes == ("EMPTY",)
        return no_number(text.findings[0].at[1]) if blank else text
    if declared is None:
        return recognise(text, setting)
    typed = fold(text)
    inspection = inspect_as(_sibling(declared, typed.text), text, typed, setting)
    family = FAMILIES.get(inspection.kind) if inspection.kind else None
    if inspection.valid and family and family.checked:
        return inspection
    return _compared(inspection, declared, candidates(text, typed, setting), len(text))


def _known(kind: Kind | None) -> Kind | None:
    try:
        return None if kind is None else Kind(kind)
    except ValueError:
        raise CallerError("no such kind of number") from None


def _sibling(declared: Kind, folded: str) -> Kind:
    """Return the form of the *declared* document that fits *folded*, by its length and its first digits."""
    kind = _FORMS.get((declared, len(folded)), declared)
    if kind is Kind.RESIDENT_ID and folded[:2] in _PERMIT_PROVINCES:
        return Kind.RESIDENCE_PERMIT
    return kind


def _compared(
    inspection: Inspection, declared: Kind, fitting: Sequence[KindCandidate], length: int
) -> Inspection:
    """Add a doubt to *inspection* if the text fits a document other than the *declared* one."""
    siblings = SIBLINGS.get(declared, {declared})
    others = tuple(c.kind for c in fitting if c.inspection.valid and c.kind not in siblings)
    if not others:
        return inspection
    misshapen = not _MISSHAPEN.isdisjoint(inspection.codes)
    if fitting[0].kind not in others or not (misshapen or fitting[0].confidence is Confidence.CHECKED):
        return attrs.evolve(inspection, also=others)
    doubt = found("KIND_DIFFERS_FROM_DECLARED", 0, length)
    return attrs.evolve(inspection, findings=ordered((*inspection.findings, doubt)), also=others)


def parse_resident_id(
    text: object, *, as_of: dt.date, role: HolderRole | str | None = None, strict: bool = False
) -> ResidentId:
    """
    Return *text* as a resident identity number or residence permit.

    Raises:
        InvalidInput: the text is invalid; the exception carries the findings, never the number.

    >>> parse_resident_id("320098201503150010", as_of=dt.date(2026, 9, 1)).birth_date
    datetime.date(2015, 3, 15)
    """
    inspection = inspect_number(text, kind=Kind.RESIDENT_ID, as_of=as_of, role=role, strict=strict)
    if not isinstance(inspection.canonical, IdNumber) or inspection.kind is None:
        raise InvalidInput(inspection.findings)
    facts: dict[str, Any] = {name: inspection.facts[name] for name in _RESIDENT_FACTS}
    return ResidentId(number=inspection.canonical, kind=inspection.kind, findings=inspection.findings, **facts)


def parse_phone(text: object, *, region: str = "CN", kind: Kind | None = None) -> PhoneNumber:
    """
    Return *text* as a phone number; with *kind* `mobile` only a number that can receive messages.

    Raises:
        InvalidInput: the text is invalid; the exception carries the findings, never the number.

    >>> parse_phone("15400001234").e164.screen()
    '+86*******1234'
    """
    inspection = inspect_phone(text, region=region, kind=kind)
    if not isinstance(inspection.canonical, Phone) or inspection.kind is None:
        raise InvalidInput(inspection.findings)
    facts: dict[str, Any] = dict(inspection.facts)
    return PhoneNumber(number=inspection.canonical, kind=inspection.kind, findings=inspection.findings, **facts)


def detect(text: object, *, as_of: dt.date) -> tuple[KindCandidate, ...]:
    """
    Return every kind that *text* can be, best first, each with its inspection; empty if none fits.

    >>> [(c.kind.value, c.confidence.value) for c in detect("M12345678", as_of=dt.date(2026, 9, 1))]
    [('mainland_travel_permit_hk_mo', 'format_only'), ('passport_cn', 'format_only')]
    """
    plain = readable(text, None, longest=LONGEST[None])
    return () if isinstance(plain, Inspection) else candidates(plain, fold(plain), setting_of(as_of))
