"""
Local identity numbers of Hong Kong, Macao and Taiwan.

Hong Kong: one or two letters, six digits, a check digit or A in brackets. Macao: 1, 5 or 7, six digits, one
more in brackets, with an unpublished rule. Taiwan: a letter and nine digits; residents without household
registration have 8 or 9 (or formerly a letter) in second place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from eduid_core.findings import Finding
from eduid_core.validation.ages import is_date
from eduid_core.validation.context import Context
from eduid_core.validation.documents.check_digits import hk_fits, tw_fits
from eduid_core.validation.documents.spec import DocumentSpec
from eduid_core.validation.folding import Typed
from eduid_core.validation.inspection import found
from eduid_core.validation.kinds import Kind, Sex
from eduid_core.validation.templates import MISFIT

__all__ = ["HK_ID", "MO_ID", "TW_ID"]


def _without_brackets(typed: Typed) -> Typed:
    """Drop the brackets around the last character; they are printed but not part of the number."""
    size = len(typed.text)
    if typed.text.endswith(")") and typed.text[-3:-2] == "(":
        return typed.without(frozenset({size - 3, size - 1}))
    return typed


def _look_hk(text: str, _setting: Context) -> tuple[Finding, ...]:
    if MISFIT in text:
        return ()
    if not re.fullmatch("[A-Z]{1,2}[0-9]{6}[0-9A]", text):
        return (found("FORMAT", 0, len(text)),)
    return () if hk_fits(text) else (found("CHECKSUM", len(text) - 1, len(text)),)


def _look_mo(text: str, _setting: Context) -> tuple[Finding, ...]:
    if MISFIT in text:
        return ()
    if text[0] not in "157":
        return (found("FORMAT", 0, 1),)
    return (found("LOOKS_LIKE_DATE", 0, 8),) if text[:2] == "19" and is_date(text) else ()


def _look_tw(text: str, _setting: Context) -> tuple[Finding, ...]:
    if MISFIT in text:
        return ()
    findings: tuple[Finding, ...] = ()
    if not re.fullmatch("[12]", text[1]):
        if not re.fullmatch("[89A-D]", text[1]):
            return (found("FORMAT", 1, 2),)
        findings = (found("TW_RESIDENT_FORM", 0, 10),)
    return findings if tw_fits(text) else (*findings, found("CHECKSUM", 9, 10))


def _facts_of_tw(text: str, setting: Context) -> Mapping[str, object]:  # noqa: ARG001 - the shape of `FactsOf`
    return {"sex": Sex.MALE if text[1] in "18AC" else Sex.FEMALE}


HK_ID: Final = DocumentSpec(
    kind=Kind.HK_ID,
    templates=("A999999N", "AA999999N"),
    look=_look_hk,
    prepare=_without_brackets,
    printed=(10, 11),
    synthetic="QQ999[0-9]{3}[0-9A]",
)
MO_ID: Final = DocumentSpec(
    kind=Kind.MO_ID,
    templates=("99999999",),
    look=_look_mo,
    prepare=_without_brackets,
    checked=False,
    printed=(10,),
    synthetic="7999[0-9]{4}",
)
TW_ID: Final = DocumentSpec(
    kind=Kind.TW_ID,
    templates=("AN99999999",),
    look=_look_tw,
    facts_of=_facts_of_tw,
    synthetic="Y[12]999[0-9]{5}",
)
