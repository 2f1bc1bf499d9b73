"""The OneRoster files as a `RegistrySource`: every row in memory, found by the person's key."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from eduid_core.china import CHINA
from eduid_registry_file import CheckedRows, Filling, RegistryLookup, RowFault
from eduid_registry_oneroster.package import Package
from eduid_registry_oneroster.roster import Roster
from eduid_registry_oneroster.settings import Settings

__all__ = ["OneRosterRegistry"]

_FILE = "users.csv"


class OneRosterRegistry(RegistryLookup):
    """
    A registry read from the files of *settings*, as they hold on the day *as_of* (today in China). `snapshot`
    is the digest of the files; `faults` are the rows of users.csv that were set aside.

    Raises:
        OneRosterFault: the files cannot be read.
        FileFault: too many numbers or status words cannot be read, or no student is there.
    """

    def __init__(self, settings: Settings, *, as_of: dt.date | None = None) -> None:
        """Read all files."""
        package = Package(settings.path)
        snapshot = package.digest()
        checked, faults = CheckedRows(settings.path.name), list[RowFault]()
        filling = Filling(codes=True, types=True)
        for row in Roster(package, settings, as_of or dt.datetime.now(CHINA).date()).rows():
            fault = (
                checked.take(filling.record(row.cells), row.line, _FILE)
                if row.is_clear
                else RowFault(settings.path.name, row.line, "id_number", "ID_UNREADABLE", sheet=_FILE)
            )
            if fault is not None:
                faults.append(fault)
        checked.believed(faults)
        self.faults = tuple(faults)
        self.unknown_statuses = dict(Counter(checked.trust.statuses))
        super().__init__(checked.rows, checked.keys, snapshot)
