"""Hypothesis strategies of the evaluation: cases with one real difference."""

from __future__ import annotations

from random import Random

from hypothesis import strategies as st

from eduid_audit.evaluation.differences import DIFFERENCES
from eduid_audit.evaluation.score import Labelled
from eduid_core.testing.invented_students import invented_student

__all__ = ["different_cases"]

_randoms = st.randoms(use_true_random=False)


@st.composite
def different_cases(draw: st.DrawFn) -> Labelled:
    """Generate a case with one real difference, labelled with its stratum."""
    while True:
        rng: Random = draw(_randoms)
        name = draw(st.sampled_from(sorted(DIFFERENCES)))
        if case := DIFFERENCES[name](rng, invented_student(rng)):
            return Labelled(*case, agrees=False, stratum=name)
