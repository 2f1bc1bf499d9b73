"""What comes after the first file: a later file, a person's decisions, one application explained."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from getpass import getuser
from pathlib import Path
from typing import Any

from filelock import FileLock

from eduid_core.service import KeyFile, Service
from eduid_store_sql import SqlStore

from .conftest import School, certify, outcomes, rows_of, run_eduid


def messages(school: School, out: str) -> list[dict[str, object]]:
    path = school.folder / out / "sms.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def decide(
    school: School, *rows: str, out: str = "reviewed", revision: int = 1
) -> tuple[int, list[dict[str, str]]]:
    """Give the decisions *rows*, each on this revision of its application."""
    file = school.folder / "person.csv"
    named = (row.replace(",", f",{revision},", 1) for row in rows)
    file.write_text(
        "\n".join(("application_id,revision,decision,fields,code,reviewer", *named)) + "\n", "utf-8"
    )
    result = run_eduid(
        "review", "--db", school.folder / "school.db", "--decisions", file, "--out", school.folder / out
    )
    assert "Traceback" not in result.stderr
    return result.returncode, rows_of(school.folder / out / "review_results.csv")


def test_a_returned_pupil_corrected_in_a_later_file_is_approved(school: School) -> None:
    certify(school, school.applications([school.row(0, phone=""), school.row(1)]))
    assert outcomes(school.folder / "out") == {"A-0000": "returned", "A-0001": "approved"}

    later = school.applications([school.row(0), school.row(1)], "later.csv")
    result = certify(school, later, out="later")

    assert result.returncode == 0, result.stderr
    assert outcomes(school.folder / "later") == {"A-0000": "approved", "A-0001": "approved"}
    assert [m["template"] for m in messages(school, "later")] == ["approved_by_school"]


def test_the_same_file_again_changes_nothing_and_tells_nobody(school: School) -> None:
    applications = school.applications(
        [school.row(0), school.row(1, school="别处小学"), school.row(2, phone="")]
    )
    certify(school, applications)

    certify(school, applications, out="again")

    for name in ("decisions.csv", "review_queue.csv", "quarantine.csv"):
        assert (school.folder / "again" / name).read_bytes() == (school.folder / "out" / name).read_bytes()
    assert messages(school, "again") == []


def test_a_row_in_review_is_amended_by_a_later_file(school: School) -> None:
    certify(school, school.applications([school.row(0, entry_year="2019")]))
    assert outcomes(school.folder / "out") == {"A-0000": "review"}

    certify(school, school.applications([school.row(0)], "later.csv"), out="later")

    assert outcomes(school.folder / "later") == {"A-0000": "approved"}


def test_a_later_application_with_an_approved_number_goes_to_a_person(school: School) -> None:
    certify(school, school.applications([school.row(0, "first")]))

    certify(school, school.applications([school.row(0, "second")], "later.csv"), out="later")

    assert outcomes(school.folder / "later") == {"second": "review"}
    shown = run_eduid("show", "--db", school.folder / "school.db", "first")
    assert "approved" in shown.stdout


def test_a_later_application_with_a_live_number_sends_both_to_a_person(school: School) -> None:
    certify(school, school.applications([school.row(0, "first", entry_year="2019")]))
    assert outcomes(school.folder / "out") == {"first": "review"}

    certify(school, school.applications([school.row(0, "second")], "later.csv"), out="later")
    certify(school, school.applications([school.row(0, "first")], "third.csv"), out="third")

    for out, name in (("later", "second"), ("third", "first")):
        (row,) = rows_of(school.folder / out / "decisions.csv")
        assert (row["application_id"], row["outcome"]) == (name, "review")
        assert "DUPLICATE_APPLICATION" in row["reasons"].split(";")
    shown = run_eduid("show", "--db", school.folder / "school.db", "first").stdout
    assert "DuplicateFlagged" in shown


def test_a_later_application_beside_a_returned_one_is_decided_by_itself(school: School) -> None:
    """What was given back for its own gaps is not live; mended, it meets the one that was approved meanwhile."""
    certify(school, school.applications([school.row(0, "first", phone="")]))
    assert outcomes(school.folder / "out") == {"first": "returned"}

    certify(school, school.applications([school.row(0, "second")], "later.csv"), out="later")
    certify(school, school.applications([school.row(0, "first")], "third.csv"), out="third")

    assert outcomes(school.folder / "later") == {"second": "approved"}
    assert outcomes(school.folder / "third") == {"first": "review"}


def test_a_person_approves_one_and_returns_another(school: School) -> None:
    rows = [school.row(0, entry_year="2019"), school.row(1, entry_year="2019"), school.row(2)]
    certify(school, school.applications(rows))

    code, results = decide(
        school,
        "A-0000,approve,,,王老师",
        "A-0001,return,entry_year,ENTRY_YEAR_TO_CHECK,王老师",
        "A-0002,approve,,,王老师",
        "nobody,approve,,,王老师",
        "A-0001,return,,ENTRY_YEAR_TO_CHECK,王老师",
        "A-0001,return,entry_year,BECAUSE,王老师",
        "A-0001,refuse,,,王老师",
        "A-0001,approve,,,",
    )

    assert code == 1
    assert [r["result"] for r in results] == [
        "done",
        "done",
        "NOT_IN_REVIEW",
        "NOT_IN_REVIEW",
        "FIELD_UNKNOWN",
        "CODE_UNKNOWN",
        "DECISION_UNKNOWN",
        "REVIEWER_BLANK",
    ]
    assert sorted(str(m["template"]) for m in messages(school, "reviewed")) == [
        "approved_by_school",
        "returned_by_school",
    ]
    again, _ = decide(school, "A-0000,approve,,,王老师", out="again")
    assert again == 1
    assert messages(school, "again") == []


def test_after_a_persons_return_the_corrected_row_is_handed_in_again(school: School) -> None:
    certify(school, school.applications([school.row(0, entry_year="2019")]))
    decide(school, "A-0000,return,entry_year,ENTRY_YEAR_TO_CHECK,王老师")

    certify(school, school.applications([school.row(0)], "later.csv"), out="later")

    assert outcomes(school.folder / "later") == {"A-0000": "approved"}


def test_an_approved_row_that_changes_is_a_correction_and_keeps_its_card(school: School) -> None:
    certify(school, school.applications([school.row(0)]))
    before = run_eduid("show", "--db", school.folder / "school.db", "A-0000", "--reveal").stdout

    certify(school, school.applications([school.row(0, class_="三班（借）")], "later.csv"), out="later")
    decide(school, "A-0000,approve,,,王老师")

    after = run_eduid("show", "--db", school.folder / "school.db", "A-0000", "--reveal").stdout
    card = next(line for line in before.splitlines() if "教育卡 card" in line)
    assert outcomes(school.folder / "later") == {"A-0000": "review"}
    assert card in after
    assert "CorrectionRequested" in after


def test_show_explains_one_and_masks_it(school: School) -> None:
    student = school.students[0]
    certify(school, school.applications([school.row(0, entry_year="2019")]))

    result = run_eduid("show", "--db", school.folder / "school.db", "A-0000")
    revealed = run_eduid("show", "--db", school.folder / "school.db", "A-0000", "--reveal")

    assert result.returncode == 0
    for part in ("pending_review", "PLACEMENT_DIFFERS", "Submitted", "ReviewRequested"):
        assert part in result.stdout
    for private in (student.name, student.number, student.phone, student.guardian):
        assert private not in result.stdout
        assert private in revealed.stdout
    assert run_eduid("show", "--db", school.folder / "school.db", "nobody").returncode == 2


def looks(db: Path) -> list[dict[str, Any]]:
    """Return the entries of the ledger that tell of a look at a pupil's data."""
    store = SqlStore(f"sqlite:///{db}")
    entries = Service(store=store, keys=KeyFile(db.with_name("school.db.key"))).ledger().entries()
    store.close()
    return [e for e in map(json.loads, entries) if "reveal" in e]


