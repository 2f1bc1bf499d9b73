"""
A simulator of Alibaba Cloud SMS: SendSms, QuerySendDetails and delivery reports, with signatures verified.

Standard:
    Dysmsapi 2017-05-25; signature method V3 (ACS3-HMAC-SHA256). The signed headers are those that the request
    names, never a fixed list.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, quote

from eduid_core.china import CHINA
from eduid_core.testing.simulators.loopback import ServedReply, ServedRequest
from eduid_core.testing.simulators.provider import SmsSimulator, TakenSms

__all__ = ["AliyunSimulator"]

_AUTHORIZATION: Final = re.compile(
    r"ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([a-z0-9;-]+),Signature=([0-9a-f]{64})"
)
_VARIABLE: Final = re.compile(r"\$\{([A-Za-z0-9_]+)\}")
_OLDEST: Final = dt.timedelta(minutes=15)
_MOBILE: Final = re.compile(r"1[0-9]{10}")


class AliyunSimulator(SmsSimulator):
    """
    The simulator. `credentials` are the settings of a sender that it accepts.

    *templates* are the approved ones, code -> text with `${name}`; without them every code of the form SMS_… is
    approved and takes any parameters.
    """

    access_key_id, access_key_secret, sign_name = "LTAI5tSimulatedKeyId", "simulated-secret-阿里", "教育卡"

    def __init__(
        self,
        *,
        templates: Mapping[str, str] | None = None,
        clock: Callable[[], dt.datetime] | None = None,
        hang_s: float = 30.0,
    ) -> None:
        """Begin without faults."""
        super().__init__(hang_s=hang_s, **({"clock": clock} if clock else {}))
        self.templates = templates
        self._nonces: set[str] = set()

    @property
    def credentials(self) -> dict[str, str]:
        """Return the settings by which a sender is accepted."""
        return {
            "access_key_id": self.access_key_id,
            "access_key_secret": self.access_key_secret,
            "sign_name": self.sign_name,
        }

    def reply(self, request: ServedRequest) -> ServedReply:
        """Return the reply of the API."""
        if code := self._signature_fault(request):
            return _refused(400, code)
        query = dict(parse_qsl(request.query, keep_blank_values=True))
        query |= dict(parse_qsl(request.body.decode(), keep_blank_values=True))
        action = request.headers.get("x-acs-action")
        if request.headers.get("x-acs-version") != "2017-05-25" or action not in {
            "SendSms",
            "QuerySendDetails",
        }:
            return _refused(404, "InvalidAction.NotFound")
        if self.request_code:
            return _answered({"Code": self.request_code, "Message": _message(self.request_code)})
        return self._send(query) if action == "SendSms" else self._list(query)

    def _signature_fault(self, request: ServedRequest) -> str:
        """Return the code that refuses the signature of *request*, blank if it is right."""
        found = _AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
        if found is None:
            return "IncompleteSignature"
        key_id, names, signature = found.groups()
        if key_id != self.access_key_id:
            return "InvalidAccessKeyId.NotFound"
        signed, headers = names.split(";"), request.headers
        needed = {"host", *(name for name in headers if name.startswith("x-acs-"))}
        if not needed <= set(signed) or not set(signed) <= set(headers):
            return "IncompleteSignature"
        digest = hashlib.sha256(request.body).hexdigest()
        lines = [request.method, request.path, _canonical(request.query)]
        lines += [f"{name}:{headers[name].strip()}" for name in signed]
        lines += ["", names, digest]
        text = f"ACS3-HMAC-SHA256\n{hashlib.sha256(chr(10).join(lines).encode()).hexdigest()}"
        right = hmac.new(self.access_key_secret.encode(), text.encode(), hashlib.sha256).hexdigest()
        if headers["x-acs-content-sha256"] != digest or not hmac.compare_digest(right, signature):
            return "SignatureDoesNotMatch"
        return self._replay_fault(headers)

    def _replay_fault(self, headers: Mapping[str, str]) -> str:
        at = dt.datetime.strptime(headers["x-acs-date"], "%Y-%m-%dT%H:%M:%S%z")
        if abs(self.clock() - at) > _OLDEST:
            return "InvalidTimeStamp.Expired"
        nonce = headers["x-acs-signature-nonce"]
        if nonce in self._nonces:
            return "SignatureNonceUsed"
        self._nonces.add(nonce)
        return ""

    def _send(self, query: Mapping[str, str]) -> ServedReply:
        numbers = query.get("PhoneNumbers", "").split(",")
        code = self._send_fault(query) or next(filter(None, map(self.refusal, numbers)), "")
        if code:
            return _answered({"Code": code, "Message": _message(code)})
        ref = f"{900000 + self.next_number()}^0"
        params = json.loads(query.get("TemplateParam") or "{}")
        for number in numbers:
            self.take(
                TakenSms(
                    ref=ref,
                    number=number,
                    template=query["TemplateCode"],
                    params=tuple(params.items()),
                    context=query.get("OutId", ""),
                    at=self.clock(),
                )
            )
        return _answered({"Code": "OK", "Message": "OK", "BizId": ref})

    def _send_fault(self, query: Mapping[str, str]) -> str:
        """Return the code of a wrong field of SendSms."""
        if not all(_MOBILE.fullmatch(number) for number in query.get("PhoneNumbers", "").split(",")):
            return "isv.MOBILE_NUMBER_ILLEGAL"
        if query.get("SignName") != self.sign_name:
            return "isv.SMS_SIGNATURE_ILLEGAL"
        template = query.get("TemplateCode", "")
        if not template.startswith("SMS_") or (self.templates is not None and template not in self.templates):
            return "isv.SMS_TEMPLATE_ILLEGAL"
        try:
            params = json.loads(query.get("TemplateParam") or "{}")
        except ValueError:
            return "isv.INVALID_JSON_PARAM"
        if not isinstance(params, dict) or not all(isinstance(value, str) for value in params.values()):
            return "isv.INVALID_JSON_PARAM"
        wanted = set(_VARIABLE.findall(self.templates[template])) if self.templates is not None else set()
        return "" if wanted <= set(params) else "isv.TEMPLATE_MISSING_PARAMETERS"

    def _list(self, query: Mapping[str, str]) -> ServedReply:
        size, page = int(query["PageSize"]), int(query["CurrentPage"])
        if not 1 <= size <= 50:
            return _answered({"Code": "isv.INVALID_PARAMETERS", "Message": "PageSize"})
        found = [
            message
            for message in reversed(self.listed(query["PhoneNumber"]))
            if message.at.astimezone(CHINA).strftime("%Y%m%d") == query["SendDate"]
            and query.get("BizId") in {None, message.ref}
        ]
        rows = [self._row(message) for message in found[(page - 1) * size : page * size]]
        body = {"TotalCount": str(len(found)), "SmsSendDetailDTOs": {"SmsSendDetailDTO": rows}}
        return _answered({"Code": "OK", "Message": "OK", **body})

    def _row(self, message: TakenSms) -> dict[str, Any]:
        code = self.carrier_code(message)
        return {
            "PhoneNum": message.number,
            "SendStatus": 2 if code else 3,
            "ErrCode": code or "DELIVERED",
            "TemplateCode": message.template,
            "SendDate": _written(message.at),
            "OutId": message.context,
        }

    def report_of(self, message: TakenSms, code: str) -> Mapping[str, Any]:
        """Return an entry of SmsReport."""
        return {
            "phone_number": message.number,
            "send_time": _written(message.at),
            "report_time": _written(self.clock()),
            "success": not code,
            "err_code": code or "DELIVERED",
            "err_msg": "用户接收失败" if code else "用户接收成功",
            "sms_size": "1",
            "biz_id": message.ref,
            "out_id": message.context,
        }


def _canonical(query: str) -> str:
    """Return *query* as it is signed: decoded, sorted by name, encoded by RFC 3986."""
    parts = sorted(parse_qsl(query, keep_blank_values=True))
    return "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in parts)


def _written(at: dt.datetime) -> str:
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")


def _message(code: str) -> str:
    return "触发分钟级流控Permits:1" if code == "isv.BUSINESS_LIMIT_CONTROL" else code


def _answered(body: Mapping[str, Any]) -> ServedReply:
    return ServedReply(200, json.dumps({"RequestId": "SIMULATED", **body}, ensure_ascii=False).encode())


def _refused(status: int, code: str) -> ServedReply:
    return ServedReply(status, json.dumps({"RequestId": "SIMULATED", "Code": code, "Message": code}).encode())
