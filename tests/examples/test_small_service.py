"""The small service, driven over HTTP: the whole journey, and every wrong use on the way."""

from __future__ import annotations

import json
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from tests.service.house import UNTIL
from tests.service.town import Town

from eduid_core import commands
from eduid_core.service import Service
from eduid_core.testing.doubles import CLASS, totp_of
from eduid_core.workflow import Role
from eduid_store_sql import SqlStore

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "examples"))
FORM = {
    "name": "陈小雨", "id_number": "320098201503150010", "school": "南京市海英小学", "grade": "六年级",
    "class_name": "一班", "entry_year": "2019", "guardian_name": "陈大雨", "guardian_phone": "15400001234",
}  # fmt: skip
PHONES = {"chen": "15400001234", "district": "15400002221", "head": "15400002222", "gao": "15400002223"}
SECRET = "correct horse"


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Log nothing."""


class Web:
    """The services of a town behind HTTP on loopback: a request goes to one of *workers* in turn."""

    def __init__(self, town: Town, workers: int = 1) -> None:
        from small_service import make_small

        self.town = town
        # A portal has no capability; each worker is a service of its own on the store.
        services = [town.open(Service, store=town.store, capabilities=set()) for _ in range(workers)]
        self.servers = [make_server("127.0.0.1", 0, make_small(s), handler_class=Quiet) for s in services]
        self.threads = [Thread(target=s.serve_forever, daemon=True) for s in self.servers]
        for thread in self.threads:
            thread.start()
        self.asked = 0
        self.factors: dict[str, str] = {}

    def close(self) -> None:
        for server, thread in zip(self.servers, self.threads, strict=True):
            server.shutdown()
            server.server_close()
            thread.join(10)

    def ask(self, method: str, path: str, body: Any = None, token: str = "", role: str = "") -> tuple[int, Any]:
        self.asked += 1
        server = self.servers[self.asked % len(self.servers)]
        headers = {"Token": token, "Role": role, "Content-Type": "application/json"}
        url = f"http://127.0.0.1:{server.server_port}{path}"
        data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(url, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - loopback
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def good(self, method: str, path: str, body: Any = None, token: str = "", role: str = "") -> Any:
        status, answer = self.ask(method, path, body, token, role)
        assert status == 200, answer
        return answer

    def code(self) -> str:
        """Hand the messages over, as a relay does; return the last code, read at the phone."""
        self.town.service.send_messages()
        return self.town.sms.last_code().reveal("read at the phone")

    def person(self, username: str, role: str = "guardian") -> str:
        """Register and log in; return the token."""
        names = {"username": username, "password": SECRET}
        sent = self.good("POST", "/register", {**names, "role": role, "phone": PHONES[username]})
        flow = {"subject": sent["subject"], "ticket": sent["ticket"], "code": self.code()}
        self.good("POST", "/register/code", flow)
        return str(self.good("POST", "/session", names)["token"])

    def seat(self, username: str, position: str, verifier: Any, **where: str) -> str:
        """Register a teacher with two factors, let them claim a position and *verifier* verify it."""
        token = self.person(username, "teacher")
        secret = self.factors[username] = self.good("POST", "/factor", {}, token)["factor"]["secret"]
        self.town.later(minutes=1)
        shown = totp_of(secret, self.town.now).reveal("shown by the device")
        token = self.good("POST", "/factor", {"code": shown}, token)["token"]
        claim = {"school_code": "", "class_name": "", "position": position, "evidence": "T-17", **where}
        self.good("POST", "/seats", {"id": f"G-{username}", "claim": claim}, token)
        verify = commands.Verify(by=verifier, subject=f"G-{username}", until=UNTIL)
        assert self.town.service.handle(verify).ok
        return str(token)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.full)])
def web(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Web]:
    """One worker on SQLite; two on a PostgreSQL that the tests start."""
    town = Town(tmp_path)
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql").replace("{n}", "small")
        town.store = SqlStore(url, district=tmp_path.name[-8:])
        town.service = town.open(Service, store=town.store)
    made = Web(town, workers=2 if request.param == "postgresql" else 1)
    yield made
    made.close()
    town.store.close()


def test_a_family_its_teacher_and_the_card(web: Web) -> None:
    mum = web.person("chen")
    district = web.seat("district", "district_admin", web.town.service.operator())
    above = web.town.service.actor(district, role=Role.DISTRICT_ADMIN)
    web.seat("gao", "homeroom", above, school_code=CLASS[0], class_name="六（1）班")

    blank = web.good("POST", "/form", {**FORM, "guardian_phone": ""}, mum)
    assert [f["words"]["zh"] for f in blank if f["field"] == "guardian_phone"] == ["有必填项未填写"]
    key = web.good("POST", "/applications", {**FORM, "grade": ""}, mum)["subject"]
    web.good("PUT", f"/applications/{key}", {"form": FORM}, mum)
    web.good("POST", f"/applications/{key}/submit", {"consent": "2026-1", "key": "s"}, mum)
    again = web.good("POST", f"/applications/{key}/submit", {"consent": "2026-1", "key": "s"}, mum)
    assert again["status"] == "submitted", "the same key is the same command"

    seen = web.good("GET", f"/applications/{key}", None, mum)
    assert (seen["status"], seen["reasons"]) == ("pending_review", ["UNDER_REVIEW"])
    assert seen["fields"]["name"] == "陈小雨"

    teacher = web.good("POST", "/session", {"username": "gao", "password": SECRET, "totp": _totp(web, "gao")})
    (line,) = web.good("GET", "/queue", None, teacher["token"], "teacher")
    assert (line["id"], line["name"]) == (key, "陈*雨")
    case = web.good("GET", f"/applications/{key}", None, teacher["token"], "teacher")
    assert any("入学年份" in words for words in case["words"])
    back = {
        "outcome": "return",
        "revision": 1,
        "items": [{"field": "entry_year", "code": "ENTRY_YEAR_TO_CHECK"}],
    }
    web.good("POST", f"/applications/{key}/review", back, teacher["token"], "teacher")

    returned = web.good("GET", f"/applications/{key}", None, mum)
    assert returned["status"] == "returned"
    assert returned["items"][0][:2] == ["entry_year", "ENTRY_YEAR_TO_CHECK"]
    web.good("POST", f"/applications/{key}/mended", {**FORM, "entry_year": "2021"}, mum)
    done = web.good("GET", f"/applications/{key}", None, mum)
    assert (done["status"], done["card"]) == ("approved", "active")
    (own,) = web.good("GET", "/mine", None, mum)
    assert own["status"] == "approved"
    web.town.service.send_messages()
    assert web.town.sms.templates()[-1] == "approved"


def _totp(web: Web, username: str) -> str:
    web.town.later(minutes=1)
    return totp_of(web.factors[username], web.town.now).reveal("shown by the device")


def test_what_is_wrong_is_answered_in_words_and_nothing_of_it_repeated(web: Web) -> None:
    mum, other = web.person("chen"), web.person("gao", "teacher")
    key = web.good("POST", "/applications", FORM, mum)["subject"]
    wrong: list[tuple[tuple[int, str], tuple[Any, ...]]] = [
        ((401, ""), ("GET", "/mine", None, "no token of ours")),
        ((409, "assurance_too_low"), ("GET", f"/applications/{key}", None, other)),
        ((409, "forbidden"), ("GET", "/applications/NOBODY", None, mum)),
        ((409, "forbidden"), ("GET", f"/applications/{key}", None)),
        ((409, "forbidden"), ("POST", f"/applications/{key}/submit", {"consent": "1"}, other)),
        ((409, "invalid_transition"), ("POST", f"/applications/{key}/mended", FORM, mum)),
        (
            (409, "forbidden"),
            ("POST", f"/applications/{key}/review", {"outcome": "approve", "revision": 1}, mum),
        ),
        ((409, "assurance_too_low"), ("GET", "/queue", None, other, "school_admin")),
        ((409, "login_failed"), ("POST", "/session", {"username": "chen", "password": "wrong horse"})),
        ((400, ""), ("POST", "/session", {"username": "chen"})),
        ((400, ""), ("POST", "/applications", b"{", mum)),
        ((400, ""), ("POST", "/applications", [1], mum)),
        ((400, ""), ("POST", "/register", {"role": "boss", "username": "x", "password": "y", "phone": "1"})),
        ((404, ""), ("GET", "/nothing", None, mum)),
    ]
    for (status, code), request in wrong:
        answered, shown = web.ask(*request)
        assert (answered, shown["code"] if code else "") == (status, code), (request[:2], shown)
        assert shown["en"], request
        assert "Traceback" not in json.dumps(shown)
        assert "陈" not in json.dumps(shown, ensure_ascii=False)
