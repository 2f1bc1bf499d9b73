"""
Parse the digits of a phone number: the country or region, and the type of line.

Mobile, machine and service numbers of the mainland are parsed here; for landlines and all other countries
`phonenumbers` is used, which is imported on first use.
"""

from __future__ import annotations

import re
from typing import Final

import attrs

from eduid_core.validation.kinds import Kind
from eduid_core.validation.phones.prefixes import PhoneClass, PlanSource, plan_row

__all__ = ["ReadNumber", "area_of", "read_line"]

_DIALLED: Final = re.compile(r"((?:TEL:)?(?:(?:\+|00)?86)?(?:0|1(?:[12][0-9]|79)[0-9]{2})?)(1[3-9][0-9]{9})")
_COUNTRY: Final = re.compile(r"(?:TEL:)?(?:\+|00)?86(?=[0-9]{5})")
_IOT: Final = re.compile(r"1(?:440|410|064)[0-9]{9}")
_SERVICE: Final = re.compile(
    r"[48]00[0-9]{7}|95[0-9]{3,7}|96[0-9]{3,4}|10[0-9]{3,6}|11[0-9]|12[0-9](?:[0-9]{2})?|16[08][0-9]{5}"
)
_NEARLY: Final = re.compile(r"1[3-9][0-9]{6,12}")
_NEAR: Final = {"HK", "MO", "TW"}


@attrs.frozen(kw_only=True, repr=False)
class ReadNumber:
    """
    A parsed phone number.

    `number` is its canonical spelling: eleven digits of a mainland mobile, 0 and the area code of a mainland
    landline, +country of any other. `dropped` counts the leading characters that are not part of it;
    `length_hint` is the number of digits of a text that would be a mobile with eleven digits.
    """

    phone_class: PhoneClass
    kind: Kind | None = None
    number: str = ""
    region: str = "CN"
    allocated_carrier: str = ""
    dropped: int = 0
    length_hint: int = 0


def read_line(text: str, region: str, plan: PlanSource | None) -> ReadNumber:
    """Return the line of *text*, digits with or without a leading + or TEL:, dialled from *region*."""
    if match := _mainland(text, region, _DIALLED):
        dropped, mobile = match.group(1), match.group(2)
        row = plan_row(mobile, plan)
        return ReadNumber(
            phone_class=row.phone_class,
            kind=Kind.MOBILE,
            number=mobile,
            allocated_carrier=row.allocated_carrier,
            dropped=len(dropped),
        )
    country = _COUNTRY.match(text)
    if region != "CN" and not (country and text[:1] != "8"):
        return _asked(text.removeprefix("TEL:"), region)
    national = text[country.end() :] if country else text
    if _IOT.fullmatch(national):
        return ReadNumber(phone_class=PhoneClass.IOT, kind=Kind.MOBILE, number=national)
    if _SERVICE.fullmatch(national):
        return ReadNumber(phone_class=PhoneClass.SERVICE, number=national)
    if _NEARLY.fullmatch(national):
        return ReadNumber(phone_class=PhoneClass.INVALID, kind=Kind.MOBILE, length_hint=len(national))
    return _asked(text.removeprefix("TEL:"), region)


def _mainland(text: str, region: str, pattern: re.Pattern[str]) -> re.Match[str] | None:
    """Return the match of *pattern* unless *text* is dialled in a *region* other than the mainland."""
    if region != "CN" and not text.removeprefix("TEL:").startswith(("+86", "0086")):
        return None
    return pattern.fullmatch(text)


def _asked(text: str, region: str) -> ReadNumber:
    """Return the answer of `phonenumbers` for *text*, which holds only digits and possibly a leading +."""
    import phonenumbers  # noqa: PLC0415 - 50 ms and 22 MB that plain mobiles never need

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return ReadNumber(phone_class=PhoneClass.INVALID)
    where = phonenumbers.region_code_for_number(number)
    if where is None or not phonenumbers.is_valid_number(number):
        return ReadNumber(phone_class=PhoneClass.INVALID)
    sort = phonenumbers.number_type(number)
    kinds = phonenumbers.PhoneNumberType
    mobiles = (kinds.MOBILE, kinds.FIXED_LINE_OR_MOBILE)
    if sort not in (kinds.FIXED_LINE, *mobiles):
        return ReadNumber(phone_class=PhoneClass.SERVICE, region=where)
    kind = Kind.MOBILE if sort in mobiles else Kind.LANDLINE
    if where == "CN":
        national = phonenumbers.national_significant_number(number)
        return ReadNumber(phone_class=PhoneClass.LANDLINE, kind=kind, number=f"0{national}")
    spelled = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    abroad = PhoneClass.FOREIGN_HK_MO_TW if where in _NEAR else PhoneClass.FOREIGN
    return ReadNumber(phone_class=abroad, kind=kind, number=spelled, region=where)


def area_of(number: str, lang: str = "zh") -> str:
    """
    Return the place known to `phonenumbers` for the canonical *number*; half a second on first use.

    Only a weak signal: a guardian from another province is normal, and numbers move.
    """
    import phonenumbers  # noqa: PLC0415 - as above
    from phonenumbers import geocoder  # noqa: PLC0415 - 488 ms and 119 MB, for those who ask

    place: str = geocoder.description_for_number(phonenumbers.parse(number, "CN"), lang)
    return place
