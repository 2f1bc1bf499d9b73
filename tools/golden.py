"""
Write a golden log: the shortest story to every status and event, in the clear, with the state it folds to.

    python tools/golden.py tests/golden/27.1.jsonl
    python tools/golden.py --answers

One file a release, in tests/golden. Its events are what stores hold: once committed they never change. The
state beside them says what they mean; where a status record is shaped anew, the same values move to their new
place.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from eduid_audit.model.answers import digests
from eduid_audit.model.specimens import stories
from eduid_core.service.codec import wire
from eduid_core.workflow import fold

ROOT = Path(__file__).resolve().parent.parent


def lines() -> list[str]:
    """Return the log, a story a line. Its people are invented."""
    made = []
    for name, events in stories().items():
        body = {
            "story": name,
            "events": [[e.name, wire.VERSION, wire.in_the_clear(e)] for e in events],
            "state": wire.in_the_clear(fold(events)),
        }
        made.append(json.dumps(body, ensure_ascii=False, sort_keys=True))
    return made


def answers() -> str:
    """Return what every rule answers in the stories of the committed logs, as digests."""
    sys.path.insert(0, str(ROOT))
    from tests.workflow.test_answers import BY_NAME  # noqa: PLC0415 - tests are no package of ours
    from tests.workflow.test_logs import event_of  # noqa: PLC0415 - as above

    told = {
        story: digests(story.partition("/")[0], fold(event_of(*e) for e in body["events"]))
        for story, body in sorted(BY_NAME.items())
    }
    return json.dumps(told, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    if sys.argv[1:] == ["--answers"]:
        pinned = ROOT / "tests/golden/answers.json"
        pinned.exists() or pinned.write_text("{}\n", "utf-8")
        pinned.write_text(answers(), "utf-8")
        raise SystemExit
    path = Path(sys.argv[1])
    if path.exists():
        raise SystemExit(f"{path} stands: a golden log is never written again")
    path.write_text("\n".join(lines()) + "\n", "utf-8")
