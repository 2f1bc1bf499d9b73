"""The audit as a command: its report, its exit codes, a defect left in, and the signature of a report."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from eduid_audit.__main__ import main
from eduid_audit.command import audit, verify
from eduid_audit.crash import TWINS as CRASH_TWINS
from eduid_audit.model.faults import FAULTS
from eduid_audit.parts import DEFECTS, PARTS
from eduid_audit.profiles import AuditProfile
from eduid_audit.results import DefectResult
from eduid_audit.runner import PartResult
from eduid_audit.simulator.defects import DEFECTS as SIMULATOR_DEFECTS
from eduid_audit.store_twins import KILL_TWINS, TWINS
from eduid_core.testing.conformance.store import LAWS

TINY = AuditProfile(
    name="tiny", walks=4, journeys=2, pairs_every=0, seeds=1, steps=2000, laws=5, kills=2, defects=2
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("audit") / "report"
    assert audit(TINY, out) == 0
    return out


@pytest.fixture
def report(folder: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / "report.json").read_text("utf-8"))
    return read


def test_the_report_has_an_entry_for_every_rule_of_every_part(report: dict[str, Any]) -> None:
    entries = [(r["part"], r["rule"]) for r in report["results"] if r["rule"] != "completed"]

    assert entries == [(part.name, rule) for part in PARTS for rule in part.rules]
    assert all(r["sentence"] for r in report["results"])
    assert report["holds"]
    assert report["does_not_hold"] == []
    assert report["profile"] == "tiny"


def test_every_defect_that_was_put_in_stands_with_the_rule_that_caught_it(report: dict[str, Any]) -> None:
    sabotage = [(r["rule"], s) for r in report["results"] for s in r["sabotage"]]
    put_in = {s["name"] for _, s in sabotage}

    assert len(put_in) == sum(part["defects"] for part in report["parts"]) == 2 * len(PARTS) + 2
    assert all(s["caught"] and rule in s["caught_by"] for rule, s in sabotage)


def test_the_report_names_the_code_and_no_person(folder: Path, report: dict[str, Any]) -> None:
    assert re.fullmatch("[0-9a-f]{64}", report["code"]["sha256"])
    assert report["code"]["packages"].keys() >= {"eduid_core", "eduid_audit", "eduid_store_sql"}
    text = (folder / "report.json").read_text("utf-8")
    assert not re.search(r"(?<![0-9a-f])\d{11}(?![0-9a-f])", text)
    assert "陈" not in text


def test_two_runs_differ_in_date_and_duration_alone(tmp_path: Path, report: dict[str, Any]) -> None:
    audit(TINY, tmp_path, workers=1)
    again = json.loads((tmp_path / "report.json").read_text("utf-8"))
    for one in (again, report):
        del one["date"]
        for part in one["parts"]:
            del part["seconds"]
            part["ran"].pop("commits", None)  # the commits before a kill depend on the machine's speed

    assert again == report
    assert list(again) == list(report)


# --- defects -----------------------------------------------------------------------------------------------


def test_every_seeded_defect_has_a_name_of_its_own() -> None:
    every = [*FAULTS, *CRASH_TWINS, *SIMULATOR_DEFECTS, *TWINS, *KILL_TWINS]

    assert len(set(every)) == len(every)
    assert set(every) == set(DEFECTS)
    assert {d.part for d in DEFECTS.values()} == {part.name for part in PARTS}
    for part in PARTS:
        assert {rule for d in part.defects for rule in d.caught_by} <= part.rules.keys()


@pytest.mark.parametrize(
    ("name", "notices"),
    [
        ("no escalation", "model: I7"),
        ("takes up nothing when it starts", "crash: "),
        ("any_code_fits", "simulator: code_accepted_twice"),
        ("a_claim_has_one_owner_and_a_mark_many", "store: a_claim_has_one_owner_and_a_mark_many"),
        ("answers before it commits", "store: a_killed_process_leaves_every_commit_whole"),
    ],
)
def test_a_defect_left_in_is_noticed(
    name: str, notices: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit(TINY, tmp_path, left_in=name) == 1

    assert f"left in: {name}; noticed by {notices}" in capsys.readouterr().out
    said = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert said["left_in"] == name
    assert any(what.startswith(notices) for what in said["does_not_hold"])


def test_a_defect_that_is_not_caught_fails_the_audit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The report says so at every rule that should have caught it."""
    missed = DefectResult(name="any_code_fits", expected=("code_accepted_twice",), caught_by=("message_lost",))
    part = PartResult(part=PARTS[2], ran={}, failures=(), defects=(missed,), seconds=0.0, tasks=1, done=1)
    monkeypatch.setattr("eduid_audit.command.run_parts", lambda *_, **__: (part,))

    assert audit(TINY, tmp_path) == 1
    said = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert said["does_not_hold"] == ["simulator: not caught: any_code_fits"]
    (entry,) = [r for r in said["results"] if r["rule"] == "code_accepted_twice"]
    assert entry["sabotage"] == [{"name": "any_code_fits", "caught": False, "caught_by": ["message_lost"]}]