def test_a_look_at_a_pupil_is_on_record(school: School) -> None:
    """未成年人网络保护条例 36: who sees a minor's data leaves a record of it."""
    db = school.folder / "school.db"
    certify(school, school.applications([school.row(0)]))

    run_eduid("show", "--db", db, "A-0000")
    run_eduid("show", "--db", db, "nobody", "--reveal")
    assert looks(db) == []
    for _ in range(2):
        assert run_eduid("show", "--db", db, "A-0000", "--reveal").returncode == 0

    about = {k: looks(db)[0][k] for k in ("by", "role", "reveal", "reason")}
    assert len(looks(db)) == 2
    assert about == {"by": getuser(), "role": "operator", "reveal": "A-0000", "reason": "LOOKED_AT_BY_COMMAND"}
    assert {"id_number", "guardian_phone", "card_number"} <= set(looks(db)[0]["fields"])


def test_a_look_that_cannot_be_recorded_shows_nothing(school: School) -> None:
    db = school.folder / "school.db"
    certify(school, school.applications([school.row(0)]))
    with closing(sqlite3.connect(db)) as database, database:
        database.execute(
            "CREATE TRIGGER no_ledger BEFORE INSERT ON documents WHEN new.kind = 'ledger'"
            " BEGIN SELECT RAISE(ABORT, 'no'); END"
        )

    result = run_eduid("show", "--db", db, "A-0000", "--reveal")

    assert (result.returncode, result.stdout) == (2, "")
    assert "Traceback" not in result.stderr


