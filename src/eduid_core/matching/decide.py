"""The decision: a pure function of codes and policy, based on the tables of `decision_table`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final, NamedTuple

from eduid_core.matching.decision_table import (
    CONSISTENT,
    FIELD_RULES,
    FIELD_TIERS,
    LATTICE,
    MIXED_TIER,
    SOUND_TIER,
    CaseRule,
)
from eduid_core.matching.policy import MatchingPolicy
from eduid_core.matching.verdict import KEY_FIELDS, Compared, FieldCode, FieldResult, Outcome, Verdict

__all__ = ["Decision", "decide_conditions", "decide_fields", "hits", "not_compared"]

_BY_REASON: Final = {rule.reason: rule for rule in LATTICE}
_ORDER: Final = {rule.reason: at for at, rule in enumerate(LATTICE)}
_REQUIRED: Final = _BY_REASON["FIELD_REQUIRED"]


class Decision(NamedTuple):
    """The result of codes: the outcome, the deciding reason and rule, the tier, the suggested first step."""

    outcome: Outcome
    reason: str
    tier: int
    suggestion: str
    rule: str


_AGREES: Final = Decision(Outcome.APPROVED, CONSISTENT.reason, 0, "", CONSISTENT.id)


def hits(conditions: Iterable[str]) -> tuple[CaseRule, ...]:
    """Return the rules that *conditions* hit, in the order of the table."""
    return tuple(_BY_REASON[reason] for reason in sorted(set(conditions), key=_ORDER.__getitem__))


def decide_conditions(conditions: Collection[str]) -> Decision | None:
    """
    Return the decision for the conditions of the whole case, or None if no rule is hit.
    Return the decision for the conditions of the whole case, or None if no rule is hit.

    >>> decide_conditions(["NOT_FOUND", "PHONE_INVALID"]).outcome.value
    'returned'
    """
    hit = hits(conditions) if conditions else ()
    if not hit:
        return None
    first = hit[0]
    tier = max(rule.tier for rule in hit) if first.outcome is Outcome.REVIEW else 0
    return Decision(first.outcome, first.reason, tier, first.suggestion, first.id)


def not_compared() -> Verdict:
    """Return the verdict on an application whose comparison failed: a person compares it."""
    rule = _BY_REASON["NOT_COMPARED"]
    return Verdict(rule.outcome, (rule.reason,), (), (), rule.tier, rule.suggestion)


def decide_fields(codes: Sequence[FieldCode | Compared | FieldResult], policy: MatchingPolicy) -> Decision:
    """
    Return the decision for six field codes, in the order of `KEY_FIELDS`, if no condition is hit.

    A code without a note has the note "": a VARIANT without an explaining rule.

    >>> decide_fields([FieldCode.EQUAL] * 6, MatchingPolicy()).reason
    'CONSISTENT'
    >>> decide_fields(
    ...     [FieldCode.EQUAL] * 2 + [FieldCode.DIFFERENT] + [FieldCode.EQUAL] * 3, MatchingPolicy()
    ... ).reason
    'VISITING_STUDENT'
    """
    outside = _outside(codes, policy)
    if not outside:
        return _AGREES
    if FieldCode.MISSING_APP in outside.values():
        return Decision(_REQUIRED.outcome, _REQUIRED.reason, 0, _REQUIRED.suggestion, _REQUIRED.id)
    for rule in FIELD_RULES:
        if any(field in outside for field in rule.fields):
            return Decision(Outcome.REVIEW, rule.reason, _tier(outside), rule.suggestion, rule.id)
    raise AssertionError("a key field stands in no field rule")


def _outside(
    codes: Sequence[FieldCode | Compared | FieldResult], policy: MatchingPolicy
) -> dict[str, FieldCode]:
    """Return the fields outside the approving set, with their codes."""
    outside: dict[str, FieldCode] = {}
    for field, given in zip(KEY_FIELDS, codes, strict=True):
        code, note = (given, "") if isinstance(given, FieldCode) else given[-2:]
        if code is not FieldCode.EQUAL and not policy.approves(field, code, note):
            outside[field] = code
    return outside


def _tier(outside: dict[str, FieldCode]) -> int:
    """Return the tier of the worst field; a misheard name beside another difference has a higher tier."""
    tiers = {field: FIELD_TIERS[field][code] for field, code in outside.items()}
    highest = max(tiers.values())
    return max(highest, MIXED_TIER) if tiers.get("name", 0) >= SOUND_TIER and len(tiers) > 1 else highest
