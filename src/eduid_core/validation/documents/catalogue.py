"""Every kind with its inspection function: the single table that detection, the docs and the tests read."""

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

__all__ = ["EXAMINERS", "FAMILIES", "LONGEST"]

FAMILIES: Final[Mapping[Kind, DocumentSpec]] = MappingProxyType(
    {
        family.kind: family
        for family in (
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
        )
    }
)
"""The kinds defined by characters in fixed places; their order is the order of preference."""


def _document(family: DocumentSpec) -> Callable[[str, Context], Inspection]:
    def look(text: str, setting: Context) -> Inspection:
        return examine(family, fold(text), setting)

    return look


def _other(text: str, _setting: Context) -> Inspection:
    return other.inspect_other(text)


def _phone(kind: Kind) -> Callable[[str, Context], Inspection]:
    def look(text: str, _setting: Context) -> Inspection:
        return inspect.inspect_phone(text, kind=kind)

    return look


EXAMINERS: Final[Mapping[Kind, Callable[[str, Context], Inspection]]] = MappingProxyType(
    {
        **{kind: _document(family) for kind, family in FAMILIES.items()},
        Kind.PASSPORT_MRZ_TD3: mrz.inspect_mrz,
        Kind.OTHER_DOCUMENT: _other,
        Kind.MOBILE: _phone(Kind.MOBILE),
        Kind.LANDLINE: _phone(Kind.LANDLINE),
    }
)
"""Kind -> the function that inspects a text that is neither blank nor too long."""

_DOCUMENT: Final = 64
_LONGEST: Final = {
    Kind.PASSPORT_MRZ_TD3: mrz.LONGEST,
    Kind.MOBILE: inspect.LONGEST,
    Kind.LANDLINE: inspect.LONGEST,
}


LONGEST: Final[Mapping[Kind | None, int]] = MappingProxyType(
    {None: mrz.LONGEST, **{kind: _LONGEST.get(kind, _DOCUMENT) for kind in Kind}}
)
"""Kind -> the most code points that are read; None for an unknown kind."""
