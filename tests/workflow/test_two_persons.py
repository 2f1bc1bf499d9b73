"""What only two persons may approve is a table of the policy, by reason and by result of a field."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from eduid_core.limits import PolicyFault
from eduid_core.service import policy_from_toml
from eduid_core.workflow import Policy, Refused, Role, decide, fold, react
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application import states as status
from eduid_core.workflow.effects import IssueCommand
from eduid_core.workflow.policy import ReviewPolicy
from eduid_core.workflow.review_task import commands, states

from .journeys import ACTORS, FORM, NOW, form
from .test_rules import POLICY, give, matched, submitted

SYSTEM, HEAD, DISTRICT = (ACTORS[role] for role in (Role.SYSTEM, Role.SCHOOL_ADMIN, Role.DISTRICT_ADMIN))


def task_of(state: Any, command: Any, policy: Policy = POLICY) -> Any:
    """Return the review task that follows from *command* to the application in *state*."""
    events: Any = decide(state, command, policy=policy)
    after = fold(events, state)
    opened = [e.command for ev in events for e in react(state, ev, after) if isinstance(e, IssueCommand)]
    made: Any = decide(None, opened[0], policy=policy)
    return fold(made, None)


def reviewed(*reasons: str, fields: tuple[tuple[str, str, str], ...] = (), policy: Policy = POLICY) -> Any:
    result = status.MatchResult("review", reasons, fields, tier=2)
    return task_of(submitted(), app.RecordMatch(subject="A-1", by=SYSTEM, at=NOW, rev=1, result=result), policy)


@pytest.mark.parametrize(
    ("reason", "fields", "needs"),
    [
        ("NOT_FOUND", (), True),
        ("DUPLICATE_APPLICATION", (), True),
        ("IDENTITY_DIFFERS", (("name", "DIFFERENT", ""),), True),
        ("IDENTITY_DIFFERS", (("id", "DIFFERENT", ""),), True),
        ("IDENTITY_DIFFERS", (("id", "SIMILAR", "ID_TYPO"),), True),
        ("IDENTITY_DIFFERS", (("name", "HOMOPHONE", "SAME_SOUND"),), False),
        ("IDENTITY_DIFFERS", (("id", "EQUAL_NORMALISED", "ID_SPELLING"), ("name", "EQUAL", "")), False),
        ("VISITING_STUDENT", (("school", "DIFFERENT", ""),), False),
    ],
)
def test_two_persons_hardly_ever_the_table_names_what_needs_them(
    reason: str, fields: tuple[tuple[str, str, str], ...], needs: object
) -> None:
    """It was the id alone, and rows are found by their id: NOT_FOUND and another name were approved by one."""
    assert reviewed(reason, fields=fields).brief.needs_second is needs


def test_a_number_that_cannot_be_right_is_overridden_by_two_persons() -> None:
    wrong = form(id_number="320098201503150011")
    draft = give(None, app.Open, form=wrong, account_id="acct")
    handed = give(draft, app.Submit, consent_text="v1", contested=(("id", "so on the card"),))
    result = status.MatchResult("returned", ("ID_INVALID",))
    command = app.RecordMatch(subject="A-1", by=SYSTEM, at=NOW, rev=1, result=result)

    assert task_of(handed, command).brief.needs_second


def test_the_policy_says_which() -> None:
    policy = Policy(review=ReviewPolicy(two_persons=("VISITING_STUDENT", "class=DIFFERENT")))

    assert reviewed("VISITING_STUDENT", policy=policy).brief.needs_second
    assert reviewed("PLACEMENT_DIFFERS", fields=(("class", "DIFFERENT", ""),), policy=policy).brief.needs_second
    assert not reviewed("NOT_FOUND", policy=policy).brief.needs_second
    assert policy_from_toml('review.two_persons = ["NOT_FOUND"]').review.two_persons == ("NOT_FOUND",)
    for wrong in ('["NOT_FOUNT"]', '["name=ODD"]', '["shoe=DIFFERENT"]', '"NOT_FOUND"', "[1]"):
        with pytest.raises(PolicyFault, match=r"review\.two_persons"):
            policy_from_toml(f"review.two_persons = {wrong}")


def decided(task: Any, kind: Any, by: Any, **content: Any) -> Any:
    about: dict[str, Any] = {"subject": "A-1", "by": by, "at": NOW + dt.timedelta(hours=1), "expected_rev": 1}
    answer = decide(task, kind(**about, **content), policy=POLICY)
    return answer if isinstance(answer, Refused) else fold(answer, task)


def test_the_second_is_another_person_and_holds_a_grant() -> None:
    first = decided(reviewed("NOT_FOUND"), commands.CompleteReview, HEAD, outcome="approve")
    assert isinstance(first, states.AwaitingSecond)

    assert decided(first, commands.SecondReview, HEAD, agrees=True).code == "second_approval_required"
    unseated = decided(first, commands.SecondReview, DISTRICT, agrees=True, grant_active=False)
    assert unseated.code == "grant_inactive"
    assert isinstance(decided(first, commands.SecondReview, DISTRICT, agrees=True), states.Completed)


def test_a_duplicate_that_comes_after_the_task_was_opened_asks_for_two_persons() -> None:
    pending, task = matched("review"), reviewed("VISITING_STUDENT")
    (event,) = decide(pending, app.FlagDuplicate(subject="A-1", by=SYSTEM, at=NOW), policy=POLICY)  # type: ignore[misc]
    after = fold([event], pending)
    (wanted,) = [e for e in react(pending, event, after) if isinstance(e, IssueCommand)]

    assert not task.brief.needs_second
    assert fold(decide(task, wanted.command, policy=POLICY), task).brief.needs_second  # type: ignore[arg-type, union-attr]
    assert wanted.optional
    draft = give(None, app.Open, form=FORM, account_id="acct")
    assert react(draft, event, give(draft, app.FlagDuplicate, SYSTEM)) == ()
