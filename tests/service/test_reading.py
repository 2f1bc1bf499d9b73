"""A program can list what stands: find, list, count, explain, check, and who looked; each for whom it may concern."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import attrs
import pytest

from eduid_core.findings import CallerError, Refused
from eduid_core.plugins import IndexQuery
from eduid_core.service import Erase, Reveal
from eduid_core.service.reading.access import READS
from eduid_core.testing.doubles import CLASS, NUMBERS, form_of
from eduid_core.workflow import Actor, Role
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application.states import ReturnItem
from eduid_core.workflow.review_task import commands as task_commands
from eduid_core.workflow.reviewer_grant import commands as grant_commands
from eduid_core.workflow.reviewer_grant.states import Position

from .house import DISTRICT, HEAD, NOW, OPERATOR, House, about, granted, seated

DIFFERS = {"name": "陈小雪"}
TEACHER = Actor(id="teacher", role=Role.TEACHER, assurance=2)
ANOTHER = Actor(id="another", role=Role.TEACHER, assurance=2)
FAMILY = Actor(id="acct", role=Role.GUARDIAN)
STRANGER = Actor(id="stranger", role=Role.GUARDIAN)


@pytest.fixture
def house(tmp_path: Path) -> House:
    """One application approved, one in review, one a draft of another family."""
    made = House(tmp_path)
    seated(made.service)
    made.registered("head", "15400004444", Role.TEACHER)
    made.registered("district", "15400005555", Role.TEACHER)
    made.homeroom()
    made.registered("another", "15400006666", Role.TEACHER)
    granted(made.service, ANOTHER, HEAD, Position.HOMEROOM, CLASS[0], "六年级 2班")
    made.registered()
    made.registered("stranger", "15400007777")
    made.handed_in("A-1", FAMILY, form_of())
    made.handed_in("A-2", FAMILY, form_of(NUMBERS[1], **DIFFERS))
    assert made.service.handle(app.Open(form=form_of(NUMBERS[2]), **about("B-1", STRANGER))).ok
    return made


def ids(answer: Any) -> list[str]:
    return [line.id for line in answer]


# --- find ----------------------------------------------------------------------------------------------


def test_a_family_reads_its_own_form_in_the_clear_and_no_other(house: House) -> None:
    case: Any = house.service.find("A-2", by=FAMILY)

    assert (case.status, case.name, case.fields["guardian_phone"]) == (
        "pending_review",
        "陈小雪",
        "15400001234",
    )
    assert (case.next_step.who, case.next_step.reviewer) == ("reviewer", "teacher")
    assert case.next_step.until > NOW
    for key in ("B-1", "nothing"):
        assert house.service.find(key, by=FAMILY) == Refused("forbidden")


def test_a_family_learns_nothing_of_the_registry_from_a_form_under_review(house: House) -> None:
    case: Any = house.service.find("A-2", by=FAMILY)
    seen: Any = house.service.find("A-2", by=TEACHER)

    assert (case.reasons, dict(case.differences), case.others, case.tier) == (("UNDER_REVIEW",), {}, (), 0)
    assert "name" in seen.differences
    assert seen.tier > 0


def test_a_family_reads_what_a_person_returned(house: House) -> None:
    item = ReturnItem("name", "NAME_AS_IN_HOUSEHOLD_REGISTER")
    returned = task_commands.CompleteReview(
        outcome="return", items=(item,), expected_rev=1, **about("A-2", TEACHER)
    )
    assert house.service.handle(returned).ok

    case: Any = house.service.find("A-2", by=FAMILY)

    assert (case.status, case.next_step.who) == ("returned", "family")
    assert case.items == (("name", "NAME_AS_IN_HOUSEHOLD_REGISTER", ""),)


@pytest.mark.parametrize("by", [TEACHER, HEAD, DISTRICT, OPERATOR], ids=lambda by: by.role.value)
def test_staff_read_masked(house: House, by: Actor) -> None:
    case: Any = house.service.find("A-2", by=by)

    shown = {case.name, *case.fields.values(), repr(case)}
    assert not any(secret in text for text in shown for secret in ("陈小雪", NUMBERS[1], "15400001234"))
    assert (case.school_code, case.class_name) == CLASS


@pytest.mark.parametrize(
    "by",
    [
        ANOTHER,
        attrs.evolve(HEAD, id="pretender"),
        attrs.evolve(TEACHER, assurance=1),
        STRANGER,
        Actor(id="", role=Role.ANONYMOUS),
        Actor(id="importer", role=Role.IMPORTER, assurance=2),
    ],
    ids=lambda by: f"{by.role.value} {by.id}",
)
def test_nobody_else_reads_it(house: House, by: Actor) -> None:
    for read in (house.service.find, house.service.explain):
        answer: Any = read("A-2", by=by)
        assert answer.code in {"forbidden", "assurance_too_low"}


def test_the_case_names_the_other_applications_to_reviewers(house: House) -> None:
    house.handed_in("C-1", STRANGER, form_of(NUMBERS[1], **DIFFERS))

    assert house.service.find("A-2", by=TEACHER).others == ("C-1",)  # type: ignore[union-attr]


# --- list ----------------------------------------------------------------------------------------------


def test_everybody_lists_what_they_reach(house: House) -> None:
    reads = house.service.list
    assert ids(reads(by=FAMILY)) == ["A-1", "A-2"]
    assert ids(reads(by=STRANGER)) == ["B-1"]
    assert ids(reads(by=TEACHER)) == ids(reads(by=HEAD)) == ["A-1", "A-2"]
    assert ids(reads(by=ANOTHER)) == []
    assert ids(reads(by=DISTRICT)) == ids(reads(by=OPERATOR)) == ["A-1", "A-2", "B-1"]
    assert reads(by=Actor(id="", role=Role.ANONYMOUS)) == Refused("forbidden")


def test_a_list_is_asked_for_by_each_of_its_filters(house: House) -> None:
    reads = house.service.list
    assert ids(reads(by=OPERATOR, status="approved")) == ["A-1"]
    assert ids(reads(by=OPERATOR, school=CLASS[0])) == ["A-1", "A-2"]
    assert ids(reads(by=OPERATOR, school=CLASS[0], class_="六（1）班", status="pending_review")) == ["A-2"]
    assert ids(reads(by=OPERATOR, school=CLASS[0], class_="六年级 2班")) == []
    assert ids(reads(by=OPERATOR, guardian="stranger")) == ["B-1"]
    assert ids(reads(by=HEAD, name="陈小雪")) == ["A-2"]
    assert ids(reads(by=OPERATOR, name=" 陈小雨")) == ["A-1", "B-1"]
    assert ids(reads(by=HEAD, assigned="teacher")) == ["A-2"]
    assert ids(reads(by=OPERATOR, assigned="")) == []
    assert ids(reads(by=OPERATOR, due_before=NOW + dt.timedelta(days=9), status="pending_review")) == ["A-2"]
    assert ids(reads(by=OPERATOR, due_before=NOW)) == []
    with pytest.raises(CallerError, match="together with its school"):
        reads(by=OPERATOR, class_="六（1）班")


def test_a_filter_widens_no_reach(house: House) -> None:
    reads = house.service.list
    assert ids(reads(by=STRANGER, guardian="acct")) == []
    assert ids(reads(by=STRANGER, school=CLASS[0], class_=CLASS[1])) == []
    assert ids(reads(by=ANOTHER, school=CLASS[0], class_=CLASS[1])) == []
    assert ids(reads(by=ANOTHER, school=CLASS[0])) == []
    assert ids(reads(by=ANOTHER, assigned="teacher")) == []
    assert ids(reads(by=STRANGER, assigned="teacher")) == []


def test_pages_follow_each_other(house: House) -> None:
    first: Any = house.service.list(by=OPERATOR, limit=2)
    second: Any = house.service.list(by=OPERATOR, limit=2, after=first[-1].id)

    assert (ids(first), ids(second)) == (["A-1", "A-2"], ["B-1"])


def test_what_waits_for_nobody_is_the_operators_list(house: House) -> None:
    for who, position in (
        ("teacher", f"homeroom-{CLASS[1]}"),
        ("head", "school_admin-"),
        ("district", "district_admin-"),
    ):
        revoked = grant_commands.RevokeGrant(reason="left", **about(f"G-{who}-{position}", OPERATOR))
        assert house.service.handle(revoked).ok

    line: Any = house.service.list(by=OPERATOR, assigned="")[0]  # type: ignore[index]

    assert (line.id, line.next_step.who) == ("A-2", "operator")


def test_a_delegate_lists_the_class_until_the_day_is_over(house: House) -> None:
    until = NOW.date() + dt.timedelta(days=1)
    key = f"G-teacher-homeroom-{CLASS[1]}"
    assert house.service.handle(
        grant_commands.DelegateGrant(to="another", until=until, **about(key, TEACHER))
    ).ok
    assert ids(house.service.list(by=ANOTHER)) == ["A-1", "A-2"]

    house.service.clock = lambda: NOW + dt.timedelta(days=3)

    assert ids(house.service.list(by=ANOTHER)) == []


# --- count ---------------------------------------------------------------------------------------------


def test_counts_are_by_status_within_the_reach(house: House) -> None:
    count = house.service.count
    assert count(by=OPERATOR) == {"approved": 1, "draft": 1, "pending_review": 1}
    assert count(by=HEAD) == count(by=OPERATOR, school=CLASS[0]) == {"approved": 1, "pending_review": 1}
    assert count(by=FAMILY, status="approved") == {"approved": 1}
    assert count(by=ANOTHER) == {}
    assert count(by=OPERATOR, per="school") == {CLASS[0]: 2, "": 1}
    assert count(by=HEAD, per="class_") == {f"{CLASS[0]} {CLASS[1]}": 2}


# --- the index is kept by the commits, and made anew ------------------------------------------------------


def test_the_index_follows_every_commit_and_an_erasure(house: House) -> None:
    assert house.service.handle(app.Withdraw(**about("A-2", FAMILY))).ok
    assert house.service.count(by=OPERATOR) == {"approved": 1, "draft": 1, "withdrawn": 1}

    assert house.service.handle(Erase(reason="ERASED_ON_REQUEST", **about("A-2", FAMILY))).ok

    (row,) = house.store.find_rows(IndexQuery(status="erased"))
    assert (row.key, row.name, row.guardian, row.school) == ("A-2", "", "", "")


def test_a_rebuilt_index_is_the_same_and_mends_what_was_lost(house: House) -> None:
    assert house.service.rebuild_index(by=OPERATOR) == 0
    with house.store._database.writing() as cursor:
        cursor.execute("DELETE FROM cases WHERE key = 'A-1'")
        cursor.execute("UPDATE cases SET status = 'approved' WHERE key = 'B-1'")

    assert house.service.rebuild_index(by=OPERATOR) == 2
    assert house.service.count(by=OPERATOR) == {"approved": 1, "draft": 1, "pending_review": 1}
    with pytest.raises(CallerError, match="by the operator"):
        house.service.rebuild_index(by=FAMILY)


# --- words ---------------------------------------------------------------------------------------------


def test_the_case_is_told_in_words_and_no_code_is_left(house: House) -> None:
    for by in (FAMILY, TEACHER):
        told: Any = house.service.explain("A-2", by=by)
        text = "\n".join((*(w.zh for w in told), *(w.en for w in told)))
        assert "待学校审核" in text
        assert "_" not in text
        assert "期限" in text
    assert "姓名" in "".join(w.zh for w in house.service.explain("A-2", by=TEACHER))  # type: ignore[union-attr]


# --- a form being filled in ------------------------------------------------------------------------------


def found(house: House, **changed: str) -> set[tuple[str, str]]:
    answer: Any = house.service.check_form(form_of(**changed), by=FAMILY)
    invented = {"SYNTHETIC_NUMBER", "PHONE_UNASSIGNED_PREFIX"}  # no test uses a number that somebody has
    return {(one.field, one.code) for one in answer if one.severity != "note" and one.code not in invented}


def test_a_form_without_a_fault_has_no_finding(house: House) -> None:
    assert found(house) == set()


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("name", "", "FIELD_REQUIRED"),
        ("id_number", "320098201503150011", "CHECKSUM"),
        ("guardian_phone", "025-83760000", "LANDLINE_FOR_SMS"),
        ("guardian_phone", "1380000", "PHONE_NOT_IN_PLAN"),
        ("grade", "??", "GRADE_UNREADABLE"),
        ("class_name", "9班", "CLASS_NOT_LISTED"),
        ("school", "南京市云杉小学", "SCHOOL_UNKNOWN"),
        ("entry_year", "abc", "ENTRY_YEAR_UNREADABLE"),
        ("id_type", "会员证", "ID_TYPE_UNKNOWN"),
    ],
)
def test_each_field_has_its_own_findings(house: House, field: str, typed: str, code: str) -> None:
    assert (field, code) in found(house, **{field: typed})


def test_checking_a_form_looks_at_no_students_row(house: House) -> None:
    asked: list[Any] = []
    real = house.registry.find

    def watched(query: Any, /) -> Any:
        asked.append(query)
        return real(query)

    house.registry.find = watched  # type: ignore[method-assign]
    house.service.check_form(form_of(), by=Actor(id="", role=Role.ANONYMOUS))

    assert [query.person for query in asked] == [None]
    assert not asked[0].form.name.reveal("test")
    assert not asked[0].form.id_number.reveal("test")


# --- who looked ----------------------------------------------------------------------------------------


def test_the_family_sees_who_looked(house: House) -> None:
    seen = Reveal(fields=("name", "id_number"), reason="LOOKED_AT_FOR_REVIEW", **about("A-2", TEACHER))
    assert house.service.handle(seen).ok

    (look,) = house.service.reads_of("A-2", by=FAMILY)  # type: ignore[misc]

    assert (look.by, look.role, look.at, look.fields) == ("teacher", Role.TEACHER, NOW, ("id_number", "name"))
    assert house.service.reads_of("A-1", by=FAMILY) == ()
    for by in (STRANGER, TEACHER):
        assert house.service.reads_of("A-2", by=by) == Refused("forbidden")


def test_every_read_has_a_row_in_the_table() -> None:
    assert set(READS) == {
        "find",
        "list",
        "count",
        "explain",
        "check_form",
        "reads_of",
        "messages",
        "feed",
        "claims",
    }


def test_erased_applications_end_no_page_early(tmp_path: Path) -> None:
    house = House(tmp_path)
    family = house.registered()
    for number in range(1, 6):
        assert house.service.handle(app.Open(form=form_of(), **about(f"A-{number}", family))).ok
    for number in (2, 3):
        assert house.service.handle(app.Withdraw(**about(f"A-{number}", family))).ok
        assert house.service.handle(Erase(reason="ERASED_ON_REQUEST", **about(f"A-{number}", family))).ok

    for by in (OPERATOR, family):
        for limit in (1, 2, 10):
            seen: list[str] = []
            while page := house.service.list(by=by, after=seen[-1] if seen else "", limit=limit):
                seen += ids(page)
            assert seen == ["A-1", "A-4", "A-5"], (by, limit)


@pytest.mark.parametrize("read", ["list", "count", "claims", "feed"])
def test_staff_with_one_factor_read_nothing(house: House, read: str) -> None:
    """A seat acts in a session of two factors, and looks in one."""
    one_factor = attrs.evolve(HEAD, assurance=1)

    answer: Any = getattr(house.service, read)(by=one_factor)

    assert answer.code == "assurance_too_low"
