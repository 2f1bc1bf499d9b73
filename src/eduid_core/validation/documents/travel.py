"""
Travel permits between the mainland, Hong Kong, Macao and Taiwan. None of them has a public check digit.

`mainland_travel_permit_hk_mo` (回乡证): H or M and eight lifelong digits, two more counting reissues on old
cards. `mainland_travel_permit_tw` (台胞证): eight lifelong digits, two counting reissues, on old paper a
letter in brackets. `exit_permit_hk_mo` (往来港澳通行证, mainland people): C or W and eight.
Only the lifelong part is compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from eduid_core.findings import Finding
from eduid_core.validation.ages import is_date
from eduid_core.validation.context import Context
from eduid_core.validation.documents.spec import DocumentSpec
from eduid_core.validation.folding import Typed
from eduid_core.validation.inspection import found
from eduid_core.validation.kinds import Kind
from eduid_core.validation.templates import MISFIT

__all__ = ["EXIT_PERMIT_HK_MO", "MAINLAND_TRAVEL_PERMIT_HK_MO", "MAINLAND_TRAVEL_PERMIT_TW"]


def _first_letter(*letters: str) -> Callable[[str, Context], tuple[Finding, ...]]:
    def look(text: str, _setting: Context) -> tuple[Finding, ...]:
        return () if text[0] in (*letters, MISFIT) else (found("FORMAT", 0, 1),)

    return look


def _look_tw(text: str, _setting: Context) -> tuple[Finding, ...]:
    """Return a doubt for eight digits that read as a recent date: a birthday in the wrong field."""
    dated = MISFIT not in text and len(text) == 8 and text[:2] in ("19", "20") and is_date(text)  # noqa: PLR2004
    return (found("LOOKS_LIKE_DATE", 0, 8),) if dated else ()


def _without_issuer(typed: Typed) -> Typed:
    """Drop the letter in brackets of the old paper permit; it names the issuing office."""
    if re.fullmatch(r"[0-9]{10}(\([A-Z]\)|[A-Z])", typed.text):
        return typed.without(frozenset(range(10, len(typed.text))))
    return typed


def _lifelong_9(text: str) -> str:
    return text[:9]


def _lifelong_8(text: str) -> str:
    return text[:8]


def _facts_of_hk_mo(text: str, setting: Context) -> Mapping[str, object]:  # noqa: ARG001 - the shape of `FactsOf`
    return {"origin": "HK" if text[0] == "H" else "MO"}


def _facts_of_tw(_text: str, setting: Context) -> Mapping[str, object]:  # noqa: ARG001 - the shape of `FactsOf`
    return {"origin": "TW"}


MAINLAND_TRAVEL_PERMIT_HK_MO: Final = DocumentSpec(
    kind=Kind.MAINLAND_TRAVEL_PERMIT_HK_MO,
    templates=("A" + "9" * 8, "A" + "9" * 10),
    look=_first_letter("H", "M"),
    canonical=_lifelong_9,
    facts_of=_facts_of_hk_mo,
    checked=False,
    synthetic="[HM]99999[0-9]{3}",
    texts=(
        *("港澳居民来往内地通行证", "回乡证", "6", "7", "香港特区护照/身份证明", "澳门特区护照/身份证明"),
        *("香港特别行政区护照/身份证明", "澳门特别行政区护照/身份证明"),
    ),
    key_form=re.compile(r"([A-Z][0-9]{8})(?:[0-9]{2})?"),
)
MAINLAND_TRAVEL_PERMIT_TW: Final = DocumentSpec(
    kind=Kind.MAINLAND_TRAVEL_PERMIT_TW,
    templates=("9" * 8, "9" * 10),
    look=_look_tw,
    canonical=_lifelong_8,
    facts_of=_facts_of_tw,
    prepare=_without_issuer,
    printed=(11, 13),
    checked=False,
    synthetic="99999[0-9]{3}",
    texts=("台湾居民来往大陆通行证", "台湾居民往来大陆通行证", "台胞证", "8"),
    key_form=re.compile(r"([0-9]{8})(?:[0-9]{2}[A-Z]?)?"),
)
EXIT_PERMIT_HK_MO: Final = DocumentSpec(
    kind=Kind.EXIT_PERMIT_HK_MO,
    templates=("AN" + "9" * 7,),
    look=_first_letter("C", "W"),
    checked=False,
    synthetic="[CW]Z99999[0-9]{2}",
)
