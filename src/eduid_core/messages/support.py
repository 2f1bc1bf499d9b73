"""
Support codes: a short number for each code, to be read out on the telephone: `E-1042`.

A number is the place of its code in a list that is only ever appended to: it is never given to another code.
Refusals begin at 1001, reasons of matching at 2001, reasons of persons at 3001, findings at 4001.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

__all__ = ["SUPPORT_CODES"]

_REFUSALS: Final = (
    "appeal_limit_exceeded", "appeal_open", "application_limit_exceeded", "approvals_stand",
    "assurance_too_low", "card_inactive", "card_number_invalid", "challenge_expired",
    "challenge_limit_exceeded", "challenge_locked", "challenge_mismatch", "challenge_required",
    "class_unknown", "conflict", "conflict_of_interest", "contest_limit_exceeded", "draft_changed",
    "edit_limit_exceeded", "evidence_required", "field_required", "forbidden", "grant_exists",
    "grant_inactive", "guardian_consent_required", "guardian_required", "homeroom_taken",
    "idempotency_conflict", "insufficient_evidence", "invalid_id_number", "invalid_phone_number",
    "invalid_transition", "lease_expired", "lease_stands", "link_limit_exceeded", "link_unknown",
    "login_failed", "message_answered", "not_approved", "not_assigned", "not_eligible_reviewer",
    "nothing_changed", "nothing_to_end", "nothing_to_retry", "number_in_use", "password_too_long",
    "password_too_weak", "person_taken", "phone_of_student", "reason_required", "resend_too_soon",
    "return_limit_exceeded", "second_approval_required", "second_factor_absent", "second_factor_wrong",
    "session_ended", "stale_revision", "student_consent_required", "suspension_stands", "task_closed",
    "task_taken", "text_too_long", "text_unusable", "ticket_wrong", "try_limit_exceeded", "unknown_field",
    "unresolved_return_items", "username_limit_exceeded", "username_taken", "username_unusable",
    "withdrawn_by_family",
)  # fmt: skip
_REASONS: Final = (
    "AGE_GRADE_IMPLAUSIBLE", "AGE_IMPOSSIBLE", "ANOTHER_PERSON", "ANSWERS_USED_UP", "AREA_PREFIX",
    "CLASS_GRADE_CONFLICT", "CLASS_SPELLING", "CLASS_YEAR_CONFLICT", "COMPARE_APPLICATIONS",
    "COMPARE_IDENTITY", "CONFIRM_DOCUMENT", "CONFIRM_ENROLMENT", "CONFIRM_GUARDIAN", "CONFIRM_SCHOOL",
    "CONSISTENT", "CONTESTED", "DIFFERENT", "DOT_MISSING", "DUPLICATE_APPLICATION", "DUPLICATE_REGISTRY",
    "ENTRY_SCHOOL_YEAR", "ENTRY_SPELLING", "ENTRY_YEAR_OTHER_STAGE", "EQUAL", "EQUAL_NORMALISED",
    "FIELD_REQUIRED", "GLYPH_VARIANT", "GRADE_COHORT", "GRADE_NOT_ROLLED", "GRADE_SPELLING",
    "GUARDIAN_PHONE_DIFFERS", "HOMOPHONE", "IDENTITY_DIFFERS", "ID_FROM_XJH", "ID_INVALID",
    "ID_NUMBER_ABSENT", "ID_SPELLING", "ID_TYPE", "ID_TYPE_UNKNOWN", "ID_TYPO", "LOOK_FOR_CANDIDATE",
    "MEND_FORM", "MEND_REGISTRY", "MISSING_APP", "MISSING_REG", "NAME_INVALID", "NAME_NEAR", "NAME_ORDER",
    "NOT_COMPARED", "NOT_FOUND", "PHONE_INVALID", "PINYIN_ONLY", "PLACEMENT_DIFFERS", "REGISTRY_INCOMPLETE",
    "REG_FIELD_BLANK", "REG_ID_BAD", "REG_ID_TYPE_UNKNOWN", "REG_NAME_BAD", "REG_NO_ID", "REG_SAME_ID",
    "REG_SAME_PERSON", "REG_SAME_STUDENT_NUMBER", "REG_STATUS_UNKNOWN", "REPORT_FAULT", "SAME_SOUND",
    "SCHOOL_ALIAS", "SCHOOL_AMBIGUOUS", "SCHOOL_CODE", "SCHOOL_NAME_BESIDE_CODE", "SCHOOL_NEAR",
    "SCHOOL_OTHER", "SCHOOL_SPELLING", "SCHOOL_STAGE_ONLY", "SCHOOL_UNKNOWN", "SIMILAR", "SNAPSHOT_EMPTY",
    "SNAPSHOT_SUSPECT", "SOURCE_UNAVAILABLE", "STATUS_CHANGING", "STATUS_GRADUATED", "STATUS_LEFT",
    "STATUS_NOT_PRESENT", "STATUS_SUSPENDED", "STATUS_TRANSFERRED", "STATUS_UNKNOWN", "STATUS_VISITING",
    "SYNTHETIC_REFUSED", "TAKE_REGISTRY_VALUE", "TS_SAFE", "TS_UNSAFE", "UNDER_REVIEW", "UNRESOLVABLE",
    "VARIANT", "VISITING_STUDENT", "WAIT_FOR_SOURCE",
)  # fmt: skip
_OF_PERSONS: Final = (
    "CLASS_TO_CHECK", "CONSENT_REQUIRED", "CONSENT_WITHDRAWN", "DUPLICATE_CONFIRMED", "ENTRY_YEAR_TO_CHECK",
    "EVIDENCE_WANTED", "FRAUD", "GRADE_TO_CHECK", "GUARDIAN_TO_CHECK", "ID_NUMBER_TO_CHECK",
    "IMPERSONATION", "ISSUED_IN_ERROR", "NAME_AS_IN_HOUSEHOLD_REGISTER", "NOT_IN_MY_CLASS",
    "NOT_MY_STUDENT", "REPUDIATED", "RETURN_LIMIT", "SCHOOL_TO_CHECK",
)  # fmt: skip
_FINDINGS: Final = (
    "AGE_IMPLAUSIBLE", "AGE_UNUSUAL_FOR_ROLE", "BAD_CHARACTER", "BEYOND_GB18030_2022",
    "BIRTH_DATE_IMPOSSIBLE", "BIRTH_DIFFERS_FROM_FORM", "BIRTH_IN_FUTURE", "BRACKETS_FOLDED", "CASE_FOLDED",
    "CENTENARIAN_SEQUENCE", "CENTURY_GUESSED", "CHECKSUM", "CLASS_AMBIGUOUS", "CLASS_NOT_LISTED",
    "CLASS_UNREADABLE", "COMPAT_FOLDED", "DIVISION_ABOLISHED_BEFORE_BIRTH", "DIVISION_CREATED_AFTER_BIRTH",
    "DIVISION_LEGACY_SUMMARY", "DIVISION_NOT_ISSUED", "DIVISION_OBSERVED_EXCEPTION",
    "DIVISION_PREFECTURE_LEVEL", "DIVISION_STATISTICS_ONLY", "DIVISION_UNKNOWN", "DOCUMENT_EXPIRED",
    "DOT_NORMALISED", "EMPTY", "ENTRY_YEAR_UNREADABLE", "FORMAT", "FORMAT_ONLY", "GRADE_UNREADABLE",
    "INVISIBLE_REMOVED", "KIND_AMBIGUOUS", "KIND_DIFFERS_FROM_DECLARED", "KIND_UNKNOWN", "LANDLINE_FOR_SMS",
    "LEGACY_15", "LEGACY_ID_FOR_MINOR", "LENGTH", "LETTER_IN_DIGITS", "LINE_UNREADABLE", "LOOKALIKE_X",
    "LOOKS_LIKE_DATE", "LOOKS_LIKE_ORGANISATION_CODE", "MRZ_CHECK", "NAME_BAD_CHARACTER", "NAME_DOT_PLACE",
    "NAME_LATIN", "NAME_LONG", "NAME_MIXED_SCRIPT", "NAME_NATIONAL_SCRIPT", "NAME_TOO_LONG",
    "NAME_VERY_SHORT", "NATIONALITY_UNKNOWN", "NON_ASCII_DIGIT", "NOT_TEXT", "OUTER_TRIMMED",
    "PERMIT_DIVISION", "PHONE_COUNTRY_NOT_SUPPORTED", "PHONE_EXTENSION", "PHONE_IOT", "PHONE_LETTER",
    "PHONE_NOT_IN_PLAN", "PHONE_PREFIX_DROPPED", "PHONE_SATELLITE", "PHONE_SERVICE_NUMBER",
    "PHONE_TWO_NUMBERS", "PHONE_UNASSIGNED_PREFIX", "PROVINCE_UNKNOWN", "PUA_RESOLVED",
    "PUNCTUATION_FOLDED", "RADICAL_FOLDED", "SCHOOL_CATEGORY_UNKNOWN", "SCHOOL_PROVINCE_MISMATCH",
    "SCHOOL_PROVINCE_UNKNOWN", "SEPARATORS_REMOVED", "SEX_DIFFERS_FROM_FORM", "SPACE_REMOVED",
    "STUDENT_ID_DOUBLE_PREFIX", "STUDENT_ID_G_DIFFERS", "STUDENT_ID_J_CHECK", "STUDENT_ID_TEMPORARY",
    "STUDENT_ID_TYPE", "SYNTHETIC_NUMBER", "TOO_LONG_INPUT", "TW_RESIDENT_FORM", "UNRESOLVABLE_GLYPH",
    "VARIATION_SELECTOR_DROPPED", "WIDTH_FOLDED", "X_NOT_AT_END",
)  # fmt: skip
SUPPORT_CODES: Final = MappingProxyType(
    {
        code: f"E-{first + place}"
        for first, codes in ((1001, _REFUSALS), (2001, _REASONS), (3001, _OF_PERSONS), (4001, _FINDINGS))
        for place, code in enumerate(codes)
    }
)
"""Code -> the number that people say."""
