"""The examples of the docs run, over a real store, and stay short."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.service.house import House
from tests.service.town import PASSWORD, PHONE, Town, seat

from eduid_core import commands
from eduid_core.testing.doubles import CLASS, NUMBERS, form_of, totp_of
from eduid_core.workflow import Role
from eduid_core.workflow.reviewer_grant.states import Position

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "examples"))

FIELDS = {f: getattr(form_of(), f) for f in ("school", "grade", "class_name", "entry_year")}
FIELDS |= {"name": "陈小雨", "id_number": "320098201503150010", "guardian_phone": "15400001234"}


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def test_an_example_is_short() -> None:
    for path in (ROOT / "examples").glob("*.py"):
        most = 150 if path.name == "small_service.py" else 60
        assert len(path.read_text("utf-8").splitlines()) < most, path.name


def test_an_example_says_at_its_top_how_it_is_started() -> None:
    """What is to be installed, the function to call, the command to give."""
    for path in (ROOT / "examples").glob("*.py"):
        start = path.read_text("utf-8").splitlines()[1]
        made = re.search(r"^def (make_\w+)", path.read_text("utf-8"), re.MULTILINE)

        assert made is not None, path.name
        assert re.fullmatch(rf"# Start: pip install [^;]+; .*{made[1]}\(.*service\).* in \w+\.py; .+", start)


def test_fastapi_carries_a_family_to_its_card(town: Town) -> None:
    testclient = pytest.importorskip("fastapi.testclient")
    from fastapi_app import make_app

    town.register("chen", PHONE)
    web = testclient.TestClient(make_app(town.service))
    wrong = web.post("/session", json={"username": "chen", "password": "a wrong one"})
    right = {"username": "chen", "password": PASSWORD.reveal("log in")}
    mum, stranger = {"Token": web.post("/session", json=right).json()["token"]}, {"Token": "stranger"}

    opened = [web.post("/applications", json=FIELDS, headers={**mum, "Key": "1"}).json() for _ in range(2)]
    path = f"/applications/{opened[0]['subject']}"
    early = web.post(f"{path}/submit", params={"consent": ""}, headers=mum)
    done = web.post(f"{path}/submit", params={"consent": "v1"}, headers=mum)
    seen = web.get(path, headers=mum)

    assert wrong.json()["code"] == "login_failed"
    assert opened[0] == opened[1]
    assert opened[0]["status"] == "draft"
    assert (early.status_code, early.json()["code"]) == (409, "guardian_consent_required")
    assert done.json()["revision"] == 1
    assert seen.json()["status"] == "approved"
    assert FIELDS["name"] not in seen.text
    assert web.get(path, headers=stranger).status_code == 401
    assert web.get("/applications/another", headers=mum).status_code == 404
    assert web.post("/applications", json={"nickname": "小雨"}, headers=mum).status_code == 422


def test_django_decides_many_at_once(town: Town) -> None:
    django = pytest.importorskip("django")
    from django.conf import settings

    if not settings.configured:
        settings.configure(DEFAULT_CHARSET="utf-8", ALLOWED_HOSTS=["*"])
        django.setup()
    from django.test import RequestFactory
    from django_view import make_view

    for username, phone in (("qu", "15400002221"), ("head", "15400002222"), ("gao", "15400002223")):
        town.register(username, phone, Role.TEACHER)
    _, district = seat(town, "qu", Role.DISTRICT_ADMIN, Position.DISTRICT_ADMIN, town.service.operator())
    _, head = seat(town, "head", Role.SCHOOL_ADMIN, Position.SCHOOL_ADMIN, district, CLASS[0])
    secret, _ = seat(town, "gao", Role.TEACHER, Position.HOMEROOM, head, CLASS[0], class_name=CLASS[1])
    town.later(minutes=1)
    token = town.log_in("gao", totp_of(secret, town.now)).token
    ids = []
    for username, number, phone in (("chen", NUMBERS[0], PHONE), ("wang", NUMBERS[1], "15400005678")):
        town.register(username, phone)
        by = town.owner(username)
        opened = town.service.handle(commands.Open(by=by, form=form_of(number, school="南京市云杉小学")))
        town.service.handle(commands.Submit(by=by, subject=opened.subject, consent_text="v1"))
        ids.append(opened.subject)
    items = [
        {"application": ids[0], "revision": 1, "return": {"school": "SCHOOL_TO_CHECK"}},
        {"application": ids[1], "revision": 9},
    ]
    body, view = json.dumps(items), make_view(town.service)

    def decide(session: str) -> Any:
        post = RequestFactory().post(
            "/decide", body, content_type="application/json", headers={"Token": session}
        )
        return view(post)

    told = json.loads(decide(token).content)

    assert decide("stranger").status_code == 401
    assert [t["ok"] for t in told] == [True, False]
    assert told[1]["code"] == "stale_revision"
    assert town.service.state("application", ids[0]).status == "returned"
    assert view(RequestFactory().get("/decide")).status_code == 405


def test_celery_keeps_the_house_running(house: House) -> None:
    celery = pytest.importorskip("celery")
    from celery_tasks import make_tasks

    worker = celery.Celery("eduid", broker="memory://", backend="cache+memory://")
    worker.conf.task_always_eager = True
    make_tasks(worker, house.service)
    house.registered()
    house.handed_in("A-1", house.registered("two", "15400002222"), form_of())

    results = {name: worker.tasks[name].delay().get() for name in worker.tasks if name.startswith("eduid.")}

    assert results["eduid.send_messages"] == {"sent": 1, "unknown": 0}
    assert results["eduid.fire_timers"] == {"done": 0, "refused": 0}
    assert results["eduid.resume"] == results["eduid.match_again"] == 0
    assert results["eduid.checkpoint"].startswith("example.cn/ledger\n")
    assert {entry["task"] for entry in worker.conf.beat_schedule.values()} == set(results)
