"""A file run against applications that families opened themselves."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eduid_core.plugins import Document
from eduid_core.service.batch import FileRun, MemoryRow, RunRefused, WorkerShare, all_runs
from eduid_core.service.batch.records import GROUP
from eduid_core.testing.doubles import NUMBERS, form_of, row_of
from eduid_core.validation.documents.check_digits import check_character
from eduid_core.workflow import TABLES, Actor, Policy, Role
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application import states as status
from eduid_core.workflow.application.states import ApplicationState

from .house import NOW, House

DAY = dt.date(2026, 11, 1)
OLDER = "32009820100315001" + check_character("32009820100315001")


def run_of(house: House, *forms: Any, digest: str = "a") -> FileRun:
    run = FileRun(
        house.service, registry=house.registry, applications=digest, snapshot="s1", size_by_school={"x": 3}
    )
    rows = [MemoryRow(n, form) for n, form in enumerate(forms, start=2)]
    run.begin(rows, as_of=DAY)
    run.carry_out(rows)
    return run


def outcomes(run: FileRun) -> list[tuple[str, tuple[str, ...]]]:
    return [(p.result.outcome, p.result.reasons[:1]) for p in run.outcomes()]


def test_a_row_under_the_id_of_an_application_that_a_student_opened_is_set_aside(tmp_path: Path) -> None:
    """A student of sixteen consented alone; the file names a child of eleven, for whom nobody has."""
    house = House(tmp_path)
    student = house.registered(role=Role.STUDENT)
    about: dict[str, Any] = {"subject": "A-1", "by": Actor(id=student.id, role=Role.STUDENT), "at": NOW}
    house.service.handle(app.Open(form=form_of(OLDER), **about))
    house.service.handle(app.Submit(consent_text="v1", **about))

    run = run_of(house, form_of(NUMBERS[0], application_id="A-1"))

    assert outcomes(run) == [("quarantined", ("APPLICATION_ID_OF_ANOTHER",))]
    kept: Any = house.service.state("application", "A-1")
    assert kept.revision == 1
    assert kept.form.id_number == form_of(OLDER).id_number


def test_a_row_beaten_to_the_person_by_another_is_for_a_person(tmp_path: Path) -> None:
    """Between the plan and its carrying out somebody else was approved for the same number."""
    house = House(tmp_path)
    rows = [MemoryRow(2, form_of(NUMBERS[0], application_id="A-1"))]
    run = FileRun(
        house.service, registry=house.registry, applications="a", snapshot="s1", size_by_school={"x": 3}
    )
    run.begin(rows, as_of=DAY)
    assert run.outcomes()[0].result.outcome == "approved"
    first = house.handed_in("B-1", house.registered(), form_of(NUMBERS[0]))
    assert type(first) is status.Approved

    run.carry_out(rows)

    assert outcomes(run) == [("review", ("DUPLICATE_APPLICATION",))]
    assert type(house.service.state("application", "A-1")) is status.PendingReview


def test_carrying_out_twice_does_nothing_twice(tmp_path: Path) -> None:
    house = House(tmp_path)
    forms = [form_of(n, application_id=f"A-{i}") for i, n in enumerate(NUMBERS)]
    run = run_of(house, *forms)
    house.service.send_messages()
    told = len(house.sms.sent)

    run.carry_out([MemoryRow(n, form) for n, form in enumerate(forms, start=2)])
    house.service.send_messages()

    assert len(house.sms.sent) == told == 3
    assert len(house.service.history("application", "A-0")) == 3


def test_a_draft_that_waits_for_consent_is_not_troubled_by_a_run_taken_up_again(tmp_path: Path) -> None:
    house = House(tmp_path, policy=Policy(file_consent="required"))
    run = run_of(house, form_of(NUMBERS[0], application_id="A-1"))
    assert outcomes(run) == [("returned", ("CONSENT_REQUIRED",))]

    run.carry_out([MemoryRow(2, form_of(NUMBERS[0], application_id="A-1"))])

    assert outcomes(run) == [("returned", ("CONSENT_REQUIRED",))]
    assert type(house.service.state("application", "A-1")) is status.Draft
    assert len(house.service.history("application", "A-1")) == 1


def test_the_guardian_whose_consent_is_wanted_is_told_once(tmp_path: Path) -> None:
    house = House(tmp_path, policy=Policy(file_consent="required"))
    run_of(house, form_of(NUMBERS[0], application_id="A-1"), form_of(NUMBERS[1], application_id="A-2"))
    run_of(house, form_of(NUMBERS[0], application_id="A-1", guardian_name="陈大海"), digest="b")
    house.service.send_messages()

    told = [(m.template, m.to.reveal("test")) for m in house.sms.sent]
    assert told == [("consent_wanted", form_of().guardian_phone.reveal("test"))] * 2


def test_a_guardian_without_a_mobile_is_not_told(tmp_path: Path) -> None:
    house = House(tmp_path, policy=Policy(file_consent="required"))
    run_of(house, form_of(NUMBERS[0], application_id="A-1", guardian_phone="025-12345678"))

    assert house.service.send_messages().sent == 0


def sized(house: House, size: int) -> FileRun:
    """Return a run over a registry of so many rows; no two runs are over the same files."""
    digest = f"{len(all_runs(house.service.executor.store))}"
    sizes = {"x": size}
    return FileRun(
        house.service, registry=house.registry, applications=digest, snapshot="s", size_by_school=sizes
    )


@pytest.mark.parametrize(
    ("before", "now", "refused"),
    [
        ((3,), 1, True),
        ((3,), 3, False),
        ((10, 100), 50, True),
        ((100, 10), 10, False),
        ((10, 100, 50), 50, False),
    ],
)
def test_a_registry_that_shrank_since_the_last_run_is_refused_until_confirmed(
    tmp_path: Path, before: tuple[int, ...], now: int, *, refused: bool
) -> None:
    """It is compared with the one the last run was made with, however large an older one was."""
    house = House(tmp_path)
    for size in before:
        run = sized(house, size)
        run.begin([], as_of=DAY, confirm_vanish=True)
        run.carry_out([])

    if refused:
        with pytest.raises(RunRefused, match="registry_vanished"):
            sized(house, now).begin([], as_of=DAY)
        assert sized(house, now).begin([], as_of=DAY, confirm_vanish=True).rows == 0
    else:
        assert sized(house, now).begin([], as_of=DAY).rows == 0


def test_a_run_that_waits_is_given_up_only_where_that_is_said(tmp_path: Path) -> None:
    house = House(tmp_path)
    about: dict[str, Any] = {"registry": house.registry, "snapshot": "s1", "size_by_school": {"x": 3}}
    waits = FileRun(house.service, applications="a", **about).begin([], as_of=DAY)
    other = FileRun(house.service, applications="b", **about)

    with pytest.raises(RunRefused) as refused:
        other.begin([], as_of=DAY)

    assert (refused.value.code, refused.value.detail) == ("run_unfinished", waits.name)
    assert [r.state for r in all_runs(house.service.executor.store)] == ["planned"]
    other.begin([], as_of=DAY, abandon=True)
    assert [r.state for r in all_runs(house.service.executor.store)] == ["abandoned", "planned"]


class Beside:
    """A helper in this very process; one that *dies* takes what it is given and hands nothing in."""

    def __init__(self, house: House, run: FileRun, rows: list[MemoryRow], *, dies: bool = False) -> None:
        assert run.run is not None
        self.share, self.dies = WorkerShare(house.service, run.run, rows), dies
        self.taken: list[int] = []

    def take(self, first: int, at: dt.datetime, /) -> bool:
        if first // GROUP % 2:
            return False
        self.taken.append(first)
        if not self.dies:
            self.share.hand_in(first, at)
        return True

    def finish(self) -> frozenset[int]:
        return frozenset(self.taken) if self.dies else frozenset()


def number_of(place: int) -> str:
    body = f"32009820150315{100 + place:03d}"
    return body + check_character(body)


def shared_run(folder: Path, *, how: str) -> tuple[House, FileRun, Beside]:
    """Return a run of three groups and a bit; every fortieth row is for a person, and two share one number."""
    folder.mkdir()
    house = House(folder, [row_of(number_of(n)) for n in range(3 * GROUP + 7)])
    forms = [
        form_of(number_of(n), application_id=f"A-{n}", name="陈小雨" if n % 40 else "陈大雨")
        for n in range(3 * GROUP + 7)
    ]
    forms[5] = attrs.evolve(forms[5], id_number=forms[4].id_number)
    run = FileRun(house.service, registry=house.registry, applications="a", snapshot="s", size_by_school={})
    rows = [MemoryRow(n, form) for n, form in enumerate(forms, start=2)]
    run.begin(rows, as_of=DAY)
    beside = Beside(house, run, rows, dies=how == "dies")
    run.carry_out(rows, **({} if how == "alone" else {"workers": beside}))
    return house, run, beside


@pytest.mark.parametrize("how", ["helped", "dies"])
def test_a_run_with_a_helper_ends_as_one_without(tmp_path: Path, how: str) -> None:
    alone, run, _ = shared_run(tmp_path / "alone", how="alone")
    helped, same, beside = shared_run(tmp_path / how, how=how)

    assert beside.taken == [0, 2 * GROUP]
    assert same.outcomes() == run.outcomes()
    ids = [planned.application_id for planned in run.outcomes()]
    assert [standing(helped, i) for i in ids] == [standing(alone, i) for i in ids]
    assert {outcome for outcome, _ in outcomes(run)} == {"approved", "review"}


def standing(house: House, application_id: str) -> tuple[Any, list[str]]:
    """Return how an application stands and what happened to it."""
    events = house.service.history("application", application_id)
    state = house.service.state("application", application_id)
    return type(state), [event.name for event in events]


def test_a_helper_hands_in_nothing_that_a_person_decides_or_that_meets_another(tmp_path: Path) -> None:
    house = House(tmp_path)
    forms = [form_of(NUMBERS[0], application_id="A-0"), form_of(NUMBERS[0], application_id="A-1")]
    forms.append(form_of(NUMBERS[1], application_id="A-2"))
    forms.append(form_of(NUMBERS[2], application_id="A-3", name="陈大雨"))
    run = FileRun(house.service, registry=house.registry, applications="a", snapshot="s", size_by_school={})
    rows = [MemoryRow(n, form) for n, form in enumerate(forms, start=2)]
    begun = run.begin(rows, as_of=DAY)

    WorkerShare(house.service, begun, rows).hand_in(0, NOW)

    handed_in = [n for n in range(4) if house.service.history("application", f"A-{n}")]
    assert handed_in == [2]


def test_a_run_whose_plan_an_older_version_kept_is_planned_anew(tmp_path: Path) -> None:
    house = House(tmp_path)
    rows = [MemoryRow(2, form_of(NUMBERS[0], application_id="A-1"))]
    about: dict[str, Any] = {"registry": house.registry, "applications": "a", "snapshot": "s"}
    about["size_by_school"] = {"x": 3}
    old = FileRun(house.service, **about).begin(rows, as_of=DAY)
    body = json.loads(old.document().body)
    del body["plan"]
    house.service.executor.store.put([Document("run", old.id, json.dumps(body).encode())])

    run = FileRun(house.service, **about)
    assert run.run is None
    run.begin(rows, as_of=DAY)
    run.carry_out(rows)

    assert outcomes(run) == [("approved", ("CONSISTENT",))]
    assert [r.state for r in all_runs(house.service.executor.store)] == ["abandoned", "done"]


class Dying:
    """Rows whose reader dies when the plan is half made."""

    def __init__(self, rows: list[MemoryRow]) -> None:
        self.rows, self.walks = rows, 0

    def __iter__(self) -> Iterator[MemoryRow]:
        self.walks += 1
        for row in self.rows:
            if self.walks == 3 and row.line > 2500:
                raise ConnectionError
            yield row


def test_a_plan_that_was_never_finished_is_no_run_and_the_next_takes_it_out(tmp_path: Path) -> None:
    house = House(tmp_path)
    rows = [MemoryRow(n, form_of(NUMBERS[0], application_id=f"A-{n}")) for n in range(2, 3002)]
    store = house.service.executor.store
    run = FileRun(house.service, registry=house.registry, applications="a", snapshot="s1", size_by_school={})
    with pytest.raises(ConnectionError):
        run.begin(Dying(rows), as_of=DAY)
    (left,) = store.documents("planning")
    assert store.documents(f"plan:{left}")
    assert (run.run, store.documents("run")) == (None, {})

    run_of(house, form_of(NUMBERS[0], application_id="A-1"), digest="b")

    assert not store.documents(f"plan:{left}")
    assert not store.documents("planning")


def test_a_row_that_flags_more_people_than_keys_are_kept_at_hand_finds_the_keys_of_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was needed last stays at hand; of a school where each stands beside three others, nobody's is lost."""
    monkeypatch.setattr("eduid_core.service.crypto.data_keys._AT_HAND", 3)
    house = House(tmp_path)
    forms = [form_of(n, application_id=f"A-{t}-{i}") for t in range(90) for i, n in enumerate(NUMBERS)]

    run = run_of(house, *forms)

    assert {outcome for outcome, _ in outcomes(run)} == {"review"}


