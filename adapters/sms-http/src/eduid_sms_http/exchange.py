"""One exchange over HTTP as values: the request, and its three possible outcomes. None of them shows a text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol

import attrs

__all__ = ["HttpRequest", "HttpResponse", "NoAnswer", "NotSent", "Outcome", "Transport"]


@attrs.frozen(kw_only=True)
class HttpRequest:
    """
    A request. `target` is the path with the query as sent; `origin` is scheme, host and port.

    Target, headers and body hold numbers, codes and signatures: they are not shown.
    """

    method: str
    origin: str
    target: str = attrs.field(repr=False)
    headers: Mapping[str, str] = attrs.field(repr=False)
    body: bytes = attrs.field(default=b"", repr=False)


@attrs.frozen(kw_only=True)
class HttpResponse:
    """A response that arrived as a whole."""

    status: int
    body: bytes = attrs.field(default=b"", repr=False)

    def json(self) -> dict[str, Any] | None:
        """Return the body as a JSON object, or None if it is none."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None


@attrs.frozen
class NotSent:
    """No byte of the request left this machine: the peer cannot have taken it. `code` says why."""

    code: str


@attrs.frozen
class NoAnswer:
    """The request left, wholly or in part, and no whole response came: the peer may have taken it."""

    code: str


Outcome = HttpResponse | NotSent | NoAnswer


class Transport(Protocol):
    """Carries one request to its peer: once, without following redirects, within the time given."""

    def __call__(self, request: HttpRequest, /, *, timeout_s: float) -> Outcome:
        """Return the outcome of *request*; a failure of the network is an outcome and raises nothing."""
        ...