def test_one_digest_a_teacher_and_class(school: School) -> None:
    rows = [school.row(n, entry_year="2019") for n in range(60)]

    certify(school, school.applications(rows))

    queue = rows_of(school.folder / "out" / "review_queue.csv")
    told = messages(school, "out")
    assert {m["template"] for m in told} == {"review_digest"}
    classes = {(p.school, p.grade, p.class_no) for p in school.students[:60]}
    assert len(told) == len(classes) < len(queue)
    assert all(row["assignee_masked"] for row in queue)


def test_sms_lines_hold_what_the_contract_says(school: School) -> None:
    certify(school, school.applications([school.row(0)]))

    (line,) = messages(school, "out")

    assert set(line) == {"message_id", "template", "to_masked", "params_masked", "at"}
    assert len(str(line["message_id"])) == 26
    phone = school.students[0].phone
    assert line["to_masked"] == f"{phone[:3]}****{phone[-4:]}"


def test_the_lock_lets_one_run_at_a_time(school: School) -> None:

    with FileLock(str(school.folder / "school.db") + ".lock"):
        result = certify(school, school.applications([school.row(0)]))

    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert not (school.folder / "school.db").exists()


def test_a_missing_or_wrong_key_is_one_line(school: School, tmp_path: Path) -> None:
    applications = school.applications([school.row(0)])
    certify(school, applications)
    key = school.folder / "school.db.key"
    kept, mode = key.read_bytes(), oct(key.stat().st_mode & 0o777)

    key.unlink()
    missing = certify(school, applications)
    key.write_bytes(b"{}")
    broken = certify(school, applications)
    other = tmp_path / "other.db"
    run_eduid("certify", applications, "--registry", school.registry, "--db", other, "--out", tmp_path / "o")
    key.write_bytes((tmp_path / "other.db.key").read_bytes())
    wrong = certify(school, applications)
    key.write_bytes(kept)

    assert mode == "0o600"
    assert [r.returncode for r in (missing, broken, wrong)] == [2, 2, 2]
    assert all(r.stderr.count("\n") == 1 for r in (missing, broken, wrong))
    assert certify(school, applications).returncode == 0
