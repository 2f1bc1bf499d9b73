"""After any deltas, what stands is what a full run decides; and only what was touched was decided again."""

from __future__ import annotations

import datetime as dt
from random import Random

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from eduid_audit.evaluation.score import cases
from eduid_bulk import incremental as room
from eduid_bulk.incremental import IncrementalState
from eduid_core.matching import Application, RegistryRow

AS_OF = dt.date(2026, 11, 2)
STATUSES = ("在读", "休学", "转出", "")


def world(seed: int, size: int = 12) -> tuple[dict[str, Application], dict[str, RegistryRow]]:
    """Return forms and rows, some forms with one number, some schools without a second row."""
    found = list(cases(seed=seed, size=size))
    forms = {f"a{n}": evolve(case.application, application_id=f"a{n}") for n, case in enumerate(found)}
    forms["twin"] = evolve(forms["a0"], application_id="twin")
    rows = [row for case in found for row in case.found.rows]
    return forms, {f"r{n}": row for n, row in enumerate(rows)}


@st.composite
def deltas(draw: st.DrawFn, held: dict[str, RegistryRow]) -> dict[str, RegistryRow | None]:
    """Rows that go, come, change their status, their school's name, or take another row's number."""
    rows = list(held.values())
    number = st.sampled_from([*held, "new1", "new2"])
    row = st.sampled_from(rows)
    changed = st.one_of(
        st.none(),
        row,
        st.builds(lambda r, s: evolve(r, status=s), row, st.sampled_from(STATUSES)),
        st.builds(lambda r, s: evolve(r, school=s), row, st.sampled_from(["海英小学", "苏州市海英小学", ""])),
        st.builds(lambda r, other: evolve(r, id_number=other.id_number), row, row),
    )
    return draw(st.dictionaries(number, changed, max_size=4))


@settings(deadline=None, max_examples=60)
@given(data=st.data(), seed=st.integers(0, 500))
def test_what_stands_after_any_deltas_is_what_a_full_run_decides(data: st.DataObject, seed: int) -> None:
    forms, held = world(seed)
    standing = IncrementalState(forms, held, as_of=AS_OF)
    for _ in range(data.draw(st.integers(1, 5))):
        before = dict(standing.decisions)
        changed = standing.change(data.draw(deltas(held)))

        full = IncrementalState(forms, standing.held, as_of=AS_OF)
        assert standing.decisions == full.decisions
        assert changed == {n: d for n, d in full.decisions.items() if before[n] != d}


def test_a_delta_decides_only_what_it_touches(monkeypatch: pytest.MonkeyPatch) -> None:
    """One status among many pupils: one application is decided again."""
    forms, held = world(3, size=60)
    standing = IncrementalState(forms, held, as_of=AS_OF)
    asked = []
    right = room.matched
    monkeypatch.setattr(room, "matched", lambda form, *a, **k: asked.append(form) or right(form, *a, **k))
    number = Random(1).choice([n for n in held if standing._rows_of.get(room._key(held[n]) or "")])

    standing.change({number: evolve(held[number], status="转出")})

    assert len(asked) == len(standing._forms_of.get(room._key(held[number]) or "", ()))


def test_a_delta_that_forgot_the_schools_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin looks at numbers alone: a school that loses its name leaves decisions that no full run makes."""
    wrong = 0
    monkeypatch.setattr(IncrementalState, "_led_elsewhere", lambda *_: set())
    for seed in range(12):
        forms, held = world(seed, size=20)
        standing = IncrementalState(forms, held, as_of=AS_OF)
        number = next(iter(held))
        standing.change(
            {number: evolve(held[number], school_code="2132000099", school=held[list(held)[-1]].school)}
        )
        wrong += standing.decisions != IncrementalState(forms, standing.held, as_of=AS_OF).decisions
    assert wrong
