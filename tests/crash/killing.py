"""
The warm parent: `python killing.py URL KILLS SEED FOLDER [TWIN]` kills that many processes and prints what came.

In URL `{n}` stands for the number of the batch; each journey has a district of its own.
"""

from __future__ import annotations

import json
import sys
import time
from hashlib import sha256
from pathlib import Path

import attrs

from eduid_audit.crash import JOURNEYS, TWINS
from eduid_audit.crash.kills import in_folders, kill_and_compare
from eduid_store_sql import SqlStore


def main(url: str, kills: str, seed: str, folder: str, twin: str = "") -> None:
    """Kill, compare and print the figures as JSON."""

    def opens(number: int, name: str) -> SqlStore:
        return SqlStore(
            url.replace("{n}", str(number)), district=f"{number}-{sha256(name.encode()).hexdigest()[:6]}"
        )

    began = time.perf_counter()
    house = TWINS[twin] if twin else None
    worlds = in_folders(Path(folder), opens)
    killed = kill_and_compare(JOURNEYS, worlds, kills=int(kills), seed=int(seed), house=house)
    print(json.dumps(attrs.asdict(killed) | {"took_s": round(time.perf_counter() - began, 1)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
