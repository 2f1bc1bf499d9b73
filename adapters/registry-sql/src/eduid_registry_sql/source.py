"""The source: a copy of the view in memory, read again when it is old, never replaced by one that shrank."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

import attrs

from eduid_core.plugins import RegistryAnswer, RegistryQuery
from eduid_registry_file import FileFault, RowFault
from eduid_registry_sql.faults import ViewFault
from eduid_registry_sql.settings import Settings
from eduid_registry_sql.view import ViewCopy, read_view

__all__ = ["SqlRegistry"]

_LOG = logging.getLogger("eduid_registry_sql")


@attrs.define
class SqlRegistry:
    """
    A registry in the view of *settings*.

    The first question reads the view; one of the questions after `refresh_s` reads it again, while the others
    are answered from the copy. *monotonic* measures the age of the copy.
    """

    settings: Settings
    monotonic: Callable[[], float] = attrs.field(default=time.monotonic, repr=False)
    _copy: ViewCopy | None = attrs.field(default=None, init=False, repr=False)
    _read_at: float = attrs.field(default=0.0, init=False)
    _tried_at: float | None = attrs.field(default=None, init=False)
    _reading: threading.Lock = attrs.field(factory=threading.Lock, init=False, repr=False)

    def find(self, query: RegistryQuery, /) -> RegistryAnswer:
        """Return the rows of the person's key and the teacher of the class; no answer without a copy."""
        copy = self._current()
        return RegistryAnswer(available=False) if copy is None else copy.lookup.find(query)

    @property
    def faults(self) -> tuple[RowFault, ...]:
        """Return the faults of the rows that were set aside when the view was last read."""
        return self._copy.faults if self._copy else ()

    def refresh(self, *, confirm_vanish: bool = False) -> int:
        """
        Read the view now, and return the number of its rows. With *confirm_vanish* a view that shrank is taken.

        Raises:
            ViewFault: the view cannot be read, lacks columns, or has lost too many rows.
            FileFault: too many of its numbers or status words cannot be read, or it has no row.
        """
        with self._reading:
            return self._refresh(confirm_vanish=confirm_vanish)

    def _refresh(self, *, confirm_vanish: bool) -> int:
        self._tried_at = self.monotonic()
        copy = read_view(self.settings)
        rows, before = len(copy.lookup.rows), len(self._copy.lookup.rows) if self._copy else 0
        least = max(self.settings.least_rows, before * (1 - self.settings.largest_drop))
        if rows < least and not confirm_vanish:
            raise ViewFault(
                "VIEW_VANISHED", table=self.settings.table, rows=rows, before=before, least=int(least)
            )
        self._copy, self._read_at = copy, self._tried_at
        return rows

    def _current(self) -> ViewCopy | None:
        """Return the copy to answer from, after reading the view if that is due; None if there is none."""
        if (self._copy is None or self._is_due()) and self._reading.acquire(blocking=self._copy is None):
            try:
                if self._is_due():
                    self._refresh(confirm_vanish=False)
            except (ViewFault, FileFault) as fault:
                _LOG.error("the registry was not read: %s", fault.code)
            finally:
                self._reading.release()
        is_stale = self.monotonic() - self._read_at > self.settings.stale_after_s
        return None if is_stale else self._copy

    def _is_due(self) -> bool:
        """Return whether to read the view: it never was, or long ago; after a failure in a minute."""
        now = self.monotonic()
        if self._copy is not None and now - self._read_at < self.settings.refresh_s:
            return False
        return self._tried_at is None or now - self._tried_at >= min(_PAUSE_S, self.settings.refresh_s)


_PAUSE_S = 60.0
