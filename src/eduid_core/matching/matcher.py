"""`match`: compare one application with its registry rows. The reference semantics of the whole project."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Final

from eduid_core.matching.cross_checks import age_remark, birth_in
from eduid_core.matching.decide import decide_conditions, decide_fields, hits, not_compared
from eduid_core.matching.fast_path import plain_agreement
from eduid_core.matching.fields.classes import compare_class
from eduid_core.matching.fields.entry_years import compare_entry
from eduid_core.matching.fields.grades import compare_grade
from eduid_core.matching.fields.ids import compare_id
from eduid_core.matching.fields.names import compare_name
from eduid_core.matching.fields.phones import phone_differs
from eduid_core.matching.fields.schools import compare_school
from eduid_core.matching.form_check import Form, examine
from eduid_core.matching.keys import lookup_key
from eduid_core.matching.placement import Placement, read_placement
from eduid_core.matching.policy import MatchingPolicy
from eduid_core.matching.records import Application, Found, RegistryRow
from eduid_core.matching.schools import SchoolIndex
from eduid_core.matching.statuses import status_reason
from eduid_core.matching.verdict import KEY_FIELDS, Compared, FieldCode, FieldResult, Outcome, Verdict

__all__ = ["DEFAULT", "chosen_row", "compare", "decide_at_length", "match", "match_or_review"]

DEFAULT: Final = MatchingPolicy()


def match(
    application: Application, found: Found | Sequence[RegistryRow] | None, *, policy: MatchingPolicy = DEFAULT
) -> Verdict:
    """
    Return the verdict on *application*: pure, total, the same for the same arguments.

    Approved if every key field agrees with the only active row; returned if the applicant can and must correct
    the form; otherwise for a person.

    >>> form = Application(
    ...     "a1",
    ...     "陈小雨",
    ...     "320098201503150010",
    ...     "海英小学",
    ...     "四年级",
    ...     "1班",
    ...     "2022",
    ...     guardian_phone="13912345678",
    ... )
    >>> row = RegistryRow(
    ...     "G320098201503150010",
    ...     "陈小雨",
    ...     "1",
    ...     "320098201503150010",
    ...     "2132000001",
    ...     "海英小学",
    ...     "四年级",
    ...     "1班",
    ...     "202209",
    ...     "在读",
    ... )
    >>> match(form, [row]).outcome.value
    'approved'
    >>> match(form, []).reasons[0]
    'NOT_FOUND'
    """
    case = found if isinstance(found, Found) else Found(rows=tuple(found or ()))
    return plain_agreement(application, case, policy=policy) or decide_at_length(
        application, case, policy=policy
    )


def match_or_review(
    application: Application,
    found: Found | Sequence[RegistryRow] | None,
    *,
    policy: MatchingPolicy = DEFAULT,
    on_failure: Callable[[str], object],
) -> Verdict:
    """
    Return the verdict of `match`; if it fails, NOT_COMPARED: a person decides, and other applications go on.

    *on_failure* takes the type of the error. Its text may hold a cell of the form and is dropped.
    """
    try:
        return match(application, found, policy=policy)
    except Exception as error:  # noqa: BLE001 - one application must not stop the others
        on_failure(type(error).__name__)
        return not_compared()


def decide_at_length(application: Application, case: Found, *, policy: MatchingPolicy) -> Verdict:
    """Return the verdict by the general path, which handles every case."""
    form = examine(application, as_of=case.as_of, policy=policy)
    early = decide_conditions(form.conditions) if form.conditions else None
    if early and early.outcome is Outcome.RETURNED:
        return _returned(form)
    chosen, conditions = _choose(_rows_of(form.key, application, case))
    if "NOT_FOUND" in conditions and not (form.key and case.available):
        conditions.remove("NOT_FOUND")
    conditions += form.conditions
    if not case.available:
        conditions.append("SOURCE_UNAVAILABLE")
    if case.also_applied:
        conditions.append("DUPLICATE_APPLICATION")
    if chosen is None:
        return _conclude(form, conditions, (), policy)
    if policy.guardian_phone_must_agree and phone_differs(application, chosen):
        conditions.append("GUARDIAN_PHONE_DIFFERS")
    held = _placement_of(chosen, policy)
    fields = _compare(application, chosen, held, case, policy)
    if case.as_of and form.key:
        remark = age_remark(birth_in(form.key), held.number, as_of=case.as_of, policy=policy)
        form = form._replace(remarks=form.remarks + remark) if remark else form
    return _conclude(form, conditions, fields, policy)


def chosen_row(application: Application, case: Found) -> RegistryRow | None:
    """Return the row that *application* is compared with, if the found rows leave exactly one."""
    key = lookup_key(application.id_type, application.id_number)
    return _choose(_rows_of(key, application, case))[0]


def _rows_of(key: str | None, application: Application, case: Found) -> list[RegistryRow]:
    """Return the rows of the number *key*; a caller may have passed rows of other numbers too."""
    if not key:
        return []
    claimed = application.id_type, application.id_number
    rows = ((row, (row.id_type, row.id_number)) for row in case.rows)
    return [row for row, held in rows if held == claimed or lookup_key(*held) == key]


def _returned(form: Form) -> Verdict:
    reasons = [rule.reason for rule in hits(form.conditions) if rule.outcome is Outcome.RETURNED]
    fields = tuple(FieldResult(field, FieldCode.MISSING_APP) for field in KEY_FIELDS if field in form.blanks)
    return Verdict(Outcome.RETURNED, _once(reasons, form.remarks), fields, form.edits, 0, "MEND_FORM")


def _choose(rows: Sequence[RegistryRow]) -> tuple[RegistryRow | None, list[str]]:
    """Return the row to decide on, and the conditions of the rows as a whole."""
    if not rows:
        return None, ["NOT_FOUND"]
    statuses = [status_reason(row.status) for row in rows]
    active = [row for row, reason in zip(rows, statuses, strict=True) if not reason]
    if len(active) > 1:
        return None, ["DUPLICATE_REGISTRY"]
    if active:
        return active[0], [] if active[0].student_number else ["REGISTRY_INCOMPLETE"]
    return rows[0] if len(rows) == 1 else None, statuses


def compare(
    application: Application, row: RegistryRow, case: Found, *, policy: MatchingPolicy = DEFAULT
) -> tuple[FieldResult, ...]:
    """Compare *application* with *row*, however it was found, and return the six field results."""
    return _compare(application, row, _placement_of(row, policy), case, policy)


def _placement_of(row: RegistryRow, policy: MatchingPolicy) -> Placement:
    system = policy.system_of(row.school_code)
    return read_placement(row.grade, row.class_name, row.entry_month, system=system, policy=policy)


def _compare(
    application: Application, row: RegistryRow, theirs: Placement, case: Found, policy: MatchingPolicy
) -> tuple[FieldResult, ...]:
    schools = case.schools if case.schools is not None else SchoolIndex.of(case.rows or (row,))
    system, as_of = policy.system_of(row.school_code), case.as_of
    claimed = application.grade, application.class_name, application.entry_year
    mine = read_placement(*claimed, system=system, policy=policy, like=theirs)
    answers: tuple[Compared, ...] = (
        compare_id(application, row),
        compare_name(application.name.reveal("matching"), row.name.reveal("matching")),
        compare_school(application, row, schools, as_of),
        compare_grade(mine, theirs, system=system, as_of=as_of, policy=policy),
        compare_class(mine, theirs, system=system, policy=policy),
        compare_entry(mine, theirs, system=system, policy=policy),
    )
    return tuple(FieldResult(field, *answer) for field, answer in zip(KEY_FIELDS, answers, strict=True))


def _conclude(
    form: Form, conditions: Collection[str], fields: tuple[FieldResult, ...], policy: MatchingPolicy
) -> Verdict:
    """Return the verdict of conditions and fields together."""
    decision = decide_conditions(conditions)
    reasons = [rule.reason for rule in hits(conditions)] if decision else []
    if fields:
        by_fields = decide_fields(fields, policy)
        if decision is None:
            decision = by_fields
        if by_fields.outcome is not Outcome.APPROVED or not reasons:
            reasons.append(by_fields.reason)
        if by_fields.tier > decision.tier:
            decision = decision._replace(tier=by_fields.tier)
    if decision is None:
        raise AssertionError("neither a condition nor a field stands")
    notes = [result.note for result in fields if result.note and result.code not in _AGREEING]
    spelt = [result.note for result in fields if result.note and result.code in _AGREEING]
    return Verdict(
        decision.outcome,
        _once(reasons, notes, form.remarks),
        fields,
        _once(form.edits, spelt, notes),
        decision.tier,
        decision.suggestion,
    )


_AGREEING: Final = (FieldCode.EQUAL, FieldCode.EQUAL_NORMALISED)


def _once(*groups: Iterable[str]) -> tuple[str, ...]:
    """Return all codes in order, each once."""
    return tuple(dict.fromkeys(code for group in groups for code in group))
