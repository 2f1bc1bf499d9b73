"""A database that an earlier state of the code made opens, reads the same, and goes on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from eduid_core.service import KeyFile, Service
from eduid_core.testing.doubles import TrustingService
from eduid_store_sql import SqlStore

from .conftest import AS_OF, rows_of
from .conftest import run_eduid as eduid

EARLIER = Path(__file__).parent / "made_at_26_11"
"""Fourteen invented students, certified by the code of 27 November 2026: before its modules and classes were renamed."""


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    shutil.copytree(EARLIER, tmp_path / "school")
    folder = tmp_path / "school"
    (folder / "out").mkdir()
    (folder / "sms.jsonl").rename(folder / "out/sms.jsonl")
    (folder / "school.db.key").chmod(0o600)
    return folder


@contextmanager
def opened(folder: Path) -> Iterator[Service]:
    with closing(SqlStore(f"sqlite:///{folder}/school.db")) as store:
        yield TrustingService(store=store, keys=KeyFile(folder / "school.db.key"))


def certify(folder: Path) -> str:
    files = [str(folder / "applications.csv"), "--registry", str(folder / "registry.xlsx")]
    done = eduid(
        "certify", *files, "--db", str(folder / "school.db"), "--out", str(folder / "out"), "--as-of", AS_OF
    )
    assert done.returncode == 0, done.stderr
    return (folder / "out/sms.jsonl").read_text("utf-8")


def test_every_stream_reads_as_it_was_written(earlier: Path) -> None:
    """Statuses, revisions and events by their stored names; what is sealed opens."""
    expected = json.loads((earlier / "expected.json").read_text("utf-8"))
    with opened(earlier) as service:
        for application, streams in expected.items():
            for aggregate, seen in streams.items():
                state = service.state(aggregate, application)
                names = [event.name for event in service.history(aggregate, application)]
                assert (state and [state.status, state.revision, names]) == seen
            assert service.state("application", application).form.name.reveal("an invented student")


def test_the_same_file_again_changes_nothing_and_tells_nobody(earlier: Path) -> None:
    before = (earlier / "out/sms.jsonl").read_text("utf-8")

    assert certify(earlier) == before
    assert (earlier / "out/decisions.csv").read_bytes() == (EARLIER / "decisions.csv").read_bytes()


def test_a_review_goes_on_where_it_waited(earlier: Path) -> None:
    """The one whose name differs is returned, the visiting student approved; both are told once."""
    decisions = earlier / "decided.csv"
    decisions.write_text(
        "application_id,revision,decision,fields,code,reviewer\n"
        "M-001,1,return,name,NAME_AS_IN_HOUSEHOLD_REGISTER,王老师\nM-003,1,approve,,,王老师\n", "utf-8",
    )  # fmt: skip
    certify(earlier)
    told = (earlier / "out/sms.jsonl").read_text("utf-8").count("\n")

    done = eduid(
        "review",
        "--db",
        str(earlier / "school.db"),
        "--decisions",
        str(decisions),
        "--out",
        str(earlier / "out"),
    )

    assert done.returncode == 0, done.stderr
    results = rows_of(earlier / "out/review_results.csv")
    assert [row["result"] for row in results] == ["done", "done"]
    with opened(earlier) as service:
        assert service.state("application", "M-001").status == "returned"
        assert service.state("application", "M-003").status == "approved"
        assert service.state("card", "M-003").status == "active"
    assert (earlier / "out/sms.jsonl").read_text("utf-8").count("\n") == told + 2
