"""Drafts that several pages save at once: other fields merge, the same field is refused, nothing is lost unseen."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eduid_core import messages
from eduid_core.findings import Refused
from eduid_core.matching import Application
from eduid_core.service.codec.wire import digest_of
from eduid_core.testing.doubles import form_of
from eduid_core.workflow import Actor, Role, decide, evolve
from eduid_core.workflow.application import commands as app
from eduid_core.workflow.application.drafts import merged
from eduid_core.workflow.forms import FIELDS

from .house import NOW, House, about

FORM = form_of()


class Pages:
    """A family that fills in one form on several pages."""

    def __init__(self, house: House) -> None:
        self.house, self.by = house, house.registered()
        self.opened = self.give(app.Open(form=FORM, **about("A-1", self.by)))

    def give(self, command: Any) -> Any:
        return self.house.service.handle(command)

    def save(self, form: Application, rev: int | None = None, **more: Any) -> Any:
        return self.give(app.Save(form=form, expected_rev=rev, **more, **about("A-1", self.by)))

    @property
    def form(self) -> Application:
        state: Any = self.house.service.state("application", "A-1")
        form: Application = state.form
        return form


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    return Pages(House(tmp_path))


def edited(**fields: str) -> Application:
    return attrs.evolve(FORM, **fields)


def test_open_and_save_answer_the_revision_of_the_draft(pages: Pages) -> None:
    answers = [pages.opened, *(pages.save(edited(class_name=f"{n}班")) for n in "二三")]

    assert [a.revision for a in answers] == [0, 1, 2]
    seen: Any = pages.house.service.find("A-1", by=pages.by)
    assert (seen.draft, seen.revision) == (2, 0)


@pytest.mark.parametrize("rest", [Application(), FORM], ids=["one field", "the whole form"])
def test_edits_of_other_fields_from_one_revision_merge(pages: Pages, rest: Application) -> None:
    """Two pages show revision 0; each saves what it changed, with or without the rest of the form."""
    first = attrs.evolve(rest, class_name="二班")
    other = attrs.evolve(rest, entry_year="2022")
    assert pages.save(first, 0).ok
    assert pages.save(other, 0).ok

    assert pages.form == edited(class_name="二班", entry_year="2022")


def test_an_edit_of_the_same_field_from_an_old_revision_is_refused_and_names_it(pages: Pages) -> None:
    assert pages.save(edited(class_name="二班", entry_year="2022"), 0).ok
    stale = pages.save(edited(class_name="三班", entry_year="2023", grade="五年级"), 0)

    assert stale == Refused("draft_changed", {"fields": ["class_name", "entry_year"], "current": 1})
    assert pages.form == edited(class_name="二班", entry_year="2022")
    for lang in ("zh", "en"):
        told = messages.text(stale.code, lang, stale.params)
        assert "1" in told
        assert "…" not in told
    assert pages.save(edited(class_name="三班"), 1).ok


def test_the_same_edit_on_both_pages_is_no_quarrel(pages: Pages) -> None:
    assert pages.save(edited(class_name="二班"), 0).ok
    assert pages.save(edited(class_name="二班", grade="五年级"), 0).ok
    assert pages.form == edited(class_name="二班", grade="五年级")


def test_a_field_put_back_meanwhile_may_be_edited(pages: Pages) -> None:
    assert pages.save(edited(class_name="二班"), 0).ok
    assert pages.save(FORM, 1).ok
    assert pages.save(edited(class_name="三班"), 0).ok


def test_without_a_revision_what_is_given_is_merged_and_blanks_give_nothing(pages: Pages) -> None:
    assert pages.save(Application(class_name="二班")).ok
    assert pages.save(Application(grade="五年级")).ok
    assert pages.form == edited(class_name="二班", grade="五年级")


def test_a_field_is_emptied_by_its_name_and_only_one_of_the_form(pages: Pages) -> None:
    assert pages.save(Application(), clear=("class_name", "guardian_phone")).ok
    assert pages.form == edited(class_name="", guardian_phone="")
    assert pages.save(Application(), clear=("status",)) == Refused("unknown_field")
    stale = pages.save(Application(), 0, clear=("class_name",))
    assert stale.ok  # emptied already
    assert pages.save(Application(entry_year="2024"), 2).ok
    assert pages.save(Application(), 2, clear=("entry_year",)).code == "draft_changed"


@pytest.mark.parametrize("rev", [3, 99, -1])
def test_a_revision_that_never_was_is_stale(pages: Pages, rev: int) -> None:
    assert pages.save(edited(class_name="二班"), 0).ok
    assert pages.save(edited(class_name="三班"), rev) == Refused("stale_revision", {"current": 1})


def test_what_the_draft_was_comes_from_the_store_and_not_from_the_caller(pages: Pages) -> None:
    assert pages.save(edited(class_name="二班"), 0).ok
    forged = pages.save(edited(class_name="三班"), 0, base=edited(class_name="二班"))
    assert forged.code == "draft_changed"


def test_a_returned_form_is_merged_as_a_draft_is(tmp_path: Path) -> None:
    """The count of drafts goes on over a return."""
    house = House(tmp_path)
    pages = Pages(house)
    assert pages.save(edited(guardian_phone="02552345678"), 0).ok
    submitted = app.Submit(consent_text="v1", **about("A-1", pages.by))
    assert house.service.handle(submitted).ok
    assert house.service.state("application", "A-1").status == "returned"  # type: ignore[union-attr]
    assert pages.save(Application(guardian_phone="15400001235"), 1).revision == 2
    assert pages.save(Application(class_name="二班"), 1).ok
    assert pages.save(Application(guardian_phone="15400001236"), 1).code == "draft_changed"


def test_fifty_pages_that_save_at_once_lose_nothing_and_meet_no_conflict(tmp_path: Path) -> None:
    """Threads on one SQLite file: each page saves one of ten fields, five times over."""
    pages = Pages(House(tmp_path))
    names = list(FIELDS)
    edits = [(n, f"{n}-{k}") for k in range(5) for n in names]

    def save(edit: tuple[str, str]) -> Any:
        name, value = edit
        return pages.save(Application(**{name: value}))

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(save, edits))

    assert len(edits) == 50
    assert [a for a in answers if not a.ok] == []
    assert sorted(a.revision for a in answers) == list(range(1, 51))
    events = pages.house.service.history("application", "A-1")
    assert len(events) == 51
    for name in names:
        values = {getattr(Application(**{name: value}), name) for n, value in edits if n == name}
        assert getattr(pages.form, name) in values


def test_fifty_edits_of_one_field_from_one_revision_leave_one_and_tell_the_others(tmp_path: Path) -> None:
    pages = Pages(House(tmp_path))
    with ThreadPoolExecutor(25) as pool:
        answers = list(pool.map(lambda n: pages.save(Application(class_name=f"{n}班"), 0), range(1, 51)))

    assert sum(a.ok for a in answers) == 1
    assert {a.code for a in answers if not a.ok} == {"draft_changed"}


SMALL = st.builds(
    Application,
    name=st.sampled_from(["", "甲", "乙"]),
    grade=st.sampled_from(["", "五年级", "六年级"]),
    school=st.sampled_from(["", "海英", "云杉"]),
)


@settings(max_examples=200, deadline=None)
@given(base=SMALL, saves=st.lists(SMALL, max_size=4), mine=SMALL)
def test_no_merge_changes_a_field_that_the_page_did_not(
    base: Application, saves: list[Application], mine: Application
) -> None:
    """An accepted save leaves each field as its page gave it, or as it stood; none is lost to an old page."""
    by = Actor(id="acct", role=Role.GUARDIAN)
    about_a: dict[str, Any] = {"subject": "A", "by": by, "at": NOW}
    state: Any = None
    for command in (
        app.Open(form=base, account_id="acct", **about_a),
        *(app.Save(form=f, **about_a) for f in saves),
    ):
        for event in decide(state, command):
            state = evolve(state, event)
    save = app.Save(form=mine, expected_rev=0, base=base if saves else None, **about_a)
    answer = decide(state, save)

    for name in ("name", "grade", "school"):
        was, now, given_ = getattr(base, name), getattr(state.form, name), getattr(mine, name)
        edited_here, edited_there = bool(given_) and given_ != was, now != was
        if isinstance(answer, Refused):
            continue
        after = getattr(merged(state, save), name)
        assert after == (given_ if edited_here else now)
        assert not (edited_here and edited_there and given_ != now)
    if isinstance(answer, Refused):
        assert answer.code == "draft_changed"
        assert answer.params["fields"]


def test_a_field_added_to_a_command_leaves_the_digest_of_an_earlier_one_as_it_was() -> None:
    """A command given again after an upgrade is known by its key; a value in the new field makes another one."""
    by = Actor(id="acct", role=Role.GUARDIAN)
    save = app.Save(form=FORM, key="k", **about("A-1", by))

    digest = digest_of(save, key=b"k")

    assert digest == "4e7318fe6704c8f5952dd801201f1b12b2e153f471db493800c9285e069c4fe6"
    assert digest_of(attrs.evolve(save, clear=("grade",)), key=b"k") != digest