# --- many rows of one person ---------------------------------------------------------------------------


def flags_of(house: House, *keys: str) -> list[int]:
    """Return how often each application was flagged."""
    histories = [house.service.history("application", key) for key in keys]
    return [sum(event.name == "DuplicateFlagged" for event in history) for history in histories]


def test_rows_of_one_person_are_judged_beside_each_other_and_flag_nobody(tmp_path: Path) -> None:
    house = House(tmp_path)
    keys = [f"A-{n}" for n in range(9)]

    run = run_of(house, *(form_of(NUMBERS[0], application_id=key) for key in keys))

    assert outcomes(run) == [("review", ("DUPLICATE_APPLICATION",))] * 9
    assert flags_of(house, *keys) == [0] * 9


def test_who_stood_before_the_run_is_flagged_once_however_many_rows_name_the_person(tmp_path: Path) -> None:
    house = House(tmp_path)
    run_of(house, *(form_of(NUMBERS[0], application_id=f"A-{n}") for n in range(3)))

    run = run_of(house, *(form_of(NUMBERS[0], application_id=f"B-{n}") for n in range(5)), digest="b")

    assert outcomes(run) == [("review", ("DUPLICATE_APPLICATION",))] * 5
    assert flags_of(house, "A-0", "A-1", "A-2", "B-0", "B-4") == [1, 1, 1, 0, 0]


