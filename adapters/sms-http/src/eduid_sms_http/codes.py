"""The codes of a provider: class, status of the receipt, and the operator's action."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Iterator
from types import MappingProxyType
from typing import Final

import attrs

from eduid_core.plugins import ReceiptStatus

__all__ = ["CodeClass", "CodeTable", "Meaning", "clear_code"]


class CodeClass(enum.StrEnum):
    """The class of a provider's code."""

    ACCEPTED = "accepted"
    """The provider has taken the message."""
    RECIPIENT = "recipient"
    """This number can never get it."""
    CONTENT = "content"
    """The value of a parameter, or the request itself, is refused."""
    FILING = "filing"
    """Signature or template are not filed as the message needs them: that takes days."""
    CONFIGURATION = "configuration"
    """Key, balance, address or clock of the operator: it passes once that is mended."""
    RECIPIENT_LIMIT = "recipient limit"
    """The limit of this number is reached."""
    ACCOUNT_LIMIT = "account limit"
    """The limit of the account or of the gateway is reached."""
    UNKNOWN = "unknown"
    """The provider may have taken the message."""


_STATUS: Final = MappingProxyType(
    {
        CodeClass.ACCEPTED: (ReceiptStatus.ACCEPTED, None),
        CodeClass.RECIPIENT: (ReceiptStatus.FAILED, None),
        CodeClass.CONTENT: (ReceiptStatus.FAILED, None),
        CodeClass.FILING: (ReceiptStatus.FAILED, None),
        CodeClass.CONFIGURATION: (ReceiptStatus.LATER, 3600.0),
        CodeClass.RECIPIENT_LIMIT: (ReceiptStatus.LATER, 3600.0),
        CodeClass.ACCOUNT_LIMIT: (ReceiptStatus.LATER, 60.0),
        CodeClass.UNKNOWN: (ReceiptStatus.UNKNOWN, None),
    }
)
"""Class -> the status of a receipt, and the delay in seconds if it says later."""
_CODE: Final = re.compile(r"(?=.*[A-Za-z]|[0-9]{1,4}$)(?!.*[0-9]{7})[A-Za-z0-9._:-]{1,64}")


@attrs.frozen
class Meaning:
    """
    The meaning of some *codes*: their class, the operator's action (zh, en), and the delay if it is not that of
    the class. A code that ends in `*` stands for all that begin with the text before it.
    """

    codes: tuple[str, ...]
    class_: CodeClass
    zh: str
    en: str
    delay_s: float | None = None

    @property
    def status(self) -> ReceiptStatus:
        """Return the status of a receipt with such a code."""
        return _STATUS[self.class_][0]

    @property
    def retry_after_s(self) -> float | None:
        """Return the delay in seconds before the message may be handed over again; None if it may not."""
        return _STATUS[self.class_][1] if self.delay_s is None else self.delay_s


class CodeTable:
    """The meanings of a provider's codes. A code that is in no row is unknown."""

    unlisted: Final = Meaning(
        (),
        CodeClass.UNKNOWN,
        "未列出的错误码：不再发送，请在服务商控制台查明是否已发送",
        "an unlisted code: it is not sent again; see in the provider's console whether it was sent",
    )

    def __init__(self, rows: Iterable[Meaning]) -> None:
        """
        Hold *rows*.

        Raises:
            ValueError: a code stands in two rows.
        """
        self.rows = tuple(rows)
        self._exact: dict[str, Meaning] = {}
        self._prefixes: list[tuple[str, Meaning]] = []
        for row in self.rows:
            for code in row.codes:
                if code.endswith("*"):
                    self._prefixes.append((code[:-1], row))
                elif self._exact.setdefault(code, row) is not row:
                    raise ValueError(f"{code} stands in two rows")

    def __iter__(self) -> Iterator[Meaning]:
        return iter(self.rows)

    def __getitem__(self, code: object) -> Meaning:
        if not isinstance(code, str):
            return self.unlisted
        if code in self._exact:
            return self._exact[code]
        return next((row for prefix, row in self._prefixes if code.startswith(prefix)), self.unlisted)

    def markdown(self) -> str:
        """Return the table for a page of the docs."""
        head = "| codes | status | do | 处理 |\n|---|---|---|---|\n"
        lines = []
        for row in (*self.rows, self.unlisted):
            codes = (
                " ".join(f"`{code}`" for code in row.codes)
                or "any other, a time-out, HTTP 5xx, an unreadable reply"
            )
            later = f", after {row.retry_after_s:g} s" if row.retry_after_s is not None else ""
            lines.append(f"| {codes} | {row.status}{later} ({row.class_}) | {row.en} | {row.zh} |\n")
        return head + "".join(lines)


def clear_code(code: object) -> str:
    """
    Return a provider's *code* if its form shows that it holds no personal text, else `unreadable_code`.

    >>> clear_code("isv.MOBILE_NUMBER_ILLEGAL"), clear_code("15400001234 is refused")
    ('isv.MOBILE_NUMBER_ILLEGAL', 'unreadable_code')
    """
    return code if isinstance(code, str) and _CODE.fullmatch(code) else "unreadable_code"
