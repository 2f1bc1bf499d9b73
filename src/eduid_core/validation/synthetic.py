"""
Synthetic numbers: ranges that no office issues, used for every example and test number.

For some kinds the gap is structural (no list of divisions has ever had `PP00NN` outside Hainan; nationality
9xx is user-assigned); for others there is none, and a sentinel merely makes the number recognisable.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from eduid_core.validation.folding import fold, readable
from eduid_core.validation.inspection import Inspection
from eduid_core.validation.kinds import Kind

__all__ = ["SPACES", "is_fake"]

_DIVISION: Final = "(?!46)[1-7][0-9]00(?!00)[0-9]{2}"
_NOT_YET: Final = "(?:21[5-9]|2[2-9][0-9]|[3-9][0-9]{2})[0-9]{5}"  # born in 2150 or later
_CITIZEN: Final = f"(?:{_DIVISION}[0-9]{{8}}|[1-8][0-9]{{5}}{_NOT_YET})[0-9]{{3}}[0-9X]"

SPACES: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.RESIDENT_ID: _CITIZEN,
        Kind.RESIDENCE_PERMIT: f"8[123]0000{_NOT_YET}[0-9]{{3}}[0-9X]",
        Kind.RESIDENT_ID_15: f"{_DIVISION}[0-9]{{9}}",
        Kind.FOREIGN_PERMANENT_RESIDENT: "9[0-9]{2}9[0-9]{13}[0-9X]",
        Kind.FOREIGN_PERMANENT_RESIDENT_15: "Q[M-Z][A-Z][0-9]{12}",
        Kind.STUDENT_NUMBER: f"G{_CITIZEN}|[JL]{_DIVISION}[0-9]{{11}}[0-9X]",
        Kind.SCHOOL_CODE: "[0-9]{2}19[0-9]{6}",
        Kind.PASSPORT_CN: "E[IO][0-9]{7}",
        Kind.PASSPORT_MRZ_TD3: "P.UTO.*",
        Kind.MAINLAND_TRAVEL_PERMIT_HK_MO: "[HM]99999[0-9]{3}",
        Kind.MAINLAND_TRAVEL_PERMIT_TW: "99999[0-9]{3}",
        Kind.EXIT_PERMIT_HK_MO: "[CW]Z99999[0-9]{2}",
        Kind.PASSPORT_OTHER: "ZZ99999[0-9]{2}",
        Kind.HK_ID: "QQ999[0-9]{3}[0-9A]",
        Kind.MO_ID: "7999[0-9]{4}",
        Kind.TW_ID: "Y[12]999[0-9]{5}",
        Kind.OTHER_DOCUMENT: "TEST[0-9]{4}",
        Kind.MOBILE: "154[0-9]{8}",
        Kind.LANDLINE: "02589999[0-9]{3}",
    }
)
"""Kind -> the canonical numbers of it that are synthetic."""

_ANY: Final = re.compile("|".join(f"(?:{space})" for space in SPACES.values()))


def is_fake(number: object) -> bool:
    """
    Return whether *number*, of any kind, is in a synthetic range; any object is accepted.

    >>> is_fake("320098201503150010"), is_fake("154 0000 1234"), is_fake("somebody")
    (True, True, False)
    """
    plain = readable(number, None, longest=128)
    return not isinstance(plain, Inspection) and _ANY.fullmatch(fold(plain).text) is not None
