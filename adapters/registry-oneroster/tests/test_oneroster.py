"""
A registry from OneRoster files of both versions, in a folder and in a zip.

The files are written here by the tables of the standard: no published package writes them.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest

from eduid_core.findings import CallerError
from eduid_core.matching import Found, Policy, RegistryRow, lookup_key, match
from eduid_core.plugins import RegistryAnswer, RegistryQuery, RegistrySource, load_adapters
from eduid_core.private import IdNumber
from eduid_core.testing.doubles import NUMBERS, form_of
from eduid_registry_file import FileFault
from eduid_registry_oneroster import OneRosterFault, OneRosterRegistry, Settings

TODAY = dt.date(2026, 11, 29)
HEADS = {
    "manifest": "propertyName,value",
    "academicSessions": "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear",
    "orgs": "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId",
    "classes": "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods",
    "enrollments": "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate",
}
HEADS_11 = {
    "users": "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password",
}
HEADS_12 = {
    "users": "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,resourceSourcedIds,preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns,metadata.cn.fullName,metadata.cn.entryMonth,metadata.cn.status",
    "roles": "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId",
}

ORGS = [
    {"sourcedId": "d1", "name": "某区教育局", "type": "district", "identifier": "320100"},
    {
        "sourcedId": "s1",
        "name": "南京市海英小学",
        "type": "school",
        "identifier": "2132098001",
        "parentSourcedId": "d1",
    },
    {
        "sourcedId": "s2",
        "name": "南京市江宁小学",
        "type": "school",
        "identifier": "2132098002",
        "parentSourcedId": "d1",
    },
]
CLASSES = [
    {
        "sourcedId": "c1",
        "title": "六年级1班",
        "grades": "06",
        "classType": "homeroom",
        "schoolSourcedId": "s1",
        "termSourcedIds": "t1",
    },
    {
        "sourcedId": "c2",
        "title": "六年级3班",
        "grades": "06",
        "classType": "homeroom",
        "schoolSourcedId": "s2",
        "termSourcedIds": "t1",
    },
    {
        "sourcedId": "m1",
        "title": "数学",
        "grades": "06",
        "classType": "scheduled",
        "schoolSourcedId": "s1",
        "termSourcedIds": "t1",
    },
]
SESSIONS = [
    {
        "sourcedId": "t1",
        "title": "2026-2027",
        "type": "term",
        "startDate": "2026-09-01",
        "endDate": "2027-06-30",
        "schoolYear": "2027",
    }
]
PUPIL = {
    "sourcedId": "u1",
    "enabledUser": "true",
    "username": "u1",
    "userIds": f"{{cn.resident_id:{NUMBERS[0]}}},{{cn.edu.xjh:G{NUMBERS[0]}}}",
    "givenName": "小雨",
    "familyName": "陈",
    "agentSourcedIds": "g1",
    "grades": "06",
    "metadata.cn.entryMonth": "202109",
}
TEACHER = {
    "sourcedId": "w1",
    "enabledUser": "true",
    "username": "w1",
    "givenName": "老师",
    "familyName": "王",
    "phone": "15400990001",
}
GUARDIAN = {
    "sourcedId": "g1",
    "enabledUser": "true",
    "username": "g1",
    "givenName": "大雨",
    "familyName": "陈",
    "sms": "15400001234",
}
ROLES = [
    {"sourcedId": "r1", "userSourcedId": "u1", "roleType": "primary", "role": "student", "orgSourcedId": "s1"},
    {"sourcedId": "r2", "userSourcedId": "w1", "roleType": "primary", "role": "teacher", "orgSourcedId": "s1"},
    {"sourcedId": "r3", "userSourcedId": "g1", "roleType": "primary", "role": "guardian", "orgSourcedId": "s1"},
]
ENROLMENTS = [
    {
        "sourcedId": "e1",
        "classSourcedId": "c1",
        "schoolSourcedId": "s1",
        "userSourcedId": "u1",
        "role": "student",
        "primary": "false",
    },
    {
        "sourcedId": "e2",
        "classSourcedId": "c1",
        "schoolSourcedId": "s1",
        "userSourcedId": "w1",
        "role": "teacher",
        "primary": "true",
    },
    {
        "sourcedId": "e3",
        "classSourcedId": "m1",
        "schoolSourcedId": "s1",
        "userSourcedId": "u1",
        "role": "student",
        "primary": "false",
    },
]
Rows = list[dict[str, str]]


@attrs.define
class Files:
    """The files of a set, to be changed and written."""

    version: str = "1.2"
    tables: dict[str, Rows] = attrs.field(factory=dict)
    heads: dict[str, str] = attrs.field(factory=dict)
    manifest: dict[str, str] = attrs.field(factory=dict)

    def texts(self) -> dict[str, bytes]:
        modes = {f"file.{name}": "bulk" for name in self.tables}
        manifest = {"manifest.version": "1.0", "oneroster.version": self.version, **modes, **self.manifest}
        rows = [{"propertyName": name, "value": value} for name, value in manifest.items()]
        return {
            name: written(self.heads[name], some) for name, some in {"manifest": rows, **self.tables}.items()
        }

    def folder(self, path: Path) -> Path:
        path.mkdir(exist_ok=True)
        for name, text in self.texts().items():
            (path / f"{name}.csv").write_bytes(text)
        return path

    def zip(self, path: Path, *, inside: str = "") -> Path:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as whole:
            for name, text in self.texts().items():
                whole.writestr(f"{inside}{name}.csv", text)
        return path


def written(head: str, rows: Rows) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, head.split(","), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def v12(**changed: Rows) -> Files:
    tables = {"academicSessions": SESSIONS, "orgs": ORGS, "classes": CLASSES, "users": [PUPIL, TEACHER, GUARDIAN],
              "roles": ROLES, "enrollments": ENROLMENTS}  # fmt: skip
    return Files("1.2", {**tables, **changed}, {**HEADS, **HEADS_12})


def v11(**changed: Rows) -> Files:
    roles = {"u1": ("student", "s1"), "w1": ("teacher", "s1"), "g1": ("guardian", "s1")}
    users = []
    for user in (PUPIL, TEACHER, GUARDIAN):
        role, org = roles[user["sourcedId"]]
        users.append(
            {"role": role, "orgSourcedIds": org, **{k: v for k, v in user.items() if "metadata" not in k}}
        )
    tables = {
        "academicSessions": SESSIONS,
        "orgs": ORGS,
        "classes": CLASSES,
        "users": users,
        "enrollments": ENROLMENTS,
    }
    return Files("1.1", {**tables, **changed}, {**HEADS, **HEADS_11})


def read(files: Files, path: Path, **settings: Any) -> OneRosterRegistry:
    return OneRosterRegistry(Settings(path=files.folder(path / "files"), **settings), as_of=TODAY)


def ask(source: RegistrySource, number: str = NUMBERS[0], **form: str) -> RegistryAnswer:
    key = lookup_key("", number)
    return source.find(RegistryQuery(person=IdNumber(key) if key else None, form=form_of(number, **form)))


def clear(row: RegistryRow) -> Mapping[str, str]:
    held = attrs.asdict(row, recurse=False)
    return {name: value if isinstance(value, str) else value.reveal("test") for name, value in held.items()}


def outcome(answer: RegistryAnswer, **form: str) -> str:
    found = Found(rows=answer.rows, schools=answer.schools, snapshot=answer.snapshot)
    return str(match(form_of(**form), found, policy=Policy()).outcome)


# --- the whole way ------------------------------------------------------------------------------------------


def test_a_student_of_version_12_is_approved(tmp_path: Path) -> None:
    source = read(v12(), tmp_path)

    answer = ask(source)

    assert clear(answer.rows[0]) == {
        "student_number": f"G{NUMBERS[0]}",
        "name": "陈小雨",
        "id_type": "居民身份证",
        "id_number": NUMBERS[0],
        "school_code": "2132098001",
        "school": "南京市海英小学",
        "grade": "六年级",
        "class_name": "六年级1班",
        "entry_month": "202109",
        "status": "ACTIVE",
        "teacher_name": "王老师",
        "teacher_phone": "15400990001",
        "guardian_phone": "15400001234",
    }
    assert outcome(answer) == "approved"
    assert answer.class_ref == ("2132098001", "六年级 1班")
    assert (source.faults, source.unknown_statuses) == ((), {})


def test_a_student_of_version_11_is_approved_if_the_entry_year_may_be_derived(tmp_path: Path) -> None:
    """Version 1.1 has no place for it unless a column of one's own is added."""
    with_year, without = (read(v11(), tmp_path, derive_entry_year=flag) for flag in (True, False))

    assert ask(with_year).rows[0].entry_month == "202109"
    assert outcome(ask(with_year)) == "approved"
    assert ask(without).rows[0].entry_month == ""
    assert outcome(ask(without)) == "review"


