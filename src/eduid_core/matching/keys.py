"""
The key that joins applications with registry rows and finds duplicates.

A key is the canonical spelling of a document number; two spellings of the same number have one key. It is the
number itself and equally private: never log it, never store it in the clear.

>>> lookup_key("居民身份证", "３２００９８ 20150315 0010") == lookup_key("", "320098201503150010")
True
>>> lookup_key("居民身份证", "320098201503150011") is None
True
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

from eduid_core.private import Private
from eduid_core.validation.documents.catalogue import SPECS
from eduid_core.validation.documents.check_digits import check_character
from eduid_core.validation.documents.resident import is_resident_id
from eduid_core.validation.kinds import Kind
from eduid_core.validation.placeholders import blanked
from eduid_core.validation.schooling.patterns import squeeze

__all__ = ["BY_NUMBER", "ID_TYPES", "RESIDENT", "kind_of", "lookup_key", "squeeze_number"]

ID_TYPES: Final = MappingProxyType(
    {text: kind for kind, spec in SPECS.items() for text in spec.texts}
    | {kind.value.upper(): kind for kind, spec in SPECS.items() if spec.is_document}
)
"""Every text of a document type, squeezed -> its kind. Any other text is an unknown type."""

RESIDENT: Final = frozenset({Kind.RESIDENT_ID, Kind.RESIDENCE_PERMIT, Kind.RESIDENT_ID_15})
"""The kinds with a common series of numbers: a resident ID and a residence permit have one key."""

_CAP: Final = 64
_DROPPED: Final = re.compile(r"[\-()]")


_HONG_KONG, _MACAO = Kind.HK_ID, Kind.MO_ID
BY_NUMBER: Final = MappingProxyType(
    {
        **dict.fromkeys(("6", "香港特区护照/身份证明", "香港特别行政区护照/身份证明"), _HONG_KONG),
        **dict.fromkeys(("7", "澳门特区护照/身份证明", "澳门特别行政区护照/身份证明"), _MACAO),
    }
)
"""Texts of the national list that mean an identity card or a travel permit -> the kind of the card."""
_CARD: Final = MappingProxyType(
    {_HONG_KONG: re.compile(r"[A-Z]{1,2}[0-9]{6}[0-9A]"), _MACAO: re.compile(r"[0-9]{8}")}
)
_NUMBERED: Final = re.compile(r"([0-9A-Z])[-_.、:](.+)")


def kind_of(id_type: str, id_number: str = "") -> Kind | None:
    """
    Return the kind that *id_type* names, or None; for `BY_NUMBER` the number tells which it is.

    >>> kind_of(" 护照").value, kind_of("学生证"), kind_of("1-居民身份证").value
    ('passport_other', None, 'resident_id')
    >>> kind_of("6", "QQ999107(5)").value, kind_of("6", "H99999032").value
    ('hk_id', 'mainland_travel_permit_hk_mo')
    """
    known = ID_TYPES.get(id_type)
    if known is None:
        known = ID_TYPES.get(_plain_type(id_type)) if len(id_type) <= _CAP else None
    if known is not Kind.MAINLAND_TRAVEL_PERMIT_HK_MO or not id_number:
        return known
    card = BY_NUMBER.get(_plain_type(id_type))
    return card if card and _CARD[card].fullmatch(squeeze_number(blanked(id_number))) else known


def _plain_type(id_type: str) -> str:
    """Return *id_type* squeezed, without the number of the national list before it if both name one kind."""
    text = squeeze(id_type)
    numbered = _NUMBERED.fullmatch(text)
    if numbered is None:
        return text
    number, words = numbered.groups()
    return (
        words
        if words in ID_TYPES and ID_TYPES.get(number) in {ID_TYPES[words], *_ALIKE[ID_TYPES[words]]}
        else text
    )


_ALIKE: Final = {kind: RESIDENT if kind in RESIDENT else frozenset({kind}) for kind in Kind}


def squeeze_number(text: str) -> str:
    """
    Return *text* in ASCII width, without spaces, hyphens and brackets, in capitals.

    >>> squeeze_number("Ｈ１２３４ 5678（02）")
    'H1234567802'
    """
    return _DROPPED.sub("", squeeze(text)) if len(text) <= _CAP else text


def lookup_key(id_type: str, id_number: str | Private) -> str | None:
    """
    Return the key of a document, or None if it has none: no letter or digit, a placeholder, or an impossible
    resident number.

    Total. A number with an unknown type has the key of a resident ID if it is one. Text after a number makes it
    another number.

    >>> lookup_key("台胞证", "12345678-x"), lookup_key("台胞证", "1234567801(A)")
    ('mainland_travel_permit_tw:12345678X', 'mainland_travel_permit_tw:12345678')
    """
    text = id_number.reveal("matching") if isinstance(id_number, Private) else id_number
    kind = kind_of(id_type, text)
    if (kind is None or kind in RESIDENT) and is_resident_id(text):
        return text if text[17] != "x" else text[:17] + "X"
    plain = squeeze_number(blanked(text))
    if not any(map(str.isalnum, plain)):  # signs alone are no number
        return None
    if kind is None or kind in RESIDENT:
        resident = _resident(plain)
        return resident if resident or kind else f"?:{plain}"
    spec = SPECS[kind]
    whole = spec.key_form.fullmatch(plain) if spec.key_form else None
    return f"{spec.key_of or kind}:{whole[1] if whole else plain}"


def _resident(plain: str) -> str | None:
    """Return the 18 characters of a resident number with 18 or 15 characters, if it can be one."""
    if len(plain) == 15 and plain.isascii() and plain.isdigit():  # noqa: PLR2004 - the old length
        body = f"{plain[:6]}19{plain[6:]}"
        plain = body + check_character(body)
    return plain if is_resident_id(plain) else None
