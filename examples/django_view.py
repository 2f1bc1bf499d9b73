"""A Django view (sync): a homeroom teacher (班主任) decides many applications at once."""
# Start: pip install django; path("decide", make_view(service)) in urls.py; python manage.py runserver

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from eduid_core.commands import CompleteReview
from eduid_core.service import Accepted, Refused, Service
from eduid_core.values import ReturnItem
from eduid_core.workflow import Actor

View = Callable[[HttpRequest], JsonResponse]


def make_view(service: Service) -> View:
    """
    Return the view over *service*.

    It takes ``[{"application": "A-1", "revision": 1, "return": {"school": "SCHOOL_TO_CHECK"}}]``; what is not
    to be returned is approved. Each item has an answer of its own.
    """

    @require_POST
    def decide(request: HttpRequest) -> JsonResponse:
        by = service.actor(request.headers["Token"])
        if isinstance(by, Refused):
            return JsonResponse({"code": by.code, "zh": by.zh}, status=401)
        commands = [_command(item, by) for item in json.loads(request.body)]
        return JsonResponse([_told(a) for a in service.handle_many(commands)], safe=False)

    return decide


def _command(item: dict[str, Any], by: Actor) -> CompleteReview:
    back = tuple(ReturnItem(field, code) for field, code in item.get("return", {}).items())
    return CompleteReview(
        outcome="return" if back else "approve",
        items=back,
        subject=item["application"],
        expected_rev=item["revision"],
        by=by,
        key=f"{item['application']} at {item['revision']}",
    )


def _told(answer: Accepted | Refused) -> dict[str, Any]:
    if isinstance(answer, Accepted):
        return {"ok": True, "status": answer.status}
    return {"ok": False, "code": answer.code, "zh": answer.zh}
