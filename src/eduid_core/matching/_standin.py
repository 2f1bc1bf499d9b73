"""Stand-in until the numbers arrive."""

# ruff: noqa
# mypy: ignore-errors
import datetime as dt, enum, re
import attrs
from eduid_core.findings import Finding, Severity


class Kind(enum.StrEnum):
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
    HK_ID = "hk_id"
    MO_ID = "mo_id"
    TW_ID = "tw_id"
    OTHER_DOCUMENT = "other_document"
    STUDENT_NUMBER = "student_number"
    SCHOOL_CODE = "school_code"
    MOBILE = "mobile"
    LANDLINE = "landline"


class Role(enum.StrEnum):
    STUDENT = "student"


@attrs.frozen
class Inspection:
    kind: object
    canonical: object
    findings: tuple = ()

    @property
    def valid(self):
        return self.canonical is not None

    @property
    def codes(self):
        return tuple(f.code for f in self.findings)


def _f(code, sev):
    return Finding(code, Severity(sev), (0, 0))


def is_resident_id(t, *, as_of=None):
    if not (
        isinstance(t, str)
        and len(t) == 18
        and t[:17].isascii()
        and t[:17].isdigit()
        and t[17] in "0123456789Xx"
        and t[0] in "12345678"
    ):
        return False
    try:
        b = dt.date(int(t[6:10]), int(t[10:12]), int(t[12:14]))
    except ValueError:
        return False
    if as_of and b > as_of:
        return False
    return (
        "10X98765432"[
            sum(int(c) * w for c, w in zip(t, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2))) % 11
        ]
        == t[17].upper()
    )


def inspect_number(text, *, kind=None, as_of, role=None):
    from eduid_core.matching.keys import squeeze_number

    plain = squeeze_number(text)
    if kind in ("resident_id", "residence_permit"):
        if not is_resident_id(plain, as_of=as_of):
            return Inspection(kind, None, (_f("CHECKSUM", "error"),))
        fs = []
        if plain[2:4] == "00" and plain[:2] not in ("81", "82", "83"):
            fs.append(_f("SYNTHETIC_NUMBER", "doubt"))
        if plain != text:
            fs.append(_f("SEPARATORS_REMOVED", "note"))
        return Inspection(kind, plain, tuple(fs))
    return Inspection(kind, plain or None, ())


def inspect_phone(text, *, region="CN"):
    t = re.sub(r"[\s\-]|^\+?86", "", text)
    ok = re.fullmatch(r"1[3-9]\d{9}", t, re.A)
    return Inspection(
        Kind.MOBILE, t if ok else None, (_f("PHONE_UNASSIGNED_PREFIX", "doubt"),) if t.startswith("154") else ()
    )
