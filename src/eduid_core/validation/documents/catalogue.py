"""Every kind of number, one row each: the table read by detection, masks, fakes, look-up keys and the docs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from eduid_core.validation.context import Context
from eduid_core.validation.documents import foreign, hk_mo_tw, mrz, other, passports, resident, travel
from eduid_core.validation.documents.school_code import SCHOOL_CODE
from eduid_core.validation.documents.spec import DocumentSpec, examine
from eduid_core.validation.documents.student_number import STUDENT_NUMBER
from eduid_core.validation.folding import fold
from eduid_core.validation.inspection import Inspection
from eduid_core.validation.kinds import Kind
from eduid_core.validation.phones import inspect

__all__ = ["EXAMINERS", "FAMILIES", "LONGEST", "SPECS"]


def _phone(kind: Kind, synthetic: str) -> DocumentSpec:
    return DocumentSpec(
        kind=kind,
        inspect=lambda text, _: inspect.inspect_phone(text, kind=kind),
        longest=inspect.LONGEST,
        synthetic=synthetic,
        shown=(3, 4),
        is_document=False,
    )


SPECS: Final[Mapping[Kind, DocumentSpec]] = MappingProxyType(
    {
        spec.kind: spec
        for spec in (
            resident.RESIDENT_ID,
            resident.RESIDENCE_PERMIT,
            resident.RESIDENT_ID_15,
            foreign.FOREIGN_PERMANENT_RESIDENT,
            foreign.FOREIGN_PERMANENT_RESIDENT_15,
            STUDENT_NUMBER,
            hk_mo_tw.TW_ID,
            hk_mo_tw.HK_ID,
            SCHOOL_CODE,
            travel.MAINLAND_TRAVEL_PERMIT_HK_MO,
            travel.MAINLAND_TRAVEL_PERMIT_TW,
            hk_mo_tw.MO_ID,
            travel.EXIT_PERMIT_HK_MO,
            passports.PASSPORT_CN,
            passports.PASSPORT_OTHER,
            mrz.PASSPORT_MRZ_TD3,
            other.OTHER_DOCUMENT,
            _phone(Kind.MOBILE, "154[0-9]{8}"),
            _phone(Kind.LANDLINE, "02589999[0-9]{3}"),
        )
    }
)
"""Every kind and its row."""

FAMILIES: Final[Mapping[Kind, DocumentSpec]] = MappingProxyType({k: s for k, s in SPECS.items() if s.templates})
"""The kinds defined by characters in fixed places; their order is the order of preference."""


def _examiner(spec: DocumentSpec) -> Callable[[str, Context], Inspection]:
    def look(text: str, setting: Context) -> Inspection:
        return examine(spec, fold(text), setting)

    return spec.inspect or look


EXAMINERS: Final[Mapping[Kind, Callable[[str, Context], Inspection]]] = MappingProxyType(
    {kind: _examiner(spec) for kind, spec in SPECS.items()}
)
"""Kind -> the function that inspects a text that is neither blank nor too long."""

LONGEST: Final[Mapping[Kind | None, int]] = MappingProxyType(
    {None: mrz.LONGEST, **{kind: spec.longest for kind, spec in SPECS.items()}}
)
"""Kind -> the most code points that are read; None for an unknown kind."""
