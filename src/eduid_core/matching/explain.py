"""
Explanations of a verdict: plain data for the record, and one screen of text for the teacher.

The data hold codes, masked values and the versions of all deciding inputs; the text is rendered from
them and never stored. The same inputs give the same bytes. An applicant learns less: that the form needs
correction, or that the school is reviewing it, and no fact from the registry.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final, Literal

from eduid_core.matching.candidates import Candidates
from eduid_core.matching.decision_table import FIELD_RULES, LATTICE, RULE_SET
from eduid_core.matching.matcher import DEFAULT, chosen_row
from eduid_core.matching.policy import MatchingPolicy
from eduid_core.matching.records import Application, Found, RegistryRow
from eduid_core.matching.verdict import FieldCode, FieldResult, Outcome, Verdict
from eduid_core.messages import text as words
from eduid_core.messages.matching import FIELD_NAMES
from eduid_core.private import Private

__all__ = ["applicant_view", "explain", "explanation_bytes", "render"]

Lang = Literal["zh", "en"]

_FORM_FIELDS: Final = {
    "id": "id_number",
    "name": "name",
    "school": "school",
    "grade": "grade",
    "class": "class_name",
    "entry_year": "entry_year",
}
_ROW_FIELDS: Final = {**_FORM_FIELDS, "entry_year": "entry_month"}
_RULE_OF: Final = {
    **{rule.reason: rule.id for rule in LATTICE},
    **{rule.reason: rule.id for rule in FIELD_RULES},
    "CONSISTENT": "R10",
}
_AGREES: Final = (FieldCode.EQUAL, FieldCode.EQUAL_NORMALISED)
_OUTCOMES: Final = {
    Outcome.APPROVED: ("通过", "approved"),
    Outcome.REVIEW: ("需要核对", "for a person to decide"),
    Outcome.RETURNED: ("退回修改", "returned to be corrected"),
}


def explain(
    verdict: Verdict,
    application: Application,
    found: Found,
    *,
    policy: MatchingPolicy = DEFAULT,
    candidates: Candidates | None = None,
) -> dict[str, object]:
    """
    Return every fact of *verdict* that a reviewer may see: codes, masked values, versions; JSON without floats.

    The registry's value is given for fields under dispute only.
    """
    row = chosen_row(application, found)
    return {
        "application_id": application.application_id,
        "as_of": found.as_of.isoformat() if found.as_of else "",
        "snapshot": found.snapshot,
        "policy": policy.version,
        "rule_set": RULE_SET.version,
        "rule_set_digest": RULE_SET.digest,
        "outcome": verdict.outcome.value,
        "rule": _RULE_OF[verdict.reasons[0]],
        "reasons": list(verdict.reasons),
        "notes": list(verdict.notes),
        "tier": verdict.tier,
        "suggestion": verdict.suggestion,
        "fields": [_field(result, application, row) for result in verdict.fields],
        "proposed": [result.field for result in verdict.fields if _proposes(verdict, result)],
        "candidates": [_candidate(one.row, one.fields) for one in candidates.found] if candidates else [],
    }


def _proposes(verdict: Verdict, result: FieldResult) -> bool:
    """Return whether the registry's value of a field is the proposed correction."""
    return verdict.suggestion == "TAKE_REGISTRY_VALUE" and result.code not in _AGREES


def _field(result: FieldResult, application: Application, row: RegistryRow | None) -> dict[str, object]:
    claimed = getattr(application, _FORM_FIELDS[result.field])
    held = getattr(row, _ROW_FIELDS[result.field]) if row else ""
    disputed = result.code not in _AGREES
    return {
        "field": result.field,
        "code": result.code.value,
        "note": result.note,
        "claimed": _shown(claimed),
        "held": _shown(held) if disputed else "",
        "differs_at": _places(_plain(claimed), _plain(held)) if disputed else [],
    }


def _candidate(row: RegistryRow, fields: Iterable[FieldResult]) -> dict[str, object]:
    return {
        "name": row.name.screen(),
        "id": row.id_number.screen(),
        "school": row.school,
        "grade": row.grade,
        "class": row.class_name,
        "codes": [f"{result.field}={result.code.value}" for result in fields],
    }


def _shown(value: str | Private) -> str:
    return value.screen() if isinstance(value, Private) else value


def _plain(value: str | Private) -> str:
    return value.reveal("explanation") if isinstance(value, Private) else value


def _places(claimed: str, held: str) -> list[int]:
    """Return the positions, from 0, at which two texts of equal length differ; none for different lengths."""
    if len(claimed) != len(held):
        return []
    return [at for at, (one, other) in enumerate(zip(claimed, held, strict=True)) if one != other]


def explanation_bytes(explanation: dict[str, object]) -> bytes:
    """Return *explanation* as canonical JSON: it is stored, and compared when a decision is replayed."""
    return json.dumps(explanation, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()


def render(explanation: dict[str, object], *, lang: Lang = "zh") -> str:
    """
    Return *explanation* as text; the first line states the next step.

    >>> from eduid_core.matching import Application, match
    >>> form = Application("a1", "陈小雨", "320098201503150010", "海英小学", "四年级", "1班", "2022")
    >>> print(render(explain(match(form, []), form, Found()), lang="en"))
    returned to be corrected: let the applicant correct the form
    - the guardian's phone is no mainland mobile
    - not filled in
    - synthetic number
    policy 2026-11, rules 4, rule R1b
    """
    at = 0 if lang == "zh" else 1
    colon = "：" if lang == "zh" else ": "
    outcome = _OUTCOMES[Outcome(str(explanation["outcome"]))][at]
    suggestion = str(explanation["suggestion"])
    lines = [outcome + (colon + words(suggestion, lang, {}) if suggestion else "")]
    lines += [f"- {words(str(code), lang, {})}" for code in _listed(explanation["reasons"])]
    lines += [line for field in _listed(explanation["fields"]) if (line := _field_line(field, lang))]
    versions = ("规则版本", "policy")[at], ("规则", "rules")[at], ("条目", "rule")[at]
    policy, rules, rule = (explanation[key] for key in ("policy", "rule_set", "rule"))
    return "\n".join([*lines, f"{versions[0]} {policy}, {versions[1]} {rules}, {versions[2]} {rule}"])


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _field_line(field: object, lang: Lang) -> str:
    """Return the line of a field, empty if the field agrees without an edit."""
    if not isinstance(field, dict) or field["code"] == "EQUAL":
        return ""
    name = FIELD_NAMES[field["field"]][0 if lang == "zh" else 1]
    sentences = [words(field["code"], lang, {})]
    if field["note"]:
        sentences.append(words(field["note"], lang, {}))
    if field["held"]:
        sentences.append(f"{field['claimed']} / {field['held']}")
    return f"- {name}: {'; '.join(sentences)}"


def applicant_view(verdict: Verdict) -> dict[str, object]:
    """
    Return the facts that the applicant may learn: the same bytes for every review, independent of the registry.

    >>> from eduid_core.matching import Application, match
    >>> view = applicant_view(match(Application("a1"), []))
    >>> view["code"], view["fields"]
    ('FIELD_REQUIRED', ['id', 'name', 'school', 'grade', 'class', 'entry_year'])
    """
    if verdict.outcome is Outcome.APPROVED:
        return {"outcome": "approved", "code": "CONSISTENT", "fields": []}
    if verdict.outcome is Outcome.REVIEW:
        return {"outcome": "review", "code": "UNDER_REVIEW", "fields": []}
    return {
        "outcome": "returned",
        "code": verdict.reasons[0],
        "fields": [result.field for result in verdict.fields],
    }
