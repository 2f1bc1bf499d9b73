"""
Private values: personal text that redacts itself.

A name, a number or a code read from a form is held in a `Private` value from the moment it enters the
core. Its `repr`, `str` and `format` show the kind and length of the text, never the text; pickling
raises; only `reveal(purpose)` returns the text.

>>> PersonName("陈小雨")
<name:3>
>>> f"{PersonName('陈小雨')}"
'<name:3>'
>>> PersonName("陈小雨").screen()
'陈*雨'
"""

from __future__ import annotations

from hmac import compare_digest
from typing import Any, ClassVar, Final, NoReturn, Self, final

__all__ = ["IdNumber", "OtpCode", "PersonName", "Phone", "Private", "PrivateText", "mask_ends", "note"]


class Private:
    """
    A personal text that does not show itself.

    `kind` is the word in its log form. Two private values are equal when they are of the same class and
    hold the same text; the comparison does not stop at the first difference.
    """

    __slots__ = ("_value",)
    kind: ClassVar[str] = "private"
    _value: Final[str]  # type: ignore[misc]  # set once, through the slot

    def __init__(self, value: str) -> None:
        """Take *value*, any text."""
        object.__setattr__(self, "_value", value)

    @classmethod
    def of(cls, value: str | Private) -> Self:
        """
        Return *value* as this class: a plain text is wrapped, a private value keeps its text.

        >>> PersonName.of(PersonName("陈小雨")) == PersonName.of("陈小雨")
        True
        """
        if value.__class__ is cls:
            return value
        return cls(value.reveal("rewrap") if isinstance(value, Private) else value)

    @final
    def reveal(self, purpose: str, /) -> str:
        """Return the text; *purpose* states the reason in a word, for the reader of the call."""
        if not purpose:
            raise ValueError("reveal() needs a purpose")
        return self._value

    def mask(self) -> str:
        """Return the log form: kind and length only."""
        return f"<{self.kind}:{len(self._value)}>"

    def screen(self) -> str:
        """Return the form shown to the owner and the teacher; the log form unless a subclass shows more."""
        return self.mask()

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return self.mask()

    __str__ = __repr__

    def __format__(self, spec: str, /) -> str:
        return format(self.mask(), spec)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(self) is not type(other):
            return False if isinstance(other, Private) else NotImplemented
        # surrogatepass: a lone surrogate may have been typed, and a comparison must not raise.
        mine = self._value.encode("utf-8", "surrogatepass")
        theirs = other.reveal("compare").encode("utf-8", "surrogatepass")
        return compare_digest(mine, theirs)

    def __hash__(self) -> int:
        return hash((type(self), self._value))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a private value does not change")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a private value is not pickled; seal it in a vault")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self


def mask_ends(text: str, *, head: int, tail: int) -> str:
    """
    Return *text* with all but *head* first and *tail* last characters starred; a short one wholly starred.

    >>> mask_ends("abcdefgh", head=2, tail=1)
    'ab*****h'
    >>> mask_ends("abc", head=2, tail=1)
    '***'
    """
    if len(text) <= head + tail:
        return "*" * len(text)
    return text[:head] + "*" * (len(text) - head - tail) + (text[-tail:] if tail else "")


class PrivateText(Private):
    """Free text that may name a person: a note, an address."""

    __slots__ = ()
    kind = "text"


def note(value: Any) -> Any:  # noqa: ANN401 - as it came
    """
    Return a plain text as `PrivateText`, and any other value as it is, for the door to judge.

    The converter of a field that people write into: whatever they write is sealed.

    >>> note("ask his mother, 154 0000 1234")
    <text:29>
    """
    return PrivateText(value) if value.__class__ is str else value


class PersonName(Private):
    """A person's name: the first character is shown, and the last of a longer name."""

    __slots__ = ()
    kind = "name"

    def screen(self) -> str:
        """Return the first character (and the last of three or more), the rest starred."""
        return mask_ends(self._value, head=1, tail=0 if len(self._value) <= 2 else 1)  # noqa: PLR2004


class IdNumber(Private):
    """A document number of any kind: the first two and the last two characters are shown."""

    __slots__ = ()
    kind = "id"

    def screen(self) -> str:
        """Return first 2, stars, last 2; of a number shorter than ten, first 1 and last 2."""
        return mask_ends(self._value, head=2 if len(self._value) >= 10 else 1, tail=2)  # noqa: PLR2004


class Phone(Private):
    """A phone number: three digits at the head and four at the tail are shown."""

    __slots__ = ()
    kind = "phone"

    def screen(self) -> str:
        """
        Return the 3+4 form.

        >>> Phone("15400001234").screen()
        '154****1234'
        """
        return mask_ends(self._value, head=3, tail=4)


class OtpCode(Private):
    """A one-time code; no form of it shows a digit."""

    __slots__ = ()
    kind = "code"
