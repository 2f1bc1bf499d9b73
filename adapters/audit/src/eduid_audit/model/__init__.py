"""
The model checker of the lifecycle: every reachable state of every aggregate, and of several composed.

`python -m eduid_audit.model` walks it all and prints what was seen. `check()` does the same for a test.
What two states must differ in to be two is in `canon`, what must hold in `invariants`, and that each check can
fail is shown by `faults`.
"""

from __future__ import annotations

from eduid_audit.model.check import LawFailure, ModelReport, WalkLine, check

__all__ = ["LawFailure", "ModelReport", "WalkLine", "check"]
