"""
Trace one durable command: the files of `service/` that a `Save` enters from `Service.handle` to `Store.commit`.

    python tools/journey.py

Only functions written in a file count, not those that attrs generates; each file counts once, where it is
first entered. `docs/explanation/architecture.md` has the list to compare with; it leaves out the same files.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import Final

import eduid_core.service
from eduid_core.matching import Application
from eduid_core.plugins import MasterKey
from eduid_core.service import Service
from eduid_core.testing.conformance.store import Memory, MemoryStore
from eduid_core.workflow.application.commands import Open, Save

SERVICE: Final = Path(eduid_core.service.__file__).parent
NOW: Final = dt.datetime(2026, 11, 2, 8, tzinfo=dt.UTC)

LEFT_OUT: Final[Mapping[str, tuple[str, ...]]] = {
    "keys and sealing": ("crypto/data_keys.py", "crypto/vault.py", "crypto/sealing.py"),
    "parts of the codec below wire.py": ("codec/upcast.py", "codec/serialize.py", "codec/snapshots.py"),
    "the ledger entry of the commit": ("ledger/log.py",),
    "the check for an erased person": ("erasure.py",),
    "types compared with annotations": ("handlers/field_types.py",),
    "the search for a reviewer, without result for Save": ("handlers/reviewers.py",),
}
"""Files without a decision of their own, by kind."""


class _FixedKey:
    """A key source with one key."""

    def master_key(self) -> MasterKey:
        return MasterKey(id="journey", secret=b"k" * 31 + b".")


def entered() -> list[str]:
    """Return the files of `service/` that one `Save` enters before `Store.commit`, in the order of entry."""
    store = MemoryStore(Memory())
    service = Service(store=store, keys=_FixedKey(), clock=lambda: NOW, capabilities={"importer"})
    form = Application(
        **dict.fromkeys(("name", "id_number", "school", "grade", "class_name", "entry_year"), "")
    )
    about = {"subject": "A-1", "by": service.importer(), "at": NOW, "form": form}
    _accepted(service, Open(**about))
    found: dict[str, None] = {}

    def look(frame: FrameType, event: str, _: object) -> None:
        if event != "call":
            return
        if frame.f_code is MemoryStore.commit.__code__:
            sys.setprofile(None)
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(SERVICE):
            found.setdefault(path.relative_to(SERVICE).as_posix())

    command = Save(**about)
    sys.setprofile(look)
    try:
        _accepted(service, command)
    finally:
        sys.setprofile(None)
    return list(found)


def _accepted(service: Service, command: Open | Save) -> None:
    answer = service.handle(command)
    if not answer.ok:
        raise RuntimeError(f"{type(command).__name__} was refused: {answer}")


def journey() -> list[str]:
    """Return the files of `entered` that decide, in order."""
    left_out = {name for names in LEFT_OUT.values() for name in names}
    return [name for name in entered() if name not in left_out]


def main() -> None:
    """Print the journey, and the kinds of files that are left out."""
    try:
        files, every = journey(), entered()
    except RuntimeError as error:
        print(f"journey        not traced: {error}")
        return
    print(f"journey    {len(files):5} files of service/ from Service.handle to Store.commit for one Save")
    for number, name in enumerate(files, 1):
        print(f"  {number}. {name}")
    print(f"  left out: {len(every) - len(files)} files without a decision of their own")
    for kind, names in LEFT_OUT.items():
        if met := [name for name in names if name in every]:
            print(f"    {kind}: {', '.join(met)}")
    print("    and everything outside service/: workflow (pure), values, the store")


if __name__ == "__main__":
    main()