ROWS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 30), st.booleans()), max_size=40)


@settings(max_examples=15, deadline=None)
@given(first=ROWS, second=ROWS)
def test_of_rows_that_share_persons_in_any_way_every_one_is_taken_in(
    tmp_path_factory: pytest.TempPathFactory, first: list[Any], second: list[Any]
) -> None:
    """Rows of one group never get in each other's way, whatever was there before."""
    house = House(tmp_path_factory.mktemp("shared"))
    for digest, rows in (("a", first), ("b", second)):
        forms = {
            f"A-{n}": form_of(
                NUMBERS[who], application_id=f"A-{n}", guardian_name="陈大海" if new else "陈大雨"
            )
            for who, n, new in rows
        }

        run = run_of(house, *forms.values(), digest=digest)

        assert all(reasons != ("ROW_NOT_TAKEN_IN",) for _, reasons in outcomes(run))
        aside = {p.application_id for p in run.outcomes() if p.is_quarantined}
        for key, form in forms.items():
            state: Any = house.service.state("application", key)
            if key in aside:  # of another student since the first file
                assert state.form.id_number != form.id_number
                continue
            assert (state.handed_in if isinstance(state, status.Returned) else state.form) == form


def test_a_row_that_says_nothing_new_is_flagged_by_one_that_does(tmp_path: Path) -> None:
    house = House(tmp_path)
    stands = form_of(NUMBERS[0], application_id="A-0", school="南京市云杉小学")
    run_of(house, stands)

    run_of(house, stands, form_of(NUMBERS[0], application_id="B-0"), digest="b")

    assert flags_of(house, "A-0", "B-0") == [1, 0]


