"""A gateway of one's own, as its owner would write it: the third provider under the laws of a sender."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from eduid_core.testing.simulators import ServedReply, ServedRequest, SmsSimulator, TakenSms

CODES = {"refused": "failed", "limited": "later", "spent": "later", "internal": "unknown"}


class GatewaySimulator(SmsSimulator):
    """The gateway: messages at `/sms`, their status at `/status`."""

    secret = "the secret of the gateway, 网关的密钥 0123"

    @property
    def credentials(self) -> dict[str, str]:
        return {"secret": self.secret}

    def reply(self, request: ServedRequest) -> ServedReply:
        if not self.is_right(request):
            return answered(401, {"taken": False, "code": "signature"})
        asked = json.loads(request.body)["messages"]
        if self.request_code:
            status = CODES.get(self.request_code, "never-seen")
            return answered(
                200, {"receipts": [{"id": m["id"], "status": status, "code": self.request_code} for m in asked]}
            )
        answer = self.status_of if request.path == "/status" else self.take_one
        return answered(200, {"receipts": [answer(message) for message in asked]})

    def is_right(self, request: ServedRequest) -> bool:
        at, nonce = request.headers["x-eduid-timestamp"], request.headers["x-eduid-nonce"]
        signed = f"{at}.{nonce}.".encode() + request.body
        right = hmac.new(self.secret.encode(), signed, hashlib.sha256).hexdigest()
        fresh = abs(self.clock().timestamp() - int(at)) <= 300
        return fresh and hmac.compare_digest(right, request.headers["x-eduid-signature"])

    def take_one(self, message: Mapping[str, Any]) -> dict[str, Any]:
        if code := self.refusal(message["to"]):
            more = {"retry_after_s": 90} if CODES.get(code) == "later" else {}
            return {"id": message["id"], "status": CODES.get(code, "never-seen"), "code": code, **more}
        taken = TakenSms(
            ref=f"gw-{self.next_number()}",
            number=message["to"],
            template=message["template"],
            params=tuple(message["params"].items()),
            context=message["id"],
            at=self.clock(),
        )
        self.take(taken)
        return {"id": message["id"], "status": "accepted", "ref": taken.ref}

    def status_of(self, message: Mapping[str, Any]) -> dict[str, Any]:
        for taken in self.listed(message["to"]):
            if taken.context == message["id"]:
                return {**self.report_of(taken, self.carrier_code(taken)), "id": message["id"]}
        return {"id": message["id"], "status": "later"}

    def report_of(self, message: TakenSms, code: str) -> Mapping[str, Any]:
        return {
            "id": message.context,
            "status": "failed" if code else "accepted",
            "code": code,
            "ref": message.ref,
        }


def answered(status: int, body: Mapping[str, Any]) -> ServedReply:
    return ServedReply(status, json.dumps(body, ensure_ascii=False).encode())