def test_a_folder_a_zip_and_a_zip_with_a_folder_are_the_same(tmp_path: Path) -> None:
    files = v12()
    paths = (
        files.folder(tmp_path / "f"),
        files.zip(tmp_path / "a.zip"),
        files.zip(tmp_path / "b.zip", inside="export/"),
    )
    sources = [
        load_adapters(allow=("registry-oneroster",)).registry_source("oneroster", path=str(p)) for p in paths
    ]
    answers = [ask(source) for source in sources]

    assert answers[0].rows == answers[1].rows == answers[2].rows != ()
    assert len({answer.snapshot for answer in answers}) == 1
    assert len(answers[0].snapshot) == 64


def test_a_bom_is_no_part_of_the_heading_and_a_changed_cell_changes_the_snapshot(tmp_path: Path) -> None:
    path = v12().folder(tmp_path / "f")
    before = ask(OneRosterRegistry(Settings(path=path), as_of=TODAY)).snapshot
    users = path / "users.csv"
    users.write_bytes(b"\xef\xbb\xbf" + users.read_bytes())

    after = ask(OneRosterRegistry(Settings(path=path), as_of=TODAY))

    assert after.rows != ()
    assert after.snapshot != before


# --- visiting students --------------------------------------------------------------------------------------

VISITING = [
    *ROLES,
    {
        "sourcedId": "r4",
        "userSourcedId": "u1",
        "roleType": "secondary",
        "role": "student",
        "orgSourcedId": "s2",
    },
]
AT_BOTH = [
    {
        "sourcedId": "e1",
        "classSourcedId": "c2",
        "schoolSourcedId": "s2",
        "userSourcedId": "u1",
        "role": "student",
    },
    {
        "sourcedId": "e2",
        "classSourcedId": "c2",
        "schoolSourcedId": "s2",
        "userSourcedId": "w1",
        "role": "teacher",
        "primary": "true",
    },
]


