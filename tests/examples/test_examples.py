"""The examples of the docs run, over a real store, and stay short."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.service.house import House

from eduid_core.testing.doubles import form_of

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "examples"))

FIELDS = {f: getattr(form_of(), f) for f in ("school", "grade", "class_name", "entry_year")}
FIELDS |= {"name": "陈小雨", "id_number": "320098201503150010", "guardian_phone": "15400001234"}


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_an_example_is_under_sixty_lines() -> None:
    for path in (ROOT / "examples").glob("*.py"):
        assert len(path.read_text("utf-8").splitlines()) < 60, path.name


def test_an_example_says_at_its_top_how_it_is_started() -> None:
    """What is to be installed, the function to call, the command to give."""
    for path in (ROOT / "examples").glob("*.py"):
        start = path.read_text("utf-8").splitlines()[1]
        made = re.search(r"^def (make_\w+)", path.read_text("utf-8"), re.MULTILINE)

        assert made is not None, path.name
        assert re.fullmatch(rf"# Start: pip install [^;]+; .*{made[1]}\(.*service\).* in \w+\.py; .+", start)


def test_fastapi_carries_a_family_to_its_card(house: House) -> None:
    testclient = pytest.importorskip("fastapi.testclient")
    from fastapi_app import make_app

    house.registered()
    web = testclient.TestClient(make_app(house.service))
    mum, stranger = {"X-Account": "acct"}, {"X-Account": "stranger"}

    opened = [web.put("/applications/A-1", json=FIELDS, headers=mum) for _ in range(2)]
    early = web.post("/applications/A-1/submit", params={"consent": ""}, headers=mum)
    done = web.post("/applications/A-1/submit", params={"consent": "v1"}, headers=mum)
    seen = web.get("/applications/A-1", headers=mum)

    assert [r.json() for r in opened] == [{"status": "draft", "revision": 0}] * 2
    assert (early.status_code, early.json()["code"]) == (409, "guardian_consent_required")
    assert done.json()["revision"] == 1
    assert seen.json()["status"] == "approved"
    assert FIELDS["name"] not in seen.text
    assert web.get("/applications/A-1", headers=stranger).status_code == 404
    assert web.put("/applications/A-3", json={"nickname": "小雨"}, headers=mum).status_code == 422
    assert web.put("/applications/A-2", json=FIELDS, headers=stranger).json()["code"] == "forbidden"


def test_django_decides_many_at_once(house: House) -> None:
    django = pytest.importorskip("django")
    from django.conf import settings

    if not settings.configured:
        settings.configure(DEFAULT_CHARSET="utf-8", ALLOWED_HOSTS=["*"])
        django.setup()
    from django.test import RequestFactory
    from django_view import make_view

    by = house.registered()
    for key in ("A-1", "A-2"):
        house.handed_in(key, by, form_of(school="南京市云杉小学"))
    task: Any = house.service.state("review_task", "A-1")
    items = [
        {"application": "A-1", "revision": 1, "return": {"school": "SCHOOL_TO_CHECK"}},
        {"application": "A-2", "revision": 9},
    ]
    request = RequestFactory().post(
        "/decide", json.dumps(items), content_type="application/json", headers={"X-Account": task.assignee}
    )

    told = json.loads(make_view(house.service)(request).content)

    assert [t["ok"] for t in told] == [True, False]
    assert told[1]["code"] == "stale_revision"
    assert house.service.state("application", "A-1").status == "returned"
    assert make_view(house.service)(RequestFactory().get("/decide")).status_code == 405


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
