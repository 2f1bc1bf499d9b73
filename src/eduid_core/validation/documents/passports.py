"""
Passports: the printed number, which has no check digit, and the machine-readable zone, which has five.

A Chinese number is recognised by its first letters; for other countries only the form is checked. The second
letter of an `E` passport is never I or O, so test numbers use these letters.

Standard:
    ICAO 9303-4 (TD3) for the zone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from eduid_core.findings import Finding
from eduid_core.validation.context import Context
from eduid_core.validation.documents.spec import DocumentSpec
from eduid_core.validation.inspection import found
from eduid_core.validation.kinds import Kind
from eduid_core.validation.templates import MISFIT

__all__ = ["PASSPORT_CN", "PASSPORT_OTHER"]

_FORMS: Final[Mapping[str, str]] = {
    r"E[0-9]{8}|E[A-HJ-NP-Z][0-9]{7}|G[0-9]{8}|1[45][0-9]{7}": "ordinary",
    r"D[0-9]{7,8}|DE[0-9]{7}": "diplomatic",
    r"S[0-9]{7,8}|SE[0-9]{7}": "service",
    r"P[0-9]{7,8}|PE[0-9]{7}": "public_affairs",
    r"K[0-9]{8}|KJ[0-9]{7}": "hk_sar",
    r"M[0-9]{8}|MA[0-9]{7}": "mo_sar",
}


def _form(text: str) -> str | None:
    return next((name for form, name in _FORMS.items() if re.fullmatch(form, text)), None)


def _look_cn(text: str, _setting: Context) -> tuple[Finding, ...]:
    if re.fullmatch("E[IO][0-9]{7}", text):
        return (found("FORMAT", 0, len(text)), found("SYNTHETIC_NUMBER", 0, 2))
    if MISFIT in text or _form(text):
        return ()
    return (found("FORMAT", 0, len(text)),)


def _facts_of_cn(text: str, setting: Context) -> Mapping[str, object]:  # noqa: ARG001 - the shape of `FactsOf`
    return {"passport_type": _form(text)}


def _look_other(_text: str, _setting: Context) -> tuple[Finding, ...]:
    return ()


PASSPORT_CN: Final = DocumentSpec(
    kind=Kind.PASSPORT_CN,
    templates=("NN999999", "NN9999999"),
    look=_look_cn,
    facts_of=_facts_of_cn,
    checked=False,
    synthetic="E[IO][0-9]{7}",
    key_of=Kind.PASSPORT_OTHER,
)
PASSPORT_OTHER: Final = DocumentSpec(
    kind=Kind.PASSPORT_OTHER,
    templates=tuple("N" * n for n in range(5, 13)),
    look=_look_other,
    checked=False,
    synthetic="ZZ99999[0-9]{2}",
    texts=("护照", "A"),
)
