"""The warm parent of a race: `python racing.py URL PROCESSES APPLICATIONS [naive]` prints what came of it."""

from __future__ import annotations

import json
import sys
from typing import Any

import attrs

from eduid_core.testing.conformance.store.process_races import Naive, race
from eduid_store_sql import SqlStore


def main(url: str, processes: str, applications: str, kind: str = "") -> None:
    """Race over a district of its own and print the figures."""

    def opens() -> Any:
        store = SqlStore(url, district=f"race{kind}")
        return Naive(store) if kind == "naive" else store

    raced = race(opens, processes=int(processes), applications=int(applications))
    print(json.dumps(attrs.asdict(raced)))


if __name__ == "__main__":
    main(*sys.argv[1:])
