"""`review.xlsx` filled in and saved by LibreOffice, as xlsx and as ods: `eduid review` takes both."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from tests.files.school import FORM, STUDENT
from tests.files.test_commands_on_files import Folder, number

FILLED, RETURNED, ALL = 50, 10, 54
REASON = "请核对班级"
SCRIPT = Path(__file__).with_name("soffice_fill_in.py")


def system_python() -> str:
    """Return the Python of the system that has `uno`; skip where there is none, or no LibreOffice."""
    python = shutil.which("python3", path=os.defpath) or ""
    has_uno = (
        python
        and subprocess.run([python, "-c", "import uno"], capture_output=True, check=False).returncode == 0
    )
    if not has_uno or shutil.which("soffice") is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("LibreOffice with python3-uno is not installed")
    return python


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Return a school with 54 students in review, of two homeroom teachers."""
    folder = Folder(tmp_path_factory.mktemp("school"))
    rows = [{"申请编号": f"A-{n:02}", "身份证号": number(n), "班级": "3班"} for n in range(ALL)]
    held = [
        {"学籍号": f"G{number(n)}", "身份证件号": number(n), "班主任": "李老师", "班主任手机": "15400990001"}
        for n in range(ALL)
    ]
    other = {"学校名称": "南京市云杉小学", "学校标识码": "2132098002", "班级": "3班", "班主任": "王老师"}
    registry = folder.registry(
        *(STUDENT | row for row in held), STUDENT | held[0] | other | {"学籍号": "", "身份证件号": number(90)}
    )
    for name in ("xlsx", "ods"):
        folder.db = folder.path / f"{name}.db"
        assert folder.certify(folder.forms(*(FORM | row for row in rows)), registry, out=name).exit_code == 0
        assert Counter(folder.outcomes.values()) == {"review": ALL}
    return folder


@pytest.fixture(scope="module")
def filled_in(school: Folder) -> Path:
    """Type fifty decisions into the workbook, and one text into a locked cell; return the folder of both files."""
    python = system_python()
    source, keys = school.path / "xlsx" / "review.xlsx", school.path / "keys.json"
    typed: dict[str, dict[str, str]] = {}
    left, returned = FILLED, RETURNED
    for sheet in openpyxl.load_workbook(source).worksheets:
        if sheet.sheet_state != "visible":
            continue
        headings = {cell.value: cell.column_letter for cell in sheet[1]}
        cells = typed.setdefault(sheet.title, {"A2": "A-99"})
        for row in range(2, sheet.max_row + 1):
            if not left:
                break
            left -= 1
            cells[f"{headings['审核人']}{row}"] = "李老师"
            cells[f"{headings['决定']}{row}"] = "退回" if returned else "通过"
            if returned:
                returned -= 1
                cells[f"{headings['退回项目']}{row}"] = "班级"
                cells[f"{headings['退回原因']}{row}"] = REASON
    assert left == 0
    keys.write_text(json.dumps(typed), "utf-8")
    out = school.path / "filled"
    out.mkdir()
    program = [python, SCRIPT, shutil.which("soffice"), source, keys, out / "review.xlsx", out / "review.ods"]
    environment = {name: text for name, text in os.environ.items() if not name.startswith("PYTHON")}
    subprocess.run(list(map(str, program)), check=True, timeout=120, env=environment)
    return out


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_workbook_filled_in_by_a_spreadsheet_program_is_taken(
    school: Folder, filled_in: Path, kind: str
) -> None:
    """The locked cell kept its id, the four rows without a decision wait on."""
    school.db, school.out = school.path / f"{kind}.db", school.path / f"reviewed-{kind}"
    about = ("--db", school.db, "--decisions", filled_in / f"review.{kind}", "--out", school.out)

    done = school.run("review", *about)

    assert done.exit_code == 0, (done.stdout, school.rows("review_results.csv"))
    results = Counter(row["result"] for row in school.rows("review_results.csv"))
    assert results == {"done": FILLED}
    shown = school.run("show", "--db", school.db, "A-00")
    assert "returned" in shown.stdout
    lines = (school.out / "sms.jsonl").read_text("utf-8").splitlines()
    templates = Counter(json.loads(line)["template"] for line in lines)
    assert templates == {"returned_by_school": RETURNED, "approved_by_school": FILLED - RETURNED}