def test_the_flag_is_raised_though_the_row_that_was_to_raise_it_is_not_taken_in(tmp_path: Path) -> None:
    house = House(tmp_path)
    run_of(house, form_of(NUMBERS[0], application_id="A-0", school="南京市云杉小学"))
    rows = [MemoryRow(n, form_of(NUMBERS[0], application_id=f"B-{n}")) for n in range(2)]
    run = FileRun(
        house.service, registry=house.registry, applications="b", snapshot="s1", size_by_school={"x": 3}
    )
    run.begin(rows, as_of=DAY)
    student = house.registered(role=Role.STUDENT)
    about: dict[str, Any] = {"subject": "B-0", "by": Actor(id=student.id, role=Role.STUDENT), "at": NOW}
    house.service.handle(app.Open(form=form_of(OLDER), **about))
    house.service.handle(app.Submit(consent_text="v1", **about))

    run.carry_out(rows)

    assert outcomes(run) == [("review", ("ROW_NOT_TAKEN_IN",)), ("review", ("DUPLICATE_APPLICATION",))]
    assert flags_of(house, "A-0", "B-0", "B-1") == [1, 0, 0]


def test_the_states_a_file_row_can_meet_are_those_of_the_table() -> None:
    """`unchanged`, `standing` and the commands of a row match over this union; the types name a missing case."""
    assert set(get_args(ApplicationState)) == set(TABLES["application"].states)
