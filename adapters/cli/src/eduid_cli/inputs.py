"""The two files of a run: read, with their digests, or refused in one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs

from eduid_cli import outputs
from eduid_cli.deployment import digest_of
from eduid_cli.errors import UsageStop
from eduid_core.service.batch import FileRun
from eduid_registry_file import (
    ApplicationsFile,
    FileFault,
    FileFormRows,
    ReadingOptions,
    RegistryFile,
    RowFault,
    read_applications,
)
from eduid_registry_file.kinds import kind_of_file
from eduid_registry_file.sheets import ReportedSheet

__all__ = ["Inputs", "digests_of", "read_inputs"]


@attrs.frozen(kw_only=True)
class Inputs:
    """The two files as read, and the digest of the first."""

    applications: ApplicationsFile
    registry: RegistryFile
    digest: str
    without_phones: bool = False
    """Whether the school itself tells the families."""

    @property
    def rows(self) -> FileFormRows:
        """Return the forms in the order of the file, read on each iteration."""
        return self.applications.rows

    @property
    def faults(self) -> tuple[RowFault, ...]:
        """Return every row that its file sets aside: the applications' first."""
        return (*self.applications.faults, *self.registry.faults)

    def faults_of(self, run: FileRun) -> tuple[RowFault, ...]:
        """Return every row set aside, by its file or by *run*: the applications' first."""
        of_others = outputs.of_others(run, self.applications.file)
        first = sorted((*self.applications.faults, *of_others), key=lambda fault: fault.line)
        return (*first, *self.registry.faults)

    @property
    def sheets(self) -> tuple[ReportedSheet, ...]:
        """Return every sheet of both files."""
        return (*self.applications.sheets, *self.registry.sheets)


@contextmanager
def _readable() -> Iterator[None]:
    """Report in one line why a file cannot be read."""
    try:
        yield
    except FileFault as fault:
        raise UsageStop(fault.zh, fault.en) from None
    except OSError as error:
        raise UsageStop(f"无法读取文件：{error.strerror}", f"cannot read: {error.strerror}") from None


def digests_of(applications: Path, registry: Path) -> tuple[str, str]:
    """Return the digests of both files. Raises Stop: one is missing, or of no kind that is read."""
    with _readable():
        for path in (applications, registry):
            kind_of_file(path)
        return digest_of(applications), digest_of(registry)


def read_inputs(applications: Path, registry: Path, options: ReadingOptions) -> Inputs:
    """Read both files. Raises Stop: a file cannot be read."""
    with _readable():
        return Inputs(
            applications=read_applications(applications, options.applications),
            registry=RegistryFile(registry, options.registry),
            digest=digest_of(applications),
            without_phones=options.without_phones,
        )
