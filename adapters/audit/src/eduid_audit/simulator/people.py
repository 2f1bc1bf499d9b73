"""Families and staff, and the truth about them: the world knows it, the service must establish it."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import attrs

from eduid_core.matching import Application, RegistryRow
from eduid_core.private import PersonName, Phone
from eduid_core.service.handlers.door import canonical_form
from eduid_core.testing.invented_students import SCHOOLS, InventedStudent, invented_student
from eduid_core.testing.noise import NOISE
from eduid_core.validation.schooling.class_form import class_form
from eduid_core.workflow import Actor, Role
from eduid_core.workflow.application.states import Teacher
from eduid_core.workflow.reviewer_grant.states import Position

__all__ = ["FormTruth", "Reviewer", "SimulatedFamily", "class_of", "people"]

DISTRICT = Actor(id="district", role=Role.DISTRICT_ADMIN, assurance=2)
OPERATOR = Actor(id="operator", role=Role.OPERATOR, assurance=2)


def class_of(row: RegistryRow) -> tuple[str, str]:
    """Return the class of a row as the registry names it."""
    return row.school_code, class_form(row.class_name, row.grade)


@attrs.define
class SimulatedFamily:
    """A guardian with a phone and a child; `forms` are the forms they may submit, the honest one first."""

    number: int
    student: InventedStudent
    forms: tuple[Application, ...]
    account: str = ""
    accounts: int = 0
    applications: list[str] = attrs.field(factory=list[str])

    @property
    def actor(self) -> Actor:
        """Return the guardian as an actor."""
        return Actor(id=self.account, role=Role.GUARDIAN, origin=f"origin-{self.number % 3}")

    @property
    def phone(self) -> Phone:
        """Return the guardian's phone."""
        return self.forms[0].guardian_phone


@attrs.frozen
class FormTruth:
    """The truth about a form: the person of its number, and whether it really agrees with the registry."""

    child: str
    agrees: bool


@attrs.frozen
class Reviewer:
    """A reviewer: their position, with its school and class."""

    actor: Actor
    position: Position
    phone: Phone
    school: str = ""
    class_name: str = ""
    late: bool = False
    """Not there when the episode begins: they register, claim and are verified while it runs."""

    @property
    def seat(self) -> str:
        """Return the id of their grant."""
        return f"G-{self.actor.id}"

    def covers(self, class_ref: tuple[str, str]) -> bool:
        """
        Return whether this position covers the class, by the world's own rule, independent of the
        service.
        """
        if self.position is Position.DISTRICT_ADMIN:
            return True
        if self.school != class_ref[0]:
            return False
        return self.position is Position.SCHOOL_ADMIN or self.class_name in {"", class_ref[1]}


def _noisy(chance: Random, pair: InventedStudent) -> Application:
    for name in chance.sample(sorted(NOISE), 3):
        try:
            pair = NOISE[name](chance, pair) or pair
        except (StopIteration, ValueError):
            continue
    return pair.application


def _wrong(chance: Random, pair: InventedStudent, other: InventedStudent) -> Application:
    """Return a form that really differs from the registry."""
    form = pair.application
    elsewhere = chance.choice([s for s in SCHOOLS if s[0] != pair.row.school_code])
    changes: tuple[dict[str, str], ...] = (
        {"class_name": "21班"},
        {"name": form.name.reveal("test") + "甲"},
        {"entry_year": str(int(form.entry_year) + 1)},
        {"school": elsewhere[1], "school_code": elsewhere[0]},
        {"id_number": other.application.id_number.reveal("test")},
    )
    return attrs.evolve(form, **chance.choice(changes))


def _family(
    chance: Random, number: int, pair: InventedStudent, truths: dict[Application, FormTruth]
) -> SimulatedFamily:
    stranger, child = invented_student(chance), pair.row.id_number.reveal("test")
    honest = attrs.evolve(pair.application, guardian_phone=f"154000{number:05d}")
    pair = attrs.evolve(pair, application=honest)
    noisy, wrong = _noisy(chance, pair), _wrong(chance, pair, stranger)
    for form in (honest, noisy, canonical_form(noisy)):  # a form is stored with the phone in its one spelling
        truths[form] = FormTruth(child, agrees=True)
    bears = child if wrong.id_number == honest.id_number else wrong.id_number.reveal("test")
    for form in (wrong, canonical_form(wrong)):
        truths[form] = FormTruth(bears, agrees=False)
    return SimulatedFamily(number, pair, (honest, noisy, wrong))


LATE = 0.4
"""The share of heads and teachers who are not there when an episode begins."""


def _staff(chance: Random, students: list[InventedStudent]) -> Iterator[Reviewer]:
    for number, who in enumerate((DISTRICT, attrs.evolve(DISTRICT, id="district-2"))):
        # no reviewer decides an appeal against their own rejection
        yield Reviewer(who, Position.DISTRICT_ADMIN, Phone(f"1540097{number:04d}"))
    for number, school in enumerate(sorted({p.row.school_code for p in students})):
        head = Actor(id=f"head-{school}", role=Role.SCHOOL_ADMIN, assurance=2)
        phone = Phone(f"1540098{number:04d}")
        yield Reviewer(head, Position.SCHOOL_ADMIN, phone, school, "", chance.random() < LATE)
    for number, (school, name) in enumerate(sorted({class_of(p.row) for p in students})):
        actor = Actor(id=f"teacher-{number}", role=Role.TEACHER, assurance=2)
        phone = Phone(f"1540099{number:04d}")
        yield Reviewer(actor, Position.HOMEROOM, phone, school, name, chance.random() < LATE)


def people(
    chance: Random, *, families: int
) -> tuple[list[SimulatedFamily], list[Reviewer], dict[Application, FormTruth], dict[str, RegistryRow]]:
    """Return the families, the staff, the truth about every form, and the registry's row of every student."""
    truths: dict[Application, FormTruth] = {}
    students: list[InventedStudent] = []
    for _ in range(families):
        twice = students and chance.random() < 0.25
        students.append(chance.choice(students) if twice else invented_student(chance))
    all_families = [_family(chance, n, p, truths) for n, p in enumerate(students)]
    rows = {p.row.id_number.reveal("test"): p.row for p in students}
    return all_families, list(_staff(chance, students)), truths, rows


def teacher_of(staff: list[Reviewer], class_ref: tuple[str, str]) -> Teacher | None:
    """Return the homeroom teacher of a class as the registry names them."""
    for one in staff:
        if one.position is Position.HOMEROOM and (one.school, one.class_name) == class_ref:
            return Teacher("", PersonName("王老师"), one.phone)
    return None