def test_a_visiting_student_has_a_row_at_each_school_and_a_person_decides(tmp_path: Path) -> None:
    """The teacher is that of the school attended."""
    answer = ask(
        read(v12(roles=VISITING, enrollments=AT_BOTH), tmp_path), school="南京市江宁小学", class_name="3班"
    )

    assert [(r.school_code, r.status, r.class_name) for r in answer.rows] == [
        ("2132098001", "ACTIVE", ""),
        ("2132098002", "借读", "六年级3班"),
    ]
    assert answer.class_ref == ("2132098002", "六年级 3班")
    assert answer.teacher is not None
    assert outcome(answer, school="南京市江宁小学", class_name="3班") == "review"


def test_several_schools_of_version_11_are_for_a_person(tmp_path: Path) -> None:
    users = [
        {**user, "orgSourcedIds": "s1,s2"} if user["sourcedId"] == "u1" else user
        for user in v11().tables["users"]
    ]

    answer = ask(read(v11(users=users), tmp_path, derive_entry_year=True))

    assert [row.status for row in answer.rows] == ["ACTIVE", "ACTIVE"]
    assert outcome(answer) == "review"


def test_a_role_that_is_over_or_deleted_is_none(tmp_path: Path) -> None:
    over, deleted, later = (
        [*ROLES, {**VISITING[-1], **end}]
        for end in ({"endDate": "2026-06-30"}, {"status": "tobedeleted"}, {"beginDate": "2027-09-01"})
    )

    assert [len(ask(read(v12(roles=roles), tmp_path)).rows) for roles in (over, deleted, later)] == [1, 1, 1]


# --- what is given twice is left blank ----------------------------------------------------------------------


def one_row(tmp_path: Path, files: Files, **settings: Any) -> Mapping[str, str]:
    (row,) = ask(read(files, tmp_path, **settings)).rows
    return clear(row)


def test_two_homeroom_classes_at_one_school_leave_the_class_blank(tmp_path: Path) -> None:
    classes = [*CLASSES, {**CLASSES[0], "sourcedId": "c9", "title": "六年级9班"}]
    enrolments = [*ENROLMENTS, {**ENROLMENTS[0], "sourcedId": "e9", "classSourcedId": "c9"}]

    assert one_row(tmp_path, v12(classes=classes, enrollments=enrolments))["class_name"] == ""


def test_two_primary_teachers_are_no_homeroom_teacher(tmp_path: Path) -> None:
    other = {**TEACHER, "sourcedId": "w2", "familyName": "李"}
    enrolments = [*ENROLMENTS, {**ENROLMENTS[1], "sourcedId": "e9", "userSourcedId": "w2"}]
    files = v12(users=[PUPIL, TEACHER, GUARDIAN, other], enrollments=enrolments)

    assert one_row(tmp_path, files)["teacher_name"] == ""


