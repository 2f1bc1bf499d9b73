"""
School codes (学校(机构)标识码): two digits of category, two of province, six of serial; no check digit.

A code stays with its school through a rename and is never reused; only a registry can tell whether it exists.

Standard:
    学校(机构)代码管理办法 (2011).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from eduid_core.findings import Finding
from eduid_core.validation.context import Context
from eduid_core.validation.divisions import lookup
from eduid_core.validation.documents.spec import DocumentSpec
from eduid_core.validation.inspection import found
from eduid_core.validation.kinds import Kind
from eduid_core.validation.templates import MISFIT

__all__ = ["CATEGORIES", "SCHOOL_CODE"]

CATEGORIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "11": "幼儿园",
        "21": "小学",
        "22": "成人小学",
        "31": "初中",
        "32": "职业初中",
        "33": "成人初中",
        "34": "高中(完全中学)",
        "35": "成人高中",
        "36": "中职",
        "37": "工读",
        "41": "高校",
        "42": "成人高校",
        "51": "特教",
        "91": "科研机构",
        "92": "民办其他高教",
        "93": "中职培训",
    }
)
"""The first two digits -> the type of school."""

_PROVINCES: Final = lookup.PROVINCES - {"83"}


def _look(text: str, _setting: Context) -> tuple[Finding, ...]:
    findings = []
    if MISFIT not in text[:2] and text[:2] not in CATEGORIES:
        findings.append(found("SCHOOL_CATEGORY_UNKNOWN", 0, 2))
    if MISFIT not in text[2:4] and text[2:4] not in _PROVINCES:
        findings.append(found("SCHOOL_PROVINCE_UNKNOWN", 2, 4))
    return tuple(findings)


def _facts_of(text: str, setting: Context) -> Mapping[str, object]:
    province = lookup.full_name(f"{text[2:4]}0000", lookup.LATEST, setting.divisions)
    return {"category": text[:2], "category_name": CATEGORIES.get(text[:2], ""), "province_name": province}


SCHOOL_CODE: Final = DocumentSpec(
    kind=Kind.SCHOOL_CODE,
    templates=("9" * 10,),
    look=_look,
    facts_of=_facts_of,
    checked=False,
    synthetic="[0-9]{2}19[0-9]{6}",
    is_document=False,
)
