"""The kinds of number on a Chinese student's form, and the two sexes that their digits can encode."""

from __future__ import annotations

import enum
from typing import Final

__all__ = ["SIBLINGS", "HolderRole", "Kind", "Sex"]


class Kind(enum.StrEnum):
    """A kind of number; files, the wire format and the command line use the value."""

    RESIDENT_ID = "resident_id"
    RESIDENT_ID_15 = "resident_id_15"
    RESIDENCE_PERMIT = "residence_permit"
    FOREIGN_PERMANENT_RESIDENT = "foreign_permanent_resident"
    FOREIGN_PERMANENT_RESIDENT_15 = "foreign_permanent_resident_15"
    MAINLAND_TRAVEL_PERMIT_HK_MO = "mainland_travel_permit_hk_mo"
    MAINLAND_TRAVEL_PERMIT_TW = "mainland_travel_permit_tw"
    EXIT_PERMIT_HK_MO = "exit_permit_hk_mo"
    PASSPORT_CN = "passport_cn"
    PASSPORT_OTHER = "passport_other"
    PASSPORT_MRZ_TD3 = "passport_mrz_td3"
    HK_ID = "hk_id"
    MO_ID = "mo_id"
    TW_ID = "tw_id"
    OTHER_DOCUMENT = "other_document"
    STUDENT_NUMBER = "student_number"
    SCHOOL_CODE = "school_code"
    MOBILE = "mobile"
    LANDLINE = "landline"


class HolderRole(enum.StrEnum):
    """The holder of the number; a student's age and document are checked more closely."""

    STUDENT = "student"
    GUARDIAN = "guardian"


class Sex(enum.StrEnum):
    """The sex encoded in a number: odd sequences are male, even ones female (GB 11643-1999)."""

    MALE = "male"
    FEMALE = "female"


_CITIZEN = frozenset({Kind.RESIDENT_ID, Kind.RESIDENT_ID_15, Kind.RESIDENCE_PERMIT})
_FOREIGNER = frozenset({Kind.FOREIGN_PERMANENT_RESIDENT, Kind.FOREIGN_PERMANENT_RESIDENT_15})
_PHONE = frozenset({Kind.MOBILE, Kind.LANDLINE})

SIBLINGS: Final = {kind: group for group in (_CITIZEN, _FOREIGNER, _PHONE) for kind in group}
"""Kind -> the forms of the same document, distinguished by the number itself."""
