"""Laws of deadlines: a due stream is found, by one worker at a time."""

from __future__ import annotations

import datetime as dt

from eduid_core.plugins import Due
from eduid_core.testing.conformance.store.expectations import equal
from eduid_core.testing.conformance.store.making import NOW, Law, Opens, append, commit

__all__ = ["LAWS"]

_HOUR = dt.timedelta(hours=1)


def what_is_due_is_found_in_order(opens: Opens) -> None:
    """The longest overdue comes first, to the microsecond; a future deadline, or none, stays."""
    store, later = opens("s"), NOW + dt.timedelta(microseconds=1)
    dues = {"c": NOW - _HOUR, "b": NOW, "a": NOW, "soon": later, "never": None}
    store.commit([commit(*(append(name, 0, due=due) for name, due in dues.items()))])

    equal(store.take_due(NOW, NOW + _HOUR, 2), [Due("c", 1, NOW - _HOUR), Due("a", 1, NOW)])
    equal(store.take_due(NOW, NOW + _HOUR, 9), [Due("b", 1, NOW)])
    equal(store.take_due(later, NOW + _HOUR, 9), [Due("soon", 1, later)])


def what_one_worker_took_comes_back_when_it_dies(opens: Opens) -> None:
    """No other worker is given it until its time has passed; then it is due again."""
    store, other = opens("s"), opens("s")
    store.commit([commit(append("s", 0, due=NOW))])

    equal(len(store.take_due(NOW, NOW + _HOUR, 9)), 1)
    equal(other.take_due(NOW + _HOUR / 2, NOW + 2 * _HOUR, 9), [])
    equal(other.take_due(NOW + _HOUR, NOW + 2 * _HOUR, 9), [Due("s", 1, NOW + _HOUR)])


def an_append_sets_the_deadline_anew(opens: Opens) -> None:
    """An append decides the next due time of a stream; a taken deadline is gone."""
    store = opens("s")
    store.commit([commit(append("s", 0, due=NOW), append("t", 0, due=NOW))])
    store.take_due(NOW, NOW + _HOUR, 9)

    store.commit([commit(append("s", 1), append("t", 1, due=NOW - _HOUR))])

    equal(store.take_due(NOW + 9 * _HOUR, NOW + 10 * _HOUR, 9), [Due("t", 2, NOW - _HOUR)])


def a_deadline_is_moved_at_its_version_only(opens: Opens) -> None:
    """A worker that looked at an old version does not move the deadline of the new one."""
    store = opens("s")
    store.commit([commit(append("s", 0, due=NOW), append("t", 0, due=NOW))])
    store.commit([commit(append("s", 1, due=NOW))])

    store.reschedule([Due("s", 1, NOW + _HOUR), Due("t", 1, NOW + _HOUR), Due("none", 1, NOW)])

    equal(store.take_due(NOW, NOW + _HOUR, 9), [Due("s", 2, NOW)])
    store.reschedule([Due("s", 2, None)])
    equal([due.stream for due in store.take_due(NOW + 5 * _HOUR, NOW + 6 * _HOUR, 9)], ["t"])


LAWS: tuple[Law, ...] = (
    what_is_due_is_found_in_order,
    what_one_worker_took_comes_back_when_it_dies,
    an_append_sets_the_deadline_anew,
    a_deadline_is_moved_at_its_version_only,
)
