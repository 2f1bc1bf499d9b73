"""A whole small service over HTTP: sessions, forms with their findings, a queue, a case in words, the card."""
# Start: pip install eduid-core; serve(make_small(service)) in main.py; python main.py

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from wsgiref.simple_server import make_server

import attrs

from eduid_core import commands as c
from eduid_core import values as v
from eduid_core.service import Service, form_of
from eduid_core.workflow import Command

STATUS = {
    200: "200 OK",
    400: "400 Bad Request",
    401: "401 Unauthorized",
    404: "404 Not Found",
    409: "409 Conflict",
}
Body = Mapping[str, Any]


def _names(b: Body) -> dict[str, v.PrivateText]:
    return {"username": v.PrivateText(b["username"]), "password": v.PrivateText(b["password"])}


def _factor(by: v.Actor, b: Body, _: str) -> Command:
    if "code" in b:
        return c.ConfirmFactor(by=by, subject=by.id, code=v.OtpCode(b["code"]))
    return c.EnrolFactor(by=by, subject=by.id)


def _seat(by: v.Actor, b: Body, _: str) -> Command:
    claim = {**b["claim"], "position": v.Position(b["claim"]["position"])}
    return c.ClaimRole(by=by, subject=b["id"], claim=v.RoleClaim(teacher_id=by.id, **claim))


def _review(by: v.Actor, b: Body, key: str) -> Command:
    items = tuple(v.ReturnItem(**item) for item in b.get("items", ()))
    return c.CompleteReview(by=by, subject=key, outcome=b["outcome"], items=items, expected_rev=b["revision"])


GIVEN: Mapping[tuple[str, str], Callable[[v.Actor, Body, str], Command]] = {
    ("POST", "/register"): lambda by, b, _: c.Register(
        by=by, role=v.Role(b["role"]), phone=v.Phone(b["phone"]), key=b.get("key", ""), **_names(b)
    ),
    ("POST", "/register/code"): lambda by, b, _: c.EnterCode(
        by=by, subject=b["subject"], ticket=b["ticket"], code=v.OtpCode(b["code"])
    ),
    ("POST", "/session"): lambda by, b, _: c.LogIn(
        by=by, totp=v.OtpCode(b["totp"]) if "totp" in b else None, **_names(b)
    ),
    ("POST", "/factor"): _factor,
    ("POST", "/seats"): _seat,
    ("POST", "/applications"): lambda by, b, _: c.Open(by=by, form=form_of(b)),
    ("PUT", "/applications/ID"): lambda by, b, key: c.Save(
        by=by, subject=key, form=form_of(b["form"]), expected_rev=b.get("revision")
    ),
    ("POST", "/applications/ID/submit"): lambda by, b, key: c.Submit(
        by=by, subject=key, consent_text=b["consent"], key=b.get("key", "")
    ),
    ("POST", "/applications/ID/mended"): lambda by, b, key: c.Resubmit(by=by, subject=key, form=form_of(b)),
    ("POST", "/applications/ID/review"): _review,
}
"""Method and path -> the command or the read; `ID` in a path is the id of an application."""


def _case(service: Service, by: v.Actor, _: Body, key: str) -> object:
    case = service.find(key, by=by)
    words: Any = service.explain(key, by=by)
    if isinstance(case, v.Refused):
        return case
    return {**attrs.asdict(case), "fields": dict(case.fields), "words": [line.zh for line in words]}


READ: Mapping[tuple[str, str], Callable[[Service, v.Actor, Body, str], object]] = {
    ("POST", "/form"): lambda service, by, b, _: service.check_form(form_of(b), by=by),
    ("GET", "/queue"): lambda service, by, _, __: service.list(by=by, assigned=by.id),
    ("GET", "/mine"): lambda service, by, _, __: service.list(by=by),
    ("GET", "/applications/ID"): _case,
}


@attrs.frozen
class Small:
    """The WSGI application over a service, one for the process."""

    service: Service

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request with JSON."""
        code, shown = self._answered(environ)
        body = json.dumps(shown, ensure_ascii=False, default=str).encode()
        start(
            STATUS[code], [("Content-Type", "application/json; charset=utf-8"), ("Cache-Control", "no-store")]
        )
        return [body]

    def _answered(self, environ: dict[str, Any]) -> tuple[int, Any]:
        found = re.fullmatch(r"(/applications/)([^/]+)(/\w+)?", environ["PATH_INFO"])
        path, key = (f"{found[1]}ID{found[3] or ''}", found[2]) if found else (environ["PATH_INFO"], "")
        place = (environ["REQUEST_METHOD"], path)
        if place not in GIVEN and place not in READ:
            return 404, {"zh": "没有这个页面", "en": "there is no such page"}
        try:
            body = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)) or b"{}")
            by = self._actor(environ)
            if isinstance(by, v.Refused):
                return 401, _refusal(by)
            read = READ.get(place)
            answer = (
                read(self.service, by, body, key) if read else self.service.handle(GIVEN[place](by, body, key))
            )
        except (v.CallerError, KeyError, ValueError, TypeError, AttributeError):
            return 400, {"zh": "请求有误", "en": "the request is wrong"}  # never the text: it may hold a name
        return (409, _refusal(answer)) if isinstance(answer, v.Refused) else (200, _plain(answer))

    def _actor(self, environ: dict[str, Any]) -> v.Actor | v.Refused:
        token, role = environ.get("HTTP_TOKEN", ""), environ.get("HTTP_ROLE", "")
        if token:
            return self.service.actor(token, role=v.Role(role) if role else None)
        return self.service.anonymous(origin=environ.get("REMOTE_ADDR", ""))


def _refusal(refused: v.Refused) -> dict[str, Any]:
    return {n: getattr(refused, n) for n in ("code", "support", "zh", "en")} | dict(refused.params)


def _plain(answer: object) -> object:
    """Return values as tables; the secret of a second factor is shown this once."""
    if isinstance(answer, tuple):
        return [_plain(one) for one in answer]
    return attrs.asdict(answer) if attrs.has(type(answer)) else answer  # type: ignore[arg-type]


def make_small(service: Service) -> Small:
    """Return the application, for any WSGI server."""
    return Small(service)


def serve(web: Small, port: int = 8000) -> None:
    """Serve *web* on loopback, with the server of the standard library."""
    make_server("127.0.0.1", port, web).serve_forever()
