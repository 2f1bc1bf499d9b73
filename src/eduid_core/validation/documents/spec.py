"""The common parts of all families of numbers: a shape, the rules, a canonical form, the facts."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

import attrs

from eduid_core.findings import Finding
from eduid_core.validation.context import Context
from eduid_core.validation.folding import Typed
from eduid_core.validation.inspection import Inspection, conclude, found, has_error, ordered
from eduid_core.validation.kinds import Kind
from eduid_core.validation.templates import misfits

__all__ = ["DocumentSpec", "examine"]


def _same(text: str) -> str:
    return text


class FactsOf(Protocol):
    """A canonical text and the setting of its inspection -> its facts."""

    def __call__(self, text: str, /, setting: Context) -> Mapping[str, object]:
        """Return the facts."""
        ...


def _no_facts(_text: str, setting: Context) -> Mapping[str, object]:  # noqa: ARG001 - the shape of `FactsOf`
    return {}


def _nothing_to_add(_text: str, _setting: Context) -> tuple[Finding, ...]:
    return ()


def _refuse_nothing(_typed: Typed) -> tuple[Finding, ...]:
    return ()


@attrs.frozen(kw_only=True)
class DocumentSpec:
    """
    A kind of number: everything that the project knows about it, in one row.

    `templates` describe the character at each place (`shapes`). `look` returns the findings about a text of the
    right length, each misfit masked. `canonical` returns the spelling to compare, `facts_of` the facts.
    `prepare` drops printed marks that are not part of the number; `refuse` names a mistake that makes checks of
    single characters pointless. `checked` tells that a check character exists, `printed` the other possible
    length of the number, with its brackets.
    """

    kind: Kind
    templates: tuple[str, ...] = ()
    look: Callable[[str, Context], Iterable[Finding]] = _nothing_to_add
    canonical: Callable[[str], str] = _same
    facts_of: FactsOf = _no_facts
    prepare: Callable[[Typed], Typed] | None = None
    refuse: Callable[[Typed], tuple[Finding, ...]] = _refuse_nothing
    checked: bool = True
    printed: tuple[int, ...] = ()
    longest: int = 64
    """The most code points that are read."""
    inspect: Callable[[str, Context], Inspection] | None = None
    """The inspection function of a kind without templates."""
    synthetic: str
    """The canonical numbers that no office issues, as a pattern: the range of every fake and example."""
    shown: tuple[int, int] = (1, 2)
    """The characters that a screen shows at the head and at the tail."""
    texts: tuple[str, ...] = ()
    """The texts and codes that name the document type in a registry or a form."""
    key_of: Kind | None = None
    """The kind whose look-up keys this document shares, if not its own."""
    key_form: re.Pattern[str] | None = None
    """
    The whole number, with the lifetime number as its first group; the rest counts reissues (换证次数). A number
    with any other text after it is another number.
    """
    is_document: bool = True
    """Whether the number is one of an identity document (not a phone, a school or a student number)."""


def examine(family: DocumentSpec, typed: Typed, setting: Context) -> Inspection:
    """Inspect *typed*, neither blank nor too long, as a number of *family*."""
    if family.prepare is not None:
        typed = family.prepare(typed)
    if refused := family.refuse(typed):
        return conclude(family.kind, "", ordered((*refused, *typed.edits)))
    text, lexical = misfits(typed, family.templates)
    findings = [*lexical, *_still_true(typed.edits, lexical)] if typed.edits else list(lexical)
    if text:
        findings += typed.place(family.look(text, setting))
    if has_error(findings):
        return conclude(family.kind, "", ordered(findings))
    if not family.checked:
        findings.append(found("FORMAT_ONLY", 0, typed.length))
    facts_of = functools.partial(family.facts_of, setting=setting)
    return conclude(family.kind, family.canonical(text), ordered(findings), facts_of=facts_of)


def _still_true(edits: Iterable[Finding], lexical: Iterable[Finding]) -> Iterable[Finding]:
    """Yield *edits* without letters folded at a place that allows no letter."""
    wrong = {f.at[0] for f in lexical if f.code != "LENGTH"}
    return (e for e in edits if e.code != "CASE_FOLDED" or not wrong & set(range(*e.at)))
