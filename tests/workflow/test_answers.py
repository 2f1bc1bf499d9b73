"""What every rule answers in every story is pinned; a change is seen, and meant."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eduid_audit.model.answers import digests
from eduid_core.workflow import TABLES, fold

from .test_logs import STORIES, event_of

PINNED = json.loads((Path(__file__).resolve().parents[1] / "golden" / "answers.json").read_text("utf-8"))
BY_NAME = {s["story"]: s for s in STORIES} | {f"{name}/": {"events": []} for name in TABLES}


@pytest.mark.parametrize("story", sorted(BY_NAME))
def test_every_answer_is_the_one_that_was_pinned(story: str) -> None:
    """After a change that is meant: python tools/golden.py --answers, and say in the changelog what changed."""
    state: Any = fold(event_of(*event) for event in BY_NAME[story]["events"])

    now = digests(story.partition("/")[0], state)

    assert {name for name, digest in now.items() if PINNED[story].get(name) != digest} == set()


def test_every_status_is_asked_everything() -> None:
    assert set(PINNED) == set(BY_NAME)
    for story, answers in PINNED.items():
        table = TABLES[story.partition("/")[0]]
        assert set(answers) == {c.name for c in table.commands}
