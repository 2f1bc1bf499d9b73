"""
Hypothesis strategies for people, forms and registries: synthetic only.

Numbers lie in the never-issued space (`PP00NN`), phones under the unassigned prefix 154; names are drawn by
frequency. Every strategy shrinks towards the plainest example.
"""

from __future__ import annotations

from random import Random

from hypothesis import strategies as st

from eduid_core.matching import Application, Found, RegistryRow
from eduid_core.testing.evaluation.differences import DIFFERENCES
from eduid_core.testing.evaluation.noise import NOISE
from eduid_core.testing.evaluation.score import Labelled
from eduid_core.testing.invented_students import AS_OF, WORLD, Pupil, han_name, pupil

__all__ = ["applications", "different_cases", "noisy_pupils", "person_names", "pupils", "registries"]

_randoms = st.randoms(use_true_random=False)


@st.composite
def person_names(draw: st.DrawFn, *, dotted: bool | None = None) -> str:
    """Return names of nobody; *dotted* asks for names with a dot, or without (default: both)."""
    while True:
        name = han_name(draw(_randoms))
        if dotted is None or ("·" in name) is dotted:
            return name


@st.composite
def pupils(draw: st.DrawFn, *, with_code: bool | None = None) -> Pupil:
    """Return a form and a row that agree to the letter; *with_code*: the form names the school code."""
    return pupil(draw(_randoms), with_code=with_code)


@st.composite
def noisy_pupils(draw: st.DrawFn, *, most: int = 4) -> Pupil:
    """Return an agreeing pair whose form is written with up to *most* kinds of noise."""
    rng: Random = draw(_randoms)
    pair = pupil(rng)
    for name in draw(st.lists(st.sampled_from(sorted(NOISE)), max_size=most, unique=True)):
        try:
            pair = NOISE[name](rng, pair) or pair
        except (StopIteration, ValueError):
            continue
    return pair


@st.composite
def different_cases(draw: st.DrawFn) -> Labelled:
    """Return a case with one real difference, labelled with its stratum."""
    while True:
        rng: Random = draw(_randoms)
        name = draw(st.sampled_from(sorted(DIFFERENCES)))
        if case := DIFFERENCES[name](rng, pupil(rng)):
            return Labelled(*case, agrees=False, stratum=name)


@st.composite
def applications(draw: st.DrawFn) -> Application:
    """Return filled-in forms, plain or written with noise."""
    return draw(noisy_pupils()).application


@st.composite
def registries(draw: st.DrawFn, *, most: int = 8) -> Found:
    """Return the answer of a registry with up to *most* rows of different pupils."""
    rows: list[RegistryRow] = [one.row for one in draw(st.lists(pupils(), max_size=most))]
    return Found(rows, WORLD, AS_OF)
