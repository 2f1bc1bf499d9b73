"""The result of an inspection: the kind, the canonical value, its facts, and every finding."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final, final

import attrs

from eduid_core.findings import Finding, Severity, finding
from eduid_core.private import IdNumber, Phone
from eduid_core.validation.kinds import Kind

__all__ = ["Facts", "Inspection", "conclude", "found", "has_error", "ordered"]

TextFacts = Callable[[str], Mapping[str, object]]
"""canonical text -> its facts; called only on request."""


@final
class Facts(Mapping[str, object]):
    """The facts in a number about its holder, by name; printing it shows the names only."""

    __slots__ = ("_facts",)

    def __init__(self, facts: Mapping[str, object]) -> None:
        """Hold *facts*."""
        self._facts = MappingProxyType(dict(facts))

    def __getitem__(self, key: str) -> object:
        return self._facts[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)

    def __repr__(self) -> str:
        return f"<facts: {', '.join(self._facts)}>"


_ERROR: Final = Severity.ERROR
_NO_FACTS: Final = Facts({})


def _nothing(_canonical: str) -> Mapping[str, object]:
    return _NO_FACTS


@attrs.frozen(repr=False)
class Inspection:
    """
    The result for a text.

    `kind` is the kind it was inspected as (None if none fits), `also` the other kinds that fit, `canonical`
    the single spelling to store and compare, None unless the text is valid, and `findings` all findings,
    by place and then by severity. Its `repr` names kinds and codes only.
    """

    kind: Kind | None
    canonical: IdNumber | Phone | None
    findings: tuple[Finding, ...] = ()
    also: tuple[Kind, ...] = ()
    _facts_of: TextFacts = attrs.field(default=_nothing, eq=False)

    @property
    def valid(self) -> bool:
        """Return whether no finding is an error."""
        return self.canonical is not None

    @property
    def facts(self) -> Mapping[str, object]:
        """Return the facts of the number: `birth_date`, `sex`, `division`, ...; empty if it is invalid."""
        if self.canonical is None:
            return _NO_FACTS
        return Facts(self._facts_of(self.canonical.reveal("facts")))

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes of all findings, in their order."""
        return tuple(f.code for f in self.findings)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Return the findings that make the text invalid."""
        return self._graded(Severity.ERROR)

    @property
    def doubts(self) -> tuple[Finding, ...]:
        """Return the findings that a registry or a person has to settle."""
        return self._graded(Severity.DOUBT)

    @property
    def notes(self) -> tuple[Finding, ...]:
        """Return the findings without consequences: recorded edits and explanations."""
        return self._graded(Severity.NOTE)

    def _graded(self, severity: Severity) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.severity is severity)

    def __repr__(self) -> str:
        verdict = "valid" if self.valid else "invalid"
        return f"<Inspection {self.kind or 'unknown'} {verdict} [{', '.join(self.codes)}]>"


@functools.lru_cache(maxsize=4096)
def found(code: str, start: int, end: int, severity: Severity | None = None, /, **params: str | int) -> Finding:
    """
    Return the finding *code* at [start, end), one shared object per argument set: it holds no personal data.

    >>> found("CHECKSUM", 17, 18) is found("CHECKSUM", 17, 18)
    True
    """
    return finding(code, (start, end), severity=severity, **params)


def ordered(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return *findings* by place, then by severity, then by code, each once."""
    if len(findings) < 2:  # noqa: PLR2004 - the one case worth a shortcut
        return tuple(findings)
    return tuple(sorted(dict.fromkeys(findings), key=lambda f: (f.at[0], f.severity.rank, f.at[1], f.code)))


def has_error(findings: Iterable[Finding]) -> bool:
    """Return whether any of *findings* makes a text invalid."""
    for each in findings:  # noqa: SIM110 - any() of a generator costs three times as much here
        if each.severity is _ERROR:
            return True
    return False


def conclude(
    kind: Kind | None,
    canonical: str,
    findings: tuple[Finding, ...],
    *,
    facts_of: TextFacts = _nothing,
    also: tuple[Kind, ...] = (),
    wrap: type[IdNumber | Phone] = IdNumber,
) -> Inspection:
    """
    Return the inspection of a text with the canonical spelling *canonical*.

    This is the only place that decides validity: an error among *findings* withholds the value.
    """
    if has_error(findings):
        return Inspection(kind, None, findings, also)
    return Inspection(kind, wrap(canonical), findings, also, facts_of)
