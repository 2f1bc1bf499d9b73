"""
The rows of a registry from the files: schools, roles, homeroom classes, teachers and guardians brought
together.

A text that two rows give differently is left blank, and a person decides.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from eduid_core.validation import Kind, inspect_phone
from eduid_registry_oneroster.faults import OneRosterFault
from eduid_registry_oneroster.package import CsvRow, Package
from eduid_registry_oneroster.settings import Settings

__all__ = ["Roster", "StudentRow"]

_ID: Final = re.compile(r"\{?([^:{},]+):([^{},]*)\}?")
_HAN: Final = re.compile("[\u3007\u3400-\u9fff\U00020000-\U000323af]")
_CHINESE: Final = ("一", "二", "三", "四", "五", "六", "七", "八", "九")
_GRADES: Final[Mapping[str, str]] = {
    **{str(n): f"{word}年级" for n, word in enumerate(_CHINESE, start=1)},
    **{str(n): f"高{word}" for n, word in zip((10, 11, 12), _CHINESE, strict=False)},
}
"""A grade of the standard (CEDS), without its leading zero -> the grade here."""
_STAGES: Final = (10, 7, 1)
"""The first grade of each stage."""
_GUARDIANS: Final = frozenset({"guardian", "parent", "relative"})
_ACTIVE, _LEFT, _VISITING = "ACTIVE", "LEFT", "借读"


@attrs.frozen
class StudentRow:
    """A row of the registry by column, and its line of users.csv; *is_clear* unless it has two numbers."""

    line: int
    cells: dict[str, str] = attrs.field(repr=False)
    is_clear: bool


@attrs.frozen
class _School:
    code: str
    name: str


@attrs.frozen
class _Homeroom:
    """A homeroom class: its title, school, grades, and the year in which its school year ends."""

    title: str
    school: str
    grades: tuple[str, ...]
    year: int | None


@attrs.define(repr=False)
class Roster:
    """The registry in *package* under *settings*, on the day *as_of*."""

    package: Package
    settings: Settings
    as_of: dt.date
    _schools: dict[str, _School] = attrs.field(init=False, factory=dict)
    _homerooms: dict[str, _Homeroom] = attrs.field(init=False, factory=dict)
    _classes_of: dict[str, list[str]] = attrs.field(init=False, factory=lambda: defaultdict(list))
    _teachers_of: dict[str, set[tuple[bool, str]]] = attrs.field(init=False, factory=lambda: defaultdict(set))
    _places: dict[str, list[tuple[str, bool]]] = attrs.field(init=False, factory=lambda: defaultdict(list))
    _guardians: set[str] = attrs.field(init=False, factory=set)
    _people: dict[str, tuple[str, str]] = attrs.field(init=False, factory=dict)
    _guardians_of: dict[str, set[str]] = attrs.field(init=False, factory=lambda: defaultdict(set))

    def rows(self) -> Iterator[StudentRow]:
        """Yield the rows of every student: one for each school at which they have a role."""
        self._read_schools()
        self._read_classes()
        self._read_roles()
        self._read_people()
        for user in self.package.rows("users"):
            places = self._places.get(user["sourcedId"])
            if places is not None:
                for school, is_primary in places or [("", True)]:
                    yield self._row(user, school, is_primary=is_primary)

    # --- what stands in the other files ---------------------------------------------------------------------

    def _read_schools(self) -> None:
        for row in self.package.rows("orgs"):
            if row.is_active and row["type"].strip().lower() in {"school", ""}:
                self._schools[row["sourcedId"]] = _School(row["identifier"].strip(), row["name"].strip())

    def _read_classes(self) -> None:
        years = {r["sourcedId"]: r["schoolYear"].strip() for r in self.package.rows("academicSessions")}
        for row in self.package.rows("classes"):
            if row.is_active and row["classType"].strip().lower() == "homeroom":
                terms = [years.get(term, "") for term in row.listed("termSourcedIds")]
                year = max((int(text) for text in terms if text.isdecimal()), default=None)
                grades = tuple(row.listed("grades"))
                found = _Homeroom(row["title"].strip(), row["schoolSourcedId"], grades, year)
                self._homerooms[row["sourcedId"]] = found
        for row in self.package.rows("enrollments"):
            room, role = row["classSourcedId"], row["role"].strip().lower()
            if room not in self._homerooms or not row.is_active or self._is_over(row):
                continue
            if role == "student":
                self._classes_of[row["userSourcedId"]].append(room)
            elif role == "teacher":
                is_primary = row["primary"].strip().lower() == "true"
                self._teachers_of[room].add((is_primary, row["userSourcedId"]))

    def _is_over(self, row: CsvRow) -> bool:
        """Return whether the row ended before the day, or begins after it."""
        begin, end = (row[name].strip()[:10] for name in ("beginDate", "endDate"))
        return (bool(end) and end < self.as_of.isoformat()) or begin > self.as_of.isoformat()

    def _read_roles(self) -> None:
        if not self.package.has_roles:
            for user in self.package.rows("users"):
                self._take_role(user["sourcedId"], user["role"], user.listed("orgSourcedIds"), is_primary=True)
            return
        for row in self.package.rows("roles"):
            if row.is_active and not self._is_over(row):
                is_primary = row["roleType"].strip().lower() != "secondary"
                self._take_role(row["userSourcedId"], row["role"], [row["orgSourcedId"]], is_primary=is_primary)

    def _take_role(self, user: str, role: str, orgs: list[str], *, is_primary: bool) -> None:
        name = role.strip().lower()
        if name == "student":
            places = self._places[user]
            places += [(o, is_primary) for o in orgs if o in self._schools and (o, is_primary) not in places]
        elif name in _GUARDIANS:
            self._guardians.add(user)

    def _read_people(self) -> None:
        """Read the names and phones of teachers and guardians, and whose guardian each of these is."""
        teachers = {user for several in self._teachers_of.values() for _, user in several}
        seen: set[str] = set()
        for user in self.package.rows("users"):
            identity = user["sourcedId"]
            if identity in seen:
                raise OneRosterFault("ONEROSTER_TWICE", name="users", line=user.line)
            seen.add(identity)
            if identity in teachers or identity in self._guardians:
                self._people[identity] = _name(user), _mobile(user)
            if user.is_active and identity in self._guardians:
                for student in user.listed("agentSourcedIds"):
                    self._guardians_of[student].add(identity)
            elif identity in self._places:
                self._guardians_of[identity].update(user.listed("agentSourcedIds"))

    # --- one row ----------------------------------------------------------------------------------------------

    def _row(self, user: CsvRow, place: str, *, is_primary: bool) -> StudentRow:
        school, ids = self._schools.get(place, _School("", "")), _ids(user["userIds"])
        numbers = {(self.settings.id_types[t], n) for t, n in ids if t in self.settings.id_types and n}
        id_type, number = min(numbers, default=("", ""))
        room = self._room(user["sourcedId"], place)
        grade = self._grade(user, room)
        teacher = self._people.get(self._teacher(room), ("", ""))
        cells = {
            "student_number": self._student_number(user, ids),
            "name": _name(user),
            "id_type": id_type,
            "id_number": number,
            "school_code": school.code,
            "school": school.name,
            "grade": _GRADES.get(grade.lstrip("0"), grade),
            "class": self._homerooms[room].title if room else "",
            "entry_month": self._entry_month(user, room, grade),
            "status": self._status(user, is_primary=is_primary),
            "teacher_name": teacher[0],
            "teacher_phone": teacher[1],
            "guardian_phone": self._guardian_phone(user["sourcedId"]),
        }
        return StudentRow(user.line, cells, is_clear=len(numbers) < 2)  # noqa: PLR2004 - two are one too many

    def _student_number(self, user: CsvRow, ids: list[tuple[str, str]]) -> str:
        wanted = self.settings.student_number_type.lower()
        return next((n for t, n in ids if t == wanted and n), user["identifier"].strip())

    def _room(self, user: str, school: str) -> str:
        """Return the homeroom class of the student at *school*; blank if there is none, or several."""
        rooms = {room for room in self._classes_of.get(user, ()) if self._homerooms[room].school == school}
        return rooms.pop() if len(rooms) == 1 else ""

    def _grade(self, user: CsvRow, room: str) -> str:
        own = user.listed("grades") or list(self._homerooms[room].grades if room else ())
        return own[0] if len(set(own)) == 1 else ""

    def _teacher(self, room: str) -> str:
        """Return the homeroom teacher: the one primary teacher of the class, or its only one."""
        found = self._teachers_of.get(room, set())
        primary = [user for is_primary, user in found if is_primary] or [user for _, user in found]
        return primary[0] if len(primary) == 1 else ""

    def _entry_month(self, user: CsvRow, room: str, grade: str) -> str:
        if written := user["metadata.cn.entryMonth"].strip():
            return written
        year = self._homerooms[room].year if room else None
        number = grade.lstrip("0")
        if not self.settings.derive_entry_year or year is None or number not in _GRADES:
            return ""
        first = next(stage for stage in _STAGES if int(number) >= stage)
        return f"{year - 1 - (int(number) - first)}09"

    def _status(self, user: CsvRow, *, is_primary: bool) -> str:
        if not user.is_active:
            return _LEFT
        written = user["metadata.cn.status"].strip()
        return (self.settings.words.get(written, written) or _ACTIVE) if is_primary else _VISITING

    def _guardian_phone(self, student: str) -> str:
        """Return the mobile number of the guardians, if they have one; with several none is *the* one."""
        people = self._guardians_of.get(student, set()) & self._guardians
        phones = {self._people[person][1] for person in people if person in self._people} - {""}
        return phones.pop() if len(phones) == 1 else ""


def _ids(text: str) -> list[tuple[str, str]]:
    """Return the parts of `userIds`, the types in lower case."""
    return [(kind.strip().lower(), number.strip()) for kind, number in _ID.findall(text)]


def _name(user: CsvRow) -> str:
    """Return the whole name: as written for this purpose, else the family name before the given one."""
    if whole := user["metadata.cn.fullName"].strip():
        return whole
    family, given = user["familyName"].strip(), user["givenName"].strip()
    if _HAN.search(family + given):
        return family + given
    return " ".join(filter(None, (given, family)))


def _mobile(user: CsvRow) -> str:
    """Return the first of `sms` and `phone` that is a mobile number of the mainland."""
    numbers = (user[column].strip() for column in ("sms", "phone"))
    return next((number for number in numbers if number and _is_mobile(number)), "")


def _is_mobile(number: str) -> bool:
    found = inspect_phone(number)
    return found.valid and found.kind is Kind.MOBILE
