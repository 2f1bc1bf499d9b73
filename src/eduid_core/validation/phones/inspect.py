"""
Phone numbers: the canonical number, the type of line, and whether it can receive a message.

A letter is refused before any other check, because `phonenumbers` reads letters as a keypad and turns
`138OO138OOO` into a stranger's number. Plain mainland mobiles are looked up in `plan`; for all other numbers
`phonenumbers` is used, imported on first use (`lines`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

from eduid_core.findings import Finding, Severity
from eduid_core.private import Phone
from eduid_core.validation.folding import BLANKS, DASHES, Typed, fold, readable
from eduid_core.validation.inspection import Inspection, conclude, found, ordered
from eduid_core.validation.kinds import Kind
from eduid_core.validation.phones.parse import ReadNumber, read_line
from eduid_core.validation.phones.prefixes import PhoneClass, PlanSource, plain_mobile_class
from eduid_core.validation.templates import LOOKALIKES

__all__ = ["LONGEST", "classify_phone", "inspect_phone"]

LONGEST: Final = 40
"""The most code points of a phone number that are read."""

_SEPARATORS: Final = BLANKS | DASHES | frozenset(".()（）")
_DIALLABLE: Final = frozenset("0123456789")
_EXTENSION: Final = re.compile(
    r"[+0-9]{7,}?((?:;?EXT[.=]?|#|[,，;；]+|转|轉|分机|分機)[0-9]{1,6})|[+0-9]{11,}?(X[0-9]{1,6})"
)
_TWO: Final = re.compile(r"[+0-9]{7,}[/、,，;；|]+[+0-9]{7,}|(?:1[3-9][0-9]{9}){2,}")
_REFUSALS: Final[Mapping[PhoneClass, str]] = {
    PhoneClass.IOT: "PHONE_IOT",
    PhoneClass.SERVICE: "PHONE_SERVICE_NUMBER",
    PhoneClass.INVALID: "PHONE_NOT_IN_PLAN",
    PhoneClass.SATELLITE: "PHONE_SATELLITE",
    PhoneClass.MOBILE_UNASSIGNED_PREFIX: "PHONE_UNASSIGNED_PREFIX",
}

_UNASSIGNED: Final = (found("PHONE_UNASSIGNED_PREFIX", 0, 11),)
"""The findings of eleven plain digits under a prefix that is not assigned."""


def inspect_phone(
    text: object,
    *,
    region: str = "CN",
    kind: Kind | None = None,
    accept: Collection[str] | None = None,
    plan: PlanSource | None = None,
) -> Inspection:
    """
    Return all findings about the phone number *text*; any object is accepted.

    *region* is the place from which a number without a country code is dialled; *accept* lists the regions with
    accepted numbers (by default the mainland and *region*). A landline is an error with *kind* `mobile`, valid
    with *kind* `landline`, and otherwise a doubt, because it receives no message.

    >>> inspect_phone("+86 15400001234").codes
    ('PHONE_UNASSIGNED_PREFIX', 'PHONE_PREFIX_DROPPED', 'SEPARATORS_REMOVED')
    >>> inspect_phone("138OO138OOO").valid
    False
    """
    plain = region == "CN" and kind is not Kind.LANDLINE and accept is None and plan is None
    if plain and type(text) is str and (reached := plain_mobile_class(text)) is not None:
        findings = () if reached is PhoneClass.MOBILE else _UNASSIGNED
        return Inspection(Kind.MOBILE, Phone(text), findings, (), _facts_of_plain)
    return _inspect(text, region, kind, {region, "CN"} if accept is None else accept, plan)


def _inspect(
    obj: object, region: str, kind: Kind | None, accept: Collection[str], plan: PlanSource | None
) -> Inspection:
    text = readable(obj, kind or Kind.MOBILE, longest=LONGEST)
    if isinstance(text, Inspection):
        return text
    typed = fold(text, separators=_SEPARATORS)
    if wrong := _unreadable(typed):
        return conclude(kind or Kind.MOBILE, "", ordered((*wrong, *_edits(typed))))
    line = read_line(typed.text, region, plan)
    findings = (*_edits(typed), *_judge(line, typed, kind, accept))
    return conclude(
        line.kind or kind, line.number, ordered(findings), facts_of=lambda _: _facts(line), wrap=Phone
    )


def _edits(typed: Typed) -> tuple[Finding, ...]:
    """Return the recorded edits except for case: a phone number contains no letters."""
    return tuple(e for e in typed.edits if e.code != "CASE_FOLDED")


def _unreadable(typed: Typed) -> tuple[Finding, ...]:
    """Return why *typed* cannot be dialled: two numbers, an extension, a letter; empty if it can."""
    text = typed.text.removeprefix("TEL:")
    start = len(typed.text) - len(text)
    if match := _TWO.fullmatch(text):
        return (found("PHONE_TWO_NUMBERS", *typed.span(start, start + match.end())),)
    if match := _EXTENSION.fullmatch(text):
        tail = match.lastindex or 0
        return (found("PHONE_EXTENSION", *typed.span(start + match.start(tail), start + match.end(tail))),)
    wrong = (i for i, c in enumerate(text, start) if c not in _DIALLABLE and not (c == "+" and i == start))
    return tuple(_misfit(typed, i) for i in wrong)


def _misfit(typed: Typed, i: int) -> Finding:
    char, (start, end) = typed.text[i], typed.span(i, i + 1)
    if char.isdigit():  # true for ² and ٤ as well, which is intended here
        return found("NON_ASCII_DIGIT", start, end, k=start + 1)
    hint = f" ({char}→{LOOKALIKES[char]}?)" if char in LOOKALIKES else ""
    return found("PHONE_LETTER", start, end, k=start + 1, hint=hint)


def _judge(line: ReadNumber, typed: Typed, kind: Kind | None, accept: Collection[str]) -> tuple[Finding, ...]:
    whole, findings = (0, typed.length), []
    if line.dropped:
        findings.append(found("PHONE_PREFIX_DROPPED", *typed.span(0, line.dropped)))
    if line.phone_class is PhoneClass.INVALID and line.length_hint:
        findings.append(found("LENGTH", *whole, expected="11", got=line.length_hint))
    elif line.phone_class in _REFUSALS:
        findings.append(found(_REFUSALS[line.phone_class], *whole))
    elif line.region not in accept:
        findings.append(found("PHONE_COUNTRY_NOT_SUPPORTED", *whole))
    if line.kind is Kind.LANDLINE and kind is not Kind.LANDLINE:
        findings.append(found("LANDLINE_FOR_SMS", *whole, Severity.ERROR if kind is Kind.MOBILE else None))
    if line.kind is Kind.MOBILE and kind is Kind.LANDLINE:
        findings.append(found("KIND_DIFFERS_FROM_DECLARED", *whole))
    return tuple(findings)


def _facts(line: ReadNumber) -> Mapping[str, object]:
    return {
        "phone_class": line.phone_class,
        "region": line.region,
        "allocated_carrier": line.allocated_carrier,
    }


def _facts_of_plain(number: str) -> Mapping[str, object]:
    return _facts(read_line(number, "CN", None))


def classify_phone(text: object, *, region: str = "CN", plan: PlanSource | None = None) -> PhoneClass:
    """
    Return the type of line of *text*, also for a refused number.

    >>> classify_phone("10086").value, classify_phone("+852 5123 4567").value
    ('service', 'foreign_hk_mo_tw')
    """
    plain = readable(text, None, longest=LONGEST)
    if isinstance(plain, Inspection):
        return PhoneClass.INVALID
    typed = fold(plain, separators=_SEPARATORS)
    if _unreadable(typed):
        return PhoneClass.INVALID
    return read_line(typed.text, region, plan).phone_class