def test_guardians_with_two_phones_bring_none(tmp_path: Path) -> None:
    """One of two cannot be *the* phone: the applicant's would differ from it by chance."""
    father = {**GUARDIAN, "sourcedId": "g2", "sms": "15400005678", "agentSourcedIds": "u1"}
    roles = [*ROLES, {**ROLES[2], "sourcedId": "r9", "userSourcedId": "g2"}]
    no_mobile = {**father, "sms": "025-84000000"}

    assert one_row(tmp_path, v12(users=[PUPIL, TEACHER, GUARDIAN, father], roles=roles))["guardian_phone"] == ""
    kept = one_row(tmp_path, v12(users=[PUPIL, TEACHER, GUARDIAN, no_mobile], roles=roles))
    assert kept["guardian_phone"] == "15400001234"


def test_a_student_with_two_id_numbers_is_set_aside(tmp_path: Path) -> None:
    twice = {**PUPIL, "userIds": f"{{cn.resident_id:{NUMBERS[0]}}},{{cn.resident_id:{NUMBERS[1]}}}"}
    other = {**PUPIL, "sourcedId": "u2", "userIds": f"{{cn.resident_id:{NUMBERS[2]}}}"}
    roles = [*ROLES, {**ROLES[0], "sourcedId": "r9", "userSourcedId": "u2"}]

    source = read(v12(users=[other, twice, TEACHER, GUARDIAN], roles=roles), tmp_path)

    assert [(f.code, f.line, f.sheet) for f in source.faults] == [("ID_UNREADABLE", 3, "users.csv")]
    assert ask(source).rows == ask(source, NUMBERS[1]).rows == ()
    assert NUMBERS[0] not in repr(source.faults)


# --- single fields ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("grade", "here", "entry"),
    [("01", "一年级", "202609"), ("6", "六年级", "202109"), ("07", "七年级", "202609"), ("09", "九年级", "202409"),
     ("10", "高一", "202609"), ("12", "高三", "202409"), ("KG", "KG", ""), ("五年级", "五年级", "")],
)  # fmt: skip
def test_grades_of_the_standard_are_grades_here(tmp_path: Path, grade: str, here: str, entry: str) -> None:
    pupil = {**PUPIL, "grades": grade, "metadata.cn.entryMonth": ""}
    row = one_row(tmp_path, v12(users=[pupil, TEACHER, GUARDIAN]), derive_entry_year=True)

    assert (row["grade"], row["entry_month"]) == (here, entry)


def test_the_class_gives_the_grade_that_the_user_lacks(tmp_path: Path) -> None:
    assert one_row(tmp_path, v12(users=[{**PUPIL, "grades": ""}, TEACHER, GUARDIAN]))["grade"] == "六年级"


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"metadata.cn.fullName": "欧阳小雨"}, "欧阳小雨"),
        ({"familyName": "欧阳"}, "欧阳小雨"),
        ({"familyName": "Smith", "givenName": "John"}, "John Smith"),
        ({"familyName": "", "givenName": "阿依古丽·买买提"}, "阿依古丽·买买提"),
    ],
)
def test_a_name_is_whole(tmp_path: Path, changed: dict[str, str], name: str) -> None:
    assert one_row(tmp_path, v12(users=[{**PUPIL, **changed}, TEACHER, GUARDIAN]))["name"] == name


@pytest.mark.parametrize(
    ("changed", "status"),
    [({"status": "active"}, "ACTIVE"), ({"status": "tobedeleted"}, "LEFT"), ({"metadata.cn.status": "休学"}, "休学"),
     ({"metadata.cn.status": "1"}, "在读")],
)  # fmt: skip
def test_the_status_is_in_words_of_the_registry(tmp_path: Path, changed: dict[str, str], status: str) -> None:
    files = v12(users=[{**PUPIL, **changed}, TEACHER, GUARDIAN])

    assert one_row(tmp_path, files, words={"1": "在读"})["status"] == status


def test_other_documents_are_found_by_the_settings(tmp_path: Path) -> None:
    pupil = {**PUPIL, "userIds": "{CN.Passport:E12345678}", "identifier": "L320098201503150010"}
    source = read(v12(users=[pupil, TEACHER, GUARDIAN]), tmp_path, id_types={"cn.passport": "护照"})
    key = lookup_key("护照", "E12345678")
    assert key is not None

    (row,) = source.find(RegistryQuery(person=IdNumber(key), form=form_of())).rows

    assert (row.id_type, row.student_number.reveal("test")) == ("护照", "L320098201503150010")


