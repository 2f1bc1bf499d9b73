"""
The digest messages of a file run: a teacher whom the registry names is told once for each class, and the owner
of a seat who is not told so, once for all reviews of the run that wait for them.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from typing import Any, Literal, cast

import attrs

from eduid_core.plugins import RegistryAnswer
from eduid_core.private import Phone
from eduid_core.service.batch.records import digest_of_parts
from eduid_core.service.drivers import run
from eduid_core.service.seats import Owner, owner
from eduid_core.workflow.effects import SendMessage
from eduid_core.workflow.forms import mobile_number

__all__ = ["ReviewDigests"]

_Class = tuple[str, str]


@attrs.define
class ReviewDigests:
    """The reviews of a run over *applications* that wait, by class."""

    applications: str
    _by_class: Counter[_Class] = attrs.field(factory=Counter[_Class], init=False)
    _by_teacher: Counter[tuple[str, str, str]] = attrs.field(factory=Counter[tuple[str, str, str]], init=False)
    _phones: dict[tuple[str, str, str], Phone] = attrs.field(
        factory=dict[tuple[str, str, str], Phone], init=False
    )

    def add(self, answer: RegistryAnswer) -> None:
        """Count one review, of the class that the registry answered."""
        self._by_class[answer.class_ref] += 1
        mobile = mobile_number(answer.teacher.phone) if answer.teacher else None
        if answer.teacher is not None and mobile is not None:
            place = (answer.teacher.id, *answer.class_ref)
            self._by_teacher[place] += 1
            self._phones[place] = mobile

    def messages(self, perform: Callable[[Any], Any], day: dt.date) -> list[SendMessage]:
        """Return the message to each teacher and class, and to each owner of seats who is not told by them."""
        told = [
            self._message("review_digest", self._phones[place], "teacher", count, place[1], place[2])
            for place, count in sorted(self._by_teacher.items())
        ]
        waits: Counter[Owner] = Counter()
        for where, count in sorted(self._by_class.items()):
            seat: Owner | None = run(cast("Any", owner(where, day)), perform)  # type: ignore[assignment]
            if seat is not None and seat.phone not in self._phones_told(where):
                waits[seat] += count
        return told + [
            self._message("reviews_digest", seat.phone, "owner", count, seat.id)
            for seat, count in sorted(waits.items(), key=lambda item: item[0].id)
        ]

    def _phones_told(self, where: _Class) -> set[Phone]:
        return {phone for (_, *place), phone in self._phones.items() if tuple(place) == where}

    def _message(
        self,
        template: str,
        to: Phone,
        recipient: Literal["teacher", "owner"],
        count: int,
        *subject: str,
    ) -> SendMessage:
        return SendMessage(
            template=template,
            to=to,
            recipient=recipient,
            subject=digest_of_parts(*subject, self.applications),
            revision=0,
            event="RunFinished",
            params=(("count", count),),
        )
