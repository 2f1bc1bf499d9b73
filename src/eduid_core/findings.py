"""
Findings, refusals and errors: the three kinds of negative result.

A *finding* describes a text: a stable UPPER_SNAKE code, a severity, the position in the original text, and the
clause that decides it. A *refusal* is the answer of a decider that did not act: a lower_snake code with
parameters. Neither carries the personal data it concerns; their texts come from `eduid_core.messages` by code.

Errors are split by responsibility: `CallerError` (the calling program), `InvalidInput` (the text that a person
typed), `AdapterError` (a plugin).
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import attrs

from eduid_core import messages

__all__ = [
    "AdapterError",
    "CallerError",
    "Finding",
    "InvalidInput",
    "Refused",
    "Severity",
    "Span",
    "finding",
]

Span = tuple[int, int]
"""Half-open range of code points in the original text."""


class Severity(enum.StrEnum):
    """The severity of a finding: only an error makes a value invalid."""

    ERROR = "error"
    DOUBT = "doubt"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """Return 0 for an error, 1 for a doubt, 2 for a note: the order in which findings are shown."""
        return _RANK[self]


_RANK = {Severity.ERROR: 0, Severity.DOUBT: 1, Severity.NOTE: 2}


@attrs.frozen
class Finding:
    """
    A single observation about a text.
    One thing noticed about a text.

    `at` counts code points of the original input, half-open; `params` fill the message and hold no
    personal data; `clause` names the standard or decision behind the finding.
    """

    code: str
    severity: Severity
    at: Span
    params: tuple[tuple[str, str | int], ...] = ()
    clause: str = ""

    @property
    def zh(self) -> str:
        """Return the message in Chinese."""
        return messages.text(self.code, "zh", dict(self.params))

    @property
    def en(self) -> str:
        """Return the message in English."""
        return messages.text(self.code, "en", dict(self.params))

    @property
    def is_error(self) -> bool:
        """Return whether this finding makes the value invalid."""
        return self.severity is Severity.ERROR


def finding(code: str, at: Span, /, *, severity: Severity | None = None, **params: str | int) -> Finding:
    """
    Return the finding *code* at *at*, its severity and clause read from the catalogue.

    >>> finding("CHECKSUM", (17, 18)).severity
    <Severity.ERROR: 'error'>

    Raises:
        CallerError: the catalogue has no such code, or the code has no severity of its own.
    """
    entry = messages.CATALOGUE.get(code)
    grade = severity or (Severity(entry.severity) if entry and entry.severity else None)
    if entry is None or grade is None:
        raise CallerError(f"no finding code {code!r}")
    return Finding(code, grade, at, tuple(sorted(params.items())), entry.clause)


@attrs.frozen
class Refused:
    """
    The answer of a decider that does not act: a reason code, with parameters for the message.

    >>> Refused("reason_required").zh
    '请至少选择一项原因'
    """

    code: str
    params: Mapping[str, Any] = attrs.field(factory=dict[str, Any], hash=False)

    ok: ClassVar[bool] = False

    @property
    def zh(self) -> str:
        """Return the message in Chinese."""
        return messages.text(self.code, "zh", self.params)

    @property
    def en(self) -> str:
        """Return the message in English."""
        return messages.text(self.code, "en", self.params)

    @property
    def support(self) -> str:
        """Return the number of the code that a person can read out, as `E-1042`; an unknown code has none."""
        return messages.SUPPORT_CODES.get(self.code, "")


class CallerError(ValueError):
    """The calling program used the library wrongly."""


class InvalidInput(ValueError):
    """
    The text that a person typed is invalid; `findings` hold the reasons.

    The text of the exception names codes only, never the input.
    """

    def __init__(self, findings: Iterable[Finding]) -> None:
        """Carry *findings*, at least one of them an error."""
        self.findings: tuple[Finding, ...] = tuple(findings)
        super().__init__(", ".join(f.code for f in self.findings if f.is_error))


class AdapterError(RuntimeError):
    """A plugin failed; `code` says how. The plugin's own text may hold personal data: it is not repeated."""

    def __init__(self, code: str, adapter: str = "") -> None:
        """Name the failure *code* and its *adapter*."""
        self.code, self.adapter = code, adapter
        super().__init__(f"{code} ({adapter})" if adapter else code)