# --- faults of the files ------------------------------------------------------------------------------------


def fault(path: Path) -> OneRosterFault:
    with pytest.raises(OneRosterFault) as found:
        OneRosterRegistry(Settings(path=path), as_of=TODAY)
    assert found.value.zh != found.value.en
    return found.value


def test_what_is_wrong_with_the_files_is_said(tmp_path: Path) -> None:
    delta, old, without_users = v12(), v12(), v12()
    delta.manifest["file.enrollments"] = "delta"
    old.version = "1.0"
    del without_users.tables["users"]
    twice = v12(users=[PUPIL, PUPIL, TEACHER, GUARDIAN])
    lacking = v12()
    lacking.heads["orgs"] = "sourcedId,status,dateLastModified,name,type"
    lacking.tables["orgs"] = [{"sourcedId": "s1", "name": "x", "type": "school"}]

    codes = {
        name: fault(files.folder(tmp_path / name)).code
        for name, files in {
            "delta": delta,
            "old": old,
            "users": without_users,
            "twice": twice,
            "head": lacking,
        }.items()
    }

    assert codes == {
        "delta": "ONEROSTER_DELTA",
        "old": "ONEROSTER_VERSION",
        "users": "ONEROSTER_FILE_MISSING",
        "twice": "ONEROSTER_TWICE",
        "head": "ONEROSTER_COLUMNS_MISSING",
    }
    assert fault(tmp_path / "nowhere").code == "ONEROSTER_MISSING"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("陈".encode("gb18030"), "ONEROSTER_ENCODING"),
        (b'u9,"', "ONEROSTER_CSV"),
        (b"u9,active\n", "ONEROSTER_CSV"),
        (b"," * 60, "ONEROSTER_CSV"),
    ],
)
def test_a_file_that_is_cut_off_or_in_another_encoding_is_refused(
    tmp_path: Path, text: bytes, code: str
) -> None:
    path = v12().folder(tmp_path / "f")
    with (path / "users.csv").open("ab") as users:
        users.write(text)

    assert fault(path).code == code


@pytest.mark.parametrize("cut", [30, 400, 900])
def test_a_broken_zip_is_refused(tmp_path: Path, cut: int) -> None:
    path = v12().zip(tmp_path / "a.zip")
    whole = path.read_bytes()
    path.write_bytes(whole[:cut] + bytes(200) + whole[cut + 200 :])

    assert fault(path).code in {
        "ONEROSTER_ZIP",
        "ONEROSTER_MISSING",
        "ONEROSTER_CSV",
        "ONEROSTER_FILE_MISSING",
        "ONEROSTER_ENCODING",
    }


def test_a_set_without_students_or_with_numbers_that_cannot_be_right_is_refused(tmp_path: Path) -> None:
    wrong = [
        {**PUPIL, "sourcedId": f"u{n}", "userIds": "{cn.resident_id:320098201503150011}"} for n in range(6)
    ]
    roles = [{**ROLES[0], "sourcedId": f"r{n}", "userSourcedId": f"u{n}"} for n in range(6)]

    with pytest.raises(FileFault, match="REGISTRY_EMPTY"):
        read(v12(users=[TEACHER], roles=ROLES[1:2]), tmp_path)
    with pytest.raises(FileFault, match="REGISTRY_NUMBERS"):
        read(v12(users=wrong, roles=roles), tmp_path)


def test_files_without_a_manifest_are_read_by_what_is_there(tmp_path: Path) -> None:
    path = v12().folder(tmp_path / "f")
    (path / "manifest.csv").unlink()

    assert len(ask(OneRosterRegistry(Settings(path=path), as_of=TODAY)).rows) == 1


# --- settings -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"path": ""}, "path"),
        ({"id_types": {"cn.x": "某证"}}, "id_types.cn.x"),
        ({"id_types": "cn.x"}, "id_types"),
        ({"student_number_type": ""}, "student_number_type"),
        ({"words": {"1": 1}}, "words"),
        ({"derive_entry_year": "yes"}, "derive_entry_year"),
    ],
)
def test_a_fault_names_its_setting(changed: dict[str, object], named: str) -> None:
    with pytest.raises(CallerError, match=f"'{named}'"):
        Settings(**{"path": "x.zip", **changed})


def test_an_operator_reads_which_setting_is_wrong() -> None:
    with pytest.raises(CallerError, match=r"path: missing; words: not allowed"):
        load_adapters(allow=("registry-oneroster",)).registry_source("oneroster", words={"1": 1})