# --- use ---------------------------------------------------------------------------------------------------


def test_wrong_use_ends_with_two(tmp_path: Path) -> None:
    for argv in (["--leave-in", "no such defect"], ["--profile", "huge"], ["verify"]):
        with pytest.raises(SystemExit) as stop:
            main(argv)
        assert stop.value.code == 2
    (tmp_path / "file").touch()

    assert main(["--out", str(tmp_path / "file")]) == 2
    assert main(["verify", str(tmp_path)]) == 2


def test_the_list_names_every_defect(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    lines = capsys.readouterr().out.splitlines()

    assert len(lines) == len(DEFECTS) == len(FAULTS) + len(CRASH_TWINS) + len(SIMULATOR_DEFECTS) + len(LAWS) + 2


def test_the_command_says_in_both_languages_that_the_audit_is_missing() -> None:
    program = (
        "import sys; sys.modules['eduid_audit'] = None; sys.argv = ['eduid', 'audit']; "
        "from eduid_cli.main import main; main()"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert said.returncode == 2
    assert said.stderr.count("\n") == 1
    assert "没有安装 eduid-audit" in said.stderr
    assert "eduid-audit is not installed" in said.stderr


# --- signatures --------------------------------------------------------------------------------------------


def copied(folder: Path, to: Path) -> Path:
    for name in ("report.json", "report.json.sig"):
        (to / name).write_bytes((folder / name).read_bytes())
    return to / "report.json"


def test_an_untouched_report_is_verified(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(folder) == 0
    said = capsys.readouterr().out
    key = said.strip().rpartition(" ")[2]

    assert "untouched" in said
    assert "the code installed here is the audited code" in said
    assert verify(folder / "report.json", expected=key) == 0
    assert verify(folder / "report.json", expected="0" * 64) == 1


def test_a_touched_report_is_not_accepted(folder: Path, tmp_path: Path) -> None:
    """Any single byte, and a digest that was adapted to the change."""
    path = copied(folder, tmp_path)
    body = path.read_bytes()
    for place in (0, len(body) // 2, len(body) - 1):
        path.write_bytes(body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :])
        assert main(["verify", str(path)]) == 1
    path.write_bytes(body + b" ")
    assert main(["verify", str(path)]) == 1

    beside = json.loads((folder / "report.json.sig").read_text("utf-8"))
    beside["sha256"] = sha256(body + b" ").hexdigest()
    (tmp_path / "report.json.sig").write_text(json.dumps(beside))
    assert main(["verify", str(path)]) == 1
    for broken in ("", "{}", "[]", '{"public_key": 1, "signature": "x", "sha256": ""}'):
        (tmp_path / "report.json.sig").write_text(broken)
        assert main(["verify", str(path)]) == 1
