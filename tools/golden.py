"""
Write a golden log: the shortest story to every status and event, in the clear, with the state it folds to.

One file a release, in tests/golden. Its events are what stores hold: once committed they never change. The
state beside them says what they mean; where a status record is shaped anew, the same values move to their new
place.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from eduid_core.service import wire
from eduid_core.testing.model.specimens import stories
from eduid_core.workflow import fold


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


if __name__ == "__main__":
    path = Path(sys.argv[1])
    if path.exists():
        raise SystemExit(f"{path} stands: a golden log is never written again")
    path.write_text("\n".join(lines()) + "\n", "utf-8")
