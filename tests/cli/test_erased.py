"""What was erased is said to be so by every command, and a later file says nothing to it any more."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from eduid_cli.demo.sample import make_students, write_applications, write_registry
from eduid_core.service import Erase, KeyFile
from eduid_core.testing.doubles import TrustingService
from eduid_core.workflow.application import commands as app
from eduid_store_sql import SqlStore
from tests.service.house import DISTRICT, seated

from .conftest import AS_OF, run_eduid

NOW = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)


def test_an_erased_application_is_shown_as_such_and_keeps_out_of_later_files(tmp_path: Path) -> None:
    students = make_students(3, seed=5)
    write_registry(tmp_path / "registry.xlsx", students)
    write_applications(tmp_path / "a.csv", [list(p.application_row(f"E-{n}")) for n, p in enumerate(students)])
    db = tmp_path / "school.db"
    command = ["certify", str(tmp_path / "a.csv"), "--registry", str(tmp_path / "registry.xlsx"), "--db", str(db),
               "--as-of", AS_OF, "--out"]  # fmt: skip
    assert run_eduid(*command, str(tmp_path / "one")).returncode == 0
    store = SqlStore(f"sqlite:///{db}")
    keys = KeyFile(tmp_path / "school.db.key")
    service = seated(TrustingService(store=store, keys=keys, capabilities={"operator"}))
    about = {"subject": "E-1", "at": NOW, "by": DISTRICT}
    assert service.handle(app.Supersede(reason="graduated", **about)).ok
    assert service.handle(Erase(reason="ERASED_AFTER_RETENTION", **about)).ok
    store.close()

    shown = run_eduid("show", "--db", str(db), "E-1", "--reveal")
    with (tmp_path / "a.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    again = run_eduid(*command, str(tmp_path / "two"))

    assert shown.returncode == 0
    assert "erased" in shown.stdout
    assert "Traceback" not in shown.stderr + again.stderr
    assert again.returncode == 0
    decided = (tmp_path / "two" / "decisions.csv").read_text("utf-8").splitlines()
    assert decided[2].startswith("E-1,review,APPLICATION_CLOSED")
    assert [line.split(",")[1] for line in decided[1:]] == ["approved", "review", "approved"]
