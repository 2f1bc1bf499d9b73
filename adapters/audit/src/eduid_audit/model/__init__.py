"""
The model checker of the lifecycle: every reachable state of every aggregate, and of several composed.

`python -m eduid_audit.model` checks everything and prints the results. `check()` does the same for a test.
`canon` defines the differences between two states, `invariants` the rules that must hold, and `faults` shows
that each check can fail.
"""

from __future__ import annotations

from eduid_audit.model.check import LawFailure, ModelReport, WalkLine, check

__all__ = ["LawFailure", "ModelReport", "WalkLine", "check"]
