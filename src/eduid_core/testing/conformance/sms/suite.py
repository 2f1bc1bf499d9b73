"""A law on a sender: the run over examples, the text of a failure, and the test class of an adapter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Flaky

from eduid_core.plugins import SmsSender
from eduid_core.testing.conformance.sms.cases import SmsCase, cases
from eduid_core.testing.conformance.sms.checks import Opens, check_that_it_sends
from eduid_core.testing.conformance.sms.laws import LAWS, Law
from eduid_core.testing.conformance.sms.script import Answer, Script

__all__ = ["LawBroken", "SmsSuite", "hold"]

_LEAST_EXAMPLES: Final = 5


class LawBroken(AssertionError):
    """A law does not hold: its id, sentence, reason and hint, and the smallest batch that shows it."""

    def __init__(self, law: Law, seen: str, case: SmsCase | None) -> None:
        """Describe the failure of *law*."""
        self.law = law
        batch = "a single message that the provider takes" if case is None else case
        super().__init__(
            f"{law.id}: {law.says}\n  seen:  {seen}\n  why:   {law.why}\n  hint:  {law.hint}\n  batch: {batch}"
        )


def hold(law: Law, opens: Opens, *, secrets: Sequence[str] = (), examples: int = 25) -> None:
    """
    Check *law* on the sender that *opens* makes, over *examples* batches or more; always the same ones.

    Raises:
        LawBroken: it does not hold, or the sender sends nothing at all.
    """
    try:
        check_that_it_sends(opens)
    except Exception as error:  # noqa: BLE001 - a sender of any kind
        raise LawBroken(law, _seen(error), None) from None
    tried = [law.answers] if law.is_mixed else [(answer,) for answer in law.answers]
    for answers in tried:
        _try(law, opens, secrets, answers, max(_LEAST_EXAMPLES, examples // len(tried)))


def _try(law: Law, opens: Opens, secrets: Sequence[str], answers: Sequence[Answer], examples: int) -> None:
    smallest: list[tuple[str, SmsCase]] = []

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate, Phase.shrink),
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases(answers, least=law.least))
    def holds(case: SmsCase) -> None:
        try:
            law.check(opens, case, secrets)
        except Exception as error:  # noqa: BLE001 - as above
            smallest[:] = [(_seen(error), case)]
            raise AssertionError(law.id) from None

    try:
        holds()
    except (AssertionError, Flaky):  # flaky: the same batch is answered otherwise the second time
        raise LawBroken(law, *smallest[0]) from None


def _seen(error: Exception) -> str:
    """Return what a failed check has seen; of another exception its type, for its text may hold a number."""
    return str(error) if isinstance(error, AssertionError) else f"{type(error).__name__} was raised"


class SmsSuite:
    """
    The test class of a sender: a subclass named `Test…` implements `open`, and every law is a test of its own.

    `secrets` are texts of the settings that nothing may show. `waived` maps the id of a law to the reason why
    this sender cannot keep it; a waiver that is not needed fails.
    """

    waived: ClassVar[Mapping[str, str]] = {}
    secrets: ClassVar[Sequence[str]] = ()
    examples: ClassVar[int] = 25

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """
        Check the waivers of a subclass.

        Raises:
            TypeError: a waiver has no reason or names no law, or `test_law` is replaced.
        """
        super().__init_subclass__(**kwargs)
        if "test_law" in vars(cls):
            raise TypeError(f"{cls.__name__} replaces test_law: waive a law by its id instead")
        for law_id, reason in cls.waived.items():
            if law_id not in {law.id for law in LAWS}:
                raise TypeError(f"{cls.__name__} waives {law_id}, which is no law")
            if not reason.strip():
                raise TypeError(f"{cls.__name__} waives {law_id} without a reason")

    def open(self, script: Script) -> SmsSender:
        """Return a new sender over *script*, with the same settings each time."""
        raise NotImplementedError

    @pytest.mark.parametrize("law", LAWS, ids=lambda law: law.id)
    def test_law(self, law: Law, request: pytest.FixtureRequest) -> None:
        """Check one law."""
        if reason := self.waived.get(law.id):
            request.applymarker(pytest.mark.xfail(reason=reason, strict=True, raises=LawBroken))
        hold(law, self.open, secrets=self.secrets, examples=self.examples)
