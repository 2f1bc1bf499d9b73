"""
Every public Hypothesis strategy: numbers, people, registries, journeys. Plural names, keyword options,
synthetic only.

>>> from hypothesis import find
>>> from eduid_core.validation import is_resident_id
>>> is_resident_id(find(resident_ids(), lambda n: True))
True
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Final

import attrs
from hypothesis import strategies as st

from eduid_core.matching import Application, Found, RegistryRow
from eduid_core.private import PrivateText
from eduid_core.testing import fakes
from eduid_core.testing.invented_students import AS_OF, WORLD, InventedStudent, han_name, invented_student
from eduid_core.testing.noise import NOISE
from eduid_core.validation import Kind, Sex
from eduid_core.validation.divisions.lookup import PERMITS, PROVINCES, table
from eduid_core.validation.documents.check_digits import check_character
from eduid_core.workflow import Actor, Command, Policy, Refused, Role, decide, fold
from eduid_core.workflow.application import commands as c
from eduid_core.workflow.application.states import MatchResult, ReturnItem

__all__ = [
    "applications",
    "damaged",
    "hostile_texts",
    "journeys",
    "noisy_students",
    "numbers",
    "objects",
    "person_names",
    "phones",
    "registries",
    "resident_ids",
    "retyped",
    "school_codes",
    "student_numbers",
    "students",
]


BEGAN = dt.datetime(2026, 11, 1, 8, tzinfo=dt.UTC)
GUARDIAN = Actor(id="account-1", role=Role.GUARDIAN)
SYSTEM = Actor(id="system", role=Role.SYSTEM)
TEACHER = Actor(id="teacher-1", role=Role.TEACHER, assurance=2)

RESULTS = (
    MatchResult("approved", ("CONSISTENT",)),
    MatchResult("review", ("VISITING_STUDENT",), (("school", "DIFFERENT", ""),), tier=2),
    MatchResult("returned", ("FIELD_REQUIRED",), (("name", "MISSING_APP", ""),)),
)
ITEMS = (ReturnItem("school", "SCHOOL_TO_CHECK"),)

Step = Callable[[dict[str, Any], Any, Application, st.DataObject], Command]


def _mended(state: Any, form: Application) -> Application:
    return attrs.evolve(
        form, school=f"{form.school}（改）" if state and state.revision % 2 == 0 else form.school
    )


STEPS: tuple[tuple[Actor, Step], ...] = (
    (GUARDIAN, lambda a, _, f, __: c.Save(form=f, **a)),
    (GUARDIAN, lambda a, _, __, ___: c.Submit(consent_text="text/1", **a)),
    (SYSTEM, lambda a, s, _, d: c.RecordMatch(rev=s.revision, result=d.draw(st.sampled_from(RESULTS)), **a)),
    (GUARDIAN, lambda a, s, f, _: c.Amend(form=_mended(s, f), **a)),
    (TEACHER, lambda a, _, __, ___: c.ReturnForCorrection(items=ITEMS, **a)),
    (GUARDIAN, lambda a, s, f, _: c.Resubmit(form=_mended(s, f), contested=(("school", "it is right"),), **a)),
    (TEACHER, lambda a, _, __, ___: c.Approve(basis="evidence_seen", **a)),
    (TEACHER, lambda a, _, __, ___: c.Reject(code="NOT_MY_STUDENT", **a)),
    (GUARDIAN, lambda a, _, __, ___: c.Appeal(statement=PrivateText("please look again"), **a)),
    (GUARDIAN, lambda a, s, f, _: c.RequestCorrection(form=_mended(s, f), **a)),
    (SYSTEM, lambda a, _, __, ___: c.StartReverification(school_year=2027, **a)),
    (SYSTEM, lambda a, _, __, ___: c.Escalate(**a)),
    (SYSTEM, lambda a, _, __, ___: c.ExpireApplication(**a)),
    (GUARDIAN, lambda a, _, __, ___: c.Withdraw(**a)),
)


@st.composite
def journeys(draw: st.DrawFn, *, most: int = 12, policy: Policy | None = None) -> list[Command]:
    """Generate up to *most* commands to an application, each given in the state after the previous ones."""
    rules, form, data = policy or Policy(), draw(applications()), draw(st.data())
    commands: list[Command] = [c.Open(form=form, account_id=GUARDIAN.id, subject="A-1", by=GUARDIAN, at=BEGAN)]
    state = fold(_made(None, commands[0], rules))
    for number in range(draw(st.integers(0, most - 1))):
        at = BEGAN + dt.timedelta(minutes=number + 1)
        offers = [step({"subject": "A-1", "by": by, "at": at}, state, form, data) for by, step in STEPS]
        taken = [command for command in offers if _made(state, command, rules)]
        chance: int = draw(st.integers(0, 3))
        command = draw(st.sampled_from(taken if taken and chance else offers))
        commands.append(command)
        state = fold(_made(state, command, rules), state)
    return commands


def _made(state: Any, command: Command, policy: Policy) -> tuple[Any, ...]:
    made = decide(state, command, policy=policy)
    return () if isinstance(made, Refused) else made


_randoms = st.randoms(use_true_random=False)


@st.composite
def person_names(draw: st.DrawFn, *, dotted: bool | None = None) -> str:
    """Generate invented names; *dotted* selects names with a dot, or without (default: both)."""
    while True:
        name = han_name(draw(_randoms))
        if dotted is None or ("·" in name) is dotted:
            return name


@st.composite
def students(draw: st.DrawFn, *, with_code: bool | None = None) -> InventedStudent:
    """Generate a form and a row that agree exactly; *with_code*: the form names the school code."""
    return invented_student(draw(_randoms), with_code=with_code)


@st.composite
def noisy_students(draw: st.DrawFn, *, most: int = 4) -> InventedStudent:
    """Generate an agreeing pair with a form in up to *most* kinds of noise."""
    rng: Random = draw(_randoms)
    pair = invented_student(rng)
    for name in draw(st.lists(st.sampled_from(sorted(NOISE)), max_size=most, unique=True)):
        try:
            pair = NOISE[name](rng, pair) or pair
        except (StopIteration, ValueError):
            continue
    return pair


@st.composite
def applications(draw: st.DrawFn) -> Application:
    """Generate completed forms, plain or with noise."""
    return draw(noisy_students()).application


@st.composite
def registries(draw: st.DrawFn, *, most: int = 8) -> Found:
    """Generate the answer of a registry with up to *most* rows of different students."""
    rows: list[RegistryRow] = [one.row for one in draw(st.lists(students(), max_size=most))]
    return Found(rows, WORLD, AS_OF)


_SEEDS: Final = st.integers(0, 2**32 - 1)
_PROVINCES: Final = tuple(sorted(PROVINCES - {"46", "71", "81", "82", "83"}))
_WIDE: Final = str.maketrans({chr(c): chr(c + 0xFEE0) for c in (*range(0x30, 0x3A), *range(0x41, 0x5B))})


@st.composite
def resident_ids(
    draw: st.DrawFn,
    *,
    provinces: Sequence[str] = _PROVINCES,
    min_birth: dt.date = dt.date(2004, 1, 1),
    max_birth: dt.date = dt.date(2020, 12, 31),
    sexes: Sequence[Sex] = tuple(Sex),
    real_divisions: bool = False,
    permits: bool = False,
) -> str:
    """
    Generate valid 18-character numbers under `PP00NN`.

    With *real_divisions* or *permits* the holders are born 150 years after the given dates, so that the number
    belongs to no living person: inspect these with a later `as_of`.
    """
    birth = draw(st.dates(min_birth, max_birth))
    digits = f"{birth:%Y%m%d}"
    if permits:
        code = draw(st.sampled_from(sorted(PERMITS)))
    elif real_divisions:
        code = draw(st.sampled_from(sorted(table().plain)))
    else:
        code = f"{draw(st.sampled_from(provinces))}00{draw(st.integers(1, 99)):02}"
    if permits or real_divisions:
        digits = f"{birth.year + 150}{digits[4:] if digits[4:] != '0229' else '0228'}"
    last = {Sex.MALE: "13579", Sex.FEMALE: "02468"}[draw(st.sampled_from(sexes))]
    body = f"{code}{digits}{draw(st.integers(0, 99)):02}{draw(st.sampled_from(last))}"
    return body + check_character(body)


def phones(*, kinds: Sequence[Kind] = (Kind.MOBILE,)) -> st.SearchStrategy[str]:
    """Generate mobiles under the unassigned 154, and on request landlines of a block kept for tests."""
    return numbers(kinds=kinds)


def student_numbers(*, letters: str = "GJL") -> st.SearchStrategy[str]:
    """Generate student registry numbers of the types *letters*."""
    return st.builds(
        lambda s, letter: fakes.fake_student_number(s, letter=letter), _SEEDS, st.sampled_from(letters)
    )


def school_codes(*, categories: Sequence[str] = ("21", "31", "34")) -> st.SearchStrategy[str]:
    """Generate school codes of province 19, which does not exist."""
    return st.builds(lambda s, c: fakes.fake_school_code(s, category=c), _SEEDS, st.sampled_from(categories))


def numbers(*, kinds: Sequence[Kind] = tuple(Kind)) -> st.SearchStrategy[str]:
    """Generate synthetic numbers of *kinds*, in canonical spelling."""
    return st.builds(fakes.fake, st.sampled_from(kinds), _SEEDS)


def damaged(
    clean: st.SearchStrategy[str], *, how: Sequence[str] = ("substitution", "swap", "letter", "truncation")
) -> st.SearchStrategy[str]:
    """Generate the values of *clean* with one mistake each."""
    return st.builds(fakes.damage, clean, _SEEDS, st.sampled_from(how))


@st.composite
def retyped(draw: st.DrawFn, clean: st.SearchStrategy[str]) -> str:
    """Generate the values of *clean* as people type them: blanks, hyphens, width, case; the same number."""
    text = draw(clean)
    if draw(st.booleans()):
        text = text.lower()
    if draw(st.booleans()):
        text = text.upper().translate(_WIDE)
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(" \u3000-–\u200b\u00a0")) + text[at:]
    return text


def hostile_texts() -> st.SearchStrategy[str]:
    """Generate texts that may break a validator: any code point, lone surrogates, look-alikes, great length."""
    alphabet = st.characters(min_codepoint=0, max_codepoint=0x10FFFF)
    odd = st.sampled_from("0123456789Xx×ХхOolI|１２²٣①〇一ß\ufb01\u0130\x00\ud800\udfff\u200b\u202e-+()（） \n")
    return st.one_of(
        st.text(alphabet, max_size=140),
        st.text(odd, max_size=40),
        st.builds(lambda c, n: c * n, odd, st.integers(1, 5000)),
        damaged(numbers()),
        retyped(numbers()),
    )


def objects() -> st.SearchStrategy[object]:
    """Generate objects of any type, including texts."""
    return st.one_of(
        hostile_texts(),
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.binary(max_size=40),
        st.lists(st.integers(), max_size=3),
        st.dates(),
    )
