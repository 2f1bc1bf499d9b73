"""
Candidate rows of the registry for a claimed number without a row: for the reviewer only, never shown
to an applicant, and never the ground of an approval.

Rows are searched in blocks (exact keys: name and school, name and birth, school and class and birth, sound and
school and grade, parts of the number) and ranked by edit distance of the number, then by the name, then by the
other agreeing fields. A block larger than the policy's cap is counted as overflow, never dropped silently.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple, Self

import attrs

from eduid_core.matching import han
from eduid_core.matching.distance import osa
from eduid_core.matching.keys import squeeze_number
from eduid_core.matching.matcher import DEFAULT, compare
from eduid_core.matching.policy import MatchingPolicy
from eduid_core.matching.records import Application, Found, RegistryRow
from eduid_core.matching.schools import SchoolIndex, school_code_form
from eduid_core.matching.verdict import FieldCode, FieldResult
from eduid_core.validation.names.inspect import fold_name
from eduid_core.validation.schooling.patterns import squeeze

__all__ = ["Candidate", "CandidateIndex", "Candidates", "find_candidates"]

_MOST: Final = 3
_NEAR: Final = 2
_ID_LENGTH: Final = 18
_XJH_LENGTH: Final = 19
_NAME_RANK: Final = {
    FieldCode.EQUAL: 0,
    FieldCode.EQUAL_NORMALISED: 0,
    FieldCode.VARIANT: 1,
    FieldCode.UNRESOLVABLE: 1,
    FieldCode.HOMOPHONE: 2,
    FieldCode.SIMILAR: 3,
}
_FAR: Final = 4
_AGREES: Final = (FieldCode.EQUAL, FieldCode.EQUAL_NORMALISED)

Key = tuple[str, ...]


class _Traits(NamedTuple):
    """The parts of block keys, the same for an application and a row."""

    name: str
    number: str
    schools: tuple[str, ...]
    grade: str
    class_name: str


@attrs.frozen
class Candidate:
    """
    A row that may be meant. `typo` states that the number differs in one place and the name agrees: without the
    name, one place may be the difference between twins. `note` is ID_FROM_XJH if a student number led to the
    row.
    """

    row: RegistryRow
    fields: tuple[FieldResult, ...]
    distance: int
    typo: bool
    note: str = ""


@attrs.frozen
class Candidates:
    """At most three candidates, the likeliest first, and the number of blocks that were too large to search."""

    found: tuple[Candidate, ...]
    overflow: int = 0


@attrs.frozen(eq=False, repr=False)
class CandidateIndex:
    """The rows of a registry in blocks; made once, and searched for every application without a row."""

    rows: tuple[RegistryRow, ...]
    schools: SchoolIndex
    blocks: Mapping[Key, tuple[int, ...]]

    @classmethod
    def of(cls, rows: Iterable[RegistryRow], *, schools: SchoolIndex | None = None) -> Self:
        """Return the index of *rows*."""
        held = tuple(rows)
        blocks: defaultdict[Key, list[int]] = defaultdict(list)
        for at, row in enumerate(held):
            for key in _keys(_of_row(row)):
                blocks[key].append(at)
        frozen = MappingProxyType({key: tuple(places) for key, places in blocks.items()})
        return cls(held, SchoolIndex.of(held) if schools is None else schools, frozen)


def _of_row(row: RegistryRow) -> _Traits:
    return _Traits(
        fold_name(row.name.reveal("matching"))[0],
        squeeze_number(row.id_number.reveal("matching")),
        (school_code_form(row.school_code),),
        squeeze(row.grade),
        squeeze(row.class_name),
    )


def _of_form(application: Application, schools: SchoolIndex) -> _Traits:
    number = squeeze_number(application.id_number.reveal("matching"))
    if len(number) == _XJH_LENGTH and number[0] == "G":
        number = number[1:]
    codes = schools.resolve(application.school).codes
    if application.school_code:
        codes |= {school_code_form(application.school_code)}
    return _Traits(
        fold_name(application.name.reveal("matching"))[0],
        number,
        tuple(sorted(codes)),
        squeeze(application.grade),
        squeeze(application.class_name),
    )


def _keys(traits: _Traits) -> Iterator[Key]:
    """Yield the blocks of *traits*; a blank part makes no block."""
    name, number = han.safe_form(traits.name), traits.number
    birth = number[6:14] if len(number) == _ID_LENGTH else ""
    if name and birth:
        yield ("name birth", name, birth)
        yield ("name area", name, number[:6])
    for school in traits.schools:
        if name and school:
            yield ("name school", name, school)
            yield ("sound school grade", _sound(name), school, traits.grade)
        if birth and school:
            yield ("school class birth", school, traits.class_name, birth)
    if len(number) > _ID_LENGTH - 2:
        yield ("head", number[:12])
        yield ("tail", number[-12:])
        yield ("ends", number[:6], number[-6:])


def _sound(name: str) -> str:
    """Return the alphabetically first reading of every character."""
    return " ".join(min(han.sounds_of(char), default=char) for char in name)


def find_candidates(
    application: Application, index: CandidateIndex, found: Found, *, policy: MatchingPolicy = DEFAULT
) -> Candidates:
    """
    Return the rows that *application* may mean, at most three.

    >>> row = RegistryRow("G1", "陈小雨", "1", "320098201503150010", "2132000001", "海英小学", "四年级", "1班")
    >>> form = Application("a1", "陈小雨", "320098201503150011", "海英小学", "四年级", "1班", "2022")
    >>> [one.typo for one in find_candidates(form, CandidateIndex.of([row]), Found()).found]
    [True]
    """
    traits = _of_form(application, index.schools)
    places: dict[int, None] = {}
    overflow = 0
    for key in _keys(traits):
        block = index.blocks.get(key, ())
        overflow += len(block) > policy.block_cap
        places.update(dict.fromkeys(block[: policy.block_cap]))
    case = attrs.evolve(found, rows=(), schools=index.schools)
    ranked = sorted((_weigh(application, index.rows[at], case, traits, policy), at) for at in places)
    best = [_candidate(application, index.rows[at], case, traits, policy) for _, at in ranked[:_MOST]]
    return Candidates(tuple(best), overflow)


def _weigh(
    application: Application, row: RegistryRow, case: Found, traits: _Traits, policy: MatchingPolicy
) -> tuple[int, int, int]:
    """Return the rank of *row*, the smallest first: number, name, number of other differing fields."""
    fields = {result.field: result.code for result in compare(application, row, case, policy=policy)}
    distance = osa(traits.number, squeeze_number(row.id_number.reveal("matching")), limit=_NEAR)
    name = _NAME_RANK.get(fields["name"], _FAR)
    others = sum(fields[field] not in _AGREES for field in ("school", "grade", "class", "entry_year"))
    return distance + name, others, distance


def _candidate(
    application: Application, row: RegistryRow, case: Found, traits: _Traits, policy: MatchingPolicy
) -> Candidate:
    fields = compare(application, row, case, policy=policy)
    distance = osa(traits.number, squeeze_number(row.id_number.reveal("matching")), limit=_NEAR)
    claimed = squeeze_number(application.id_number.reveal("matching"))
    named = next(result.code for result in fields if result.field == "name") in _AGREES
    note = "ID_FROM_XJH" if claimed != traits.number else ""
    return Candidate(row, fields, distance, distance == 1 and named, note)
