"""The parts of an audit, in the order of the report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from eduid_audit.parts.crash import CRASH
from eduid_audit.parts.model import MODEL
from eduid_audit.parts.simulator import SIMULATOR
from eduid_audit.parts.store import STORE
from eduid_audit.results import AuditPart, SeededDefect

__all__ = ["DEFECTS", "PARTS"]

PARTS: Final[tuple[AuditPart, ...]] = (MODEL, CRASH, SIMULATOR, STORE)

DEFECTS: Final[Mapping[str, SeededDefect]] = {d.name: d for part in PARTS for d in part.defects}
"""Name of a seeded defect -> the defect, over all parts."""
