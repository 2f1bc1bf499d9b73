"""
Evaluation kit: a labelled set of cases from a seed, and the score of any decider on it.

It answers two questions. How many real differences were approved (it must be none; for none of n, the rate is
below 3/n with 95 % confidence)? How many honest forms, in any spelling, needlessly went to a teacher (with the
Wilson interval)?

>>> report = score(cases(seed=1, size=200))
>>> report.false_approvals, report.needless_reviews
(0, 0)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from random import Random
from typing import Final

import attrs

from eduid_audit.evaluation.differences import DIFFERENCES
from eduid_core.matching import Application, Found, Outcome, Policy, Verdict, match
from eduid_core.testing.invented_students import AS_OF, WORLD, InventedStudent, invented_student
from eduid_core.testing.noise import NOISE

__all__ = ["Labelled", "ScoreReport", "Stratum", "cases", "differing_cases", "score", "wilson"]

_Z: Final = 1.959964
Decider = Callable[[Application, Found], Verdict]


@attrs.frozen
class Labelled:
    """A case with a known label."""

    application: Application
    found: Found
    agrees: bool
    stratum: str


def cases(*, seed: int, size: int, difference_percent: int = 50, most_noises: int = 4) -> Iterator[Labelled]:
    """
    Yield *size* labelled cases: *difference_percent* of them really differ, the others are honest forms.

    Honest forms are written with up to *most_noises* kinds of noise, differing ones as printed; those of
    `differing_cases` have noise as well.
    """
    rng = Random(seed)
    made = 0
    while made < size:
        honest = _noisy(rng, invented_student(rng, application_id=f"a{made}"), rng.randint(0, most_noises))
        if rng.randrange(100) >= difference_percent:
            pair, stratum = honest
            yield Labelled(pair.application, Found((pair.row,), WORLD, AS_OF), agrees=True, stratum=stratum)
        else:
            name = rng.choice(tuple(DIFFERENCES))
            case = DIFFERENCES[name](rng, invented_student(rng, application_id=f"a{made}"))
            if case is None:
                continue
            yield Labelled(*case, agrees=False, stratum=name)
        made += 1


def differing_cases(*, seed: int, size: int, most_noises: int = 2) -> Iterator[Labelled]:
    """
    Yield *size* cases with a real difference, of uniformly drawn strata, combined with up to *most_noises*
    kinds of noise.

    The noise changes fields other than the difference, so that it may hide the difference.

    >>> {case.agrees for case in differing_cases(seed=1, size=30)}
    {False}
    """
    rng, strata = Random(seed), tuple(DIFFERENCES.items())
    made = 0
    while made < size:
        name, differ = strata[rng.randrange(len(strata))]
        pair = invented_student(rng, application_id=f"a{made}")
        case = differ(rng, pair)
        if case is None:
            continue
        form, found = case
        if noises := rng.randint(0, most_noises):
            form = _beside(pair.application, form, _noisy(rng, pair, noises)[0].application)
        yield Labelled(form, found, agrees=False, stratum=name)
        made += 1


def _beside(plain: Application, differing: Application, noisy: Application) -> Application:
    """Return *differing*, with each field that equals *plain* taken from *noisy*."""
    fields = {
        name: getattr(noisy, name)
        for name in _FIELDS
        if getattr(differing, name) == (said := getattr(plain, name)) and getattr(noisy, name) != said
    }
    return attrs.evolve(differing, **fields) if fields else differing


_FIELDS: Final = tuple(field.name for field in attrs.fields(Application))


def _noisy(rng: Random, pair: InventedStudent, kinds: int) -> tuple[InventedStudent, str]:
    """Return *pair* with at most *kinds* noises of different fields, and the name of the last noise."""
    stratum = "as_printed"
    for name in rng.sample(tuple(NOISE), kinds):
        try:
            changed = NOISE[name](rng, pair)
        except (StopIteration, ValueError):  # a noise that does not fit an earlier noise
            continue
        if changed is not None:
            pair, stratum = changed, name
    return pair, stratum


@attrs.frozen(kw_only=True)
class Stratum:
    """
    The counts of a stratum: the number of cases, the number of wrong decisions, and the bounds of
    that rate.
    """

    name: str
    agrees: bool
    size: int
    wrong: int

    @property
    def bounds(self) -> tuple[float, float]:
        """Return the 95 % bounds of the rate of wrong decisions; for none of n, 0 and 3/n."""
        if not self.size:
            return 0.0, 1.0
        return (0.0, min(3 / self.size, 1.0)) if not self.wrong else wilson(self.wrong, self.size)


@attrs.frozen
class ScoreReport:
    """The score by stratum."""

    strata: tuple[Stratum, ...]

    @property
    def false_approvals(self) -> int:
        """Return the number of approved real differences."""
        return sum(stratum.wrong for stratum in self.strata if not stratum.agrees)

    @property
    def needless_reviews(self) -> int:
        """Return the number of honest forms that were not approved."""
        return sum(stratum.wrong for stratum in self.strata if stratum.agrees)

    def total(self, *, agrees: bool) -> Stratum:
        """Return the sum of all strata with the same label."""
        chosen = [stratum for stratum in self.strata if stratum.agrees is agrees]
        size, wrong = sum(one.size for one in chosen), sum(one.wrong for one in chosen)
        return Stratum(name="all", agrees=agrees, size=size, wrong=wrong)


def score(
    labelled: Iterable[Labelled], decide: Decider | None = None, *, policy: Policy | None = None
) -> ScoreReport:
    """Score *decide* (by default `match` under *policy*) on the cases *labelled*, and return the report."""
    rules = policy or Policy()
    counts: dict[tuple[bool, str], list[int]] = {}
    for case in labelled:
        form, found = case.application, case.found
        verdict = decide(form, found) if decide else match(form, found, policy=rules)
        count = counts.setdefault((case.agrees, case.stratum), [0, 0])
        count[0] += 1
        count[1] += (verdict.outcome is Outcome.APPROVED) is not case.agrees
    return ScoreReport(
        tuple(
            Stratum(name=name, agrees=agrees, size=size, wrong=wrong)
            for (agrees, name), (size, wrong) in sorted(counts.items())
        )
    )


def wilson(wrong: int, size: int) -> tuple[float, float]:
    """
    Return the 95 % Wilson interval of the rate *wrong* of *size*.

    >>> [round(bound, 4) for bound in wilson(1, 100)]
    [0.0018, 0.0545]
    """
    rate, square = wrong / size, _Z * _Z
    centre = (rate + square / (2 * size)) / (1 + square / size)
    half = _Z * math.sqrt(rate * (1 - rate) / size + square / (4 * size * size)) / (1 + square / size)
    return max(centre - half, 0.0), min(centre + half, 1.0)
