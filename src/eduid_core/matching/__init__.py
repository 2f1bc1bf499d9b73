"""
Matching (比对): one application against the student registry, field by field.

Every field agrees: approved. The applicant can and must correct the form: returned. Otherwise a person decides.
No score ever approves, and the system never refuses a student.
"""

from eduid_core.matching.candidates import Candidate, CandidateIndex, Candidates, find_candidates
from eduid_core.matching.decide import Decision, decide_conditions, decide_fields, not_compared
from eduid_core.matching.decision_table import RULE_SET, RuleSet
from eduid_core.matching.explain import applicant_view, explain, explanation_bytes, render
from eduid_core.matching.keys import kind_of, lookup_key
from eduid_core.matching.matcher import compare, match, match_or_review
from eduid_core.matching.policy import MatchingPolicy as Policy
from eduid_core.matching.quality import Problem, QualityReport, inspect_registry
from eduid_core.matching.queue import Waiting, risk_order
from eduid_core.matching.records import Application, Found, RegistryRow
from eduid_core.matching.registry_shrinkage import RegistryShrinkage, shrunk
from eduid_core.matching.schools import SchoolAlias, SchoolIndex
from eduid_core.matching.statuses import is_enrolled, status_reason
from eduid_core.matching.verdict import KEY_FIELDS, Compared, FieldCode, FieldResult, Outcome, Verdict

__all__ = [
    "KEY_FIELDS",
    "RULE_SET",
    "Application",
    "Candidate",
    "CandidateIndex",
    "Candidates",
    "Compared",
    "Decision",
    "FieldCode",
    "FieldResult",
    "Found",
    "Outcome",
    "Policy",
    "Problem",
    "QualityReport",
    "RegistryRow",
    "RegistryShrinkage",
    "RuleSet",
    "SchoolAlias",
    "SchoolIndex",
    "Verdict",
    "Waiting",
    "applicant_view",
    "compare",
    "decide_conditions",
    "decide_fields",
    "explain",
    "explanation_bytes",
    "find_candidates",
    "inspect_registry",
    "is_enrolled",
    "kind_of",
    "lookup_key",
    "match",
    "match_or_review",
    "not_compared",
    "render",
    "risk_order",
    "shrunk",
    "status_reason",
]
