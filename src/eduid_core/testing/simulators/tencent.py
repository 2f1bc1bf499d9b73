"""
A simulator of Tencent Cloud SMS: SendSms, PullSmsSendStatusByPhoneNumber and delivery reports, with signatures
verified.

Standard:
    Tencent Cloud SMS 2021-01-11; signature method v3 (TC3-HMAC-SHA256). The signed headers are those that the
    request names, never a fixed list.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from eduid_core.china import CHINA
from eduid_core.testing.simulators.loopback import ServedReply, ServedRequest
from eduid_core.testing.simulators.provider import SmsSimulator, TakenSms, number_of

__all__ = ["TencentSimulator"]

_AUTHORIZATION: Final = re.compile(
    r"TC3-HMAC-SHA256 Credential=([^/]+)/(\d{4}-\d\d-\d\d)/sms/tc3_request, "
    r"SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})"
)
_VARIABLE: Final = re.compile(r"\{([0-9]+)\}")
_OLDEST_S: Final = 300
_MOBILE: Final = re.compile(r"\+861[0-9]{10}")


class TencentSimulator(SmsSimulator):
    """
    The simulator. `credentials` are the settings of a sender that it accepts.

    *templates* are the approved ones, id -> text with `{1}`; without them every id of digits is approved and
    takes any parameters. *echoes* says whether reports and lists return contexts, which the provider's support
    switches on.
    """

    secret_id, secret_key, sdk_app_id, sign_name = "AKIDSimulated", "simulated-key-腾讯", "1400006666", "教育卡"

    def __init__(
        self,
        *,
        templates: Mapping[str, str] | None = None,
        echoes: bool = False,
        clock: Callable[[], dt.datetime] | None = None,
        hang_s: float = 30.0,
    ) -> None:
        """Begin without faults."""
        super().__init__(hang_s=hang_s, **({"clock": clock} if clock else {}))
        self.templates, self.echoes = templates, echoes

    @property
    def credentials(self) -> dict[str, str]:
        """Return the settings by which a sender is accepted."""
        return {
            "secret_id": self.secret_id,
            "secret_key": self.secret_key,
            "sdk_app_id": self.sdk_app_id,
            "sign_name": self.sign_name,
        }

    def reply(self, request: ServedRequest) -> ServedReply:
        """Return the reply of the API."""
        if code := self._signature_fault(request):
            return _refused(code)
        if self.request_code:
            return _refused(self.request_code)
        action, headers = request.headers.get("x-tc-action"), request.headers
        if headers.get("x-tc-version") != "2021-01-11":
            return _refused("NoSuchVersion")
        if not headers.get("x-tc-region"):
            return _refused("MissingParameter")
        body = json.loads(request.body)
        if body.get("SmsSdkAppId") != self.sdk_app_id:
            return _refused("UnauthorizedOperation.SmsSdkAppIdVerifyFail")
        if action == "SendSms":
            return self._send(body)
        return self._list(body) if action == "PullSmsSendStatusByPhoneNumber" else _refused("InvalidAction")

    def _signature_fault(self, request: ServedRequest) -> str:
        """Return the code that refuses the signature of *request*, blank if it is right."""
        found, headers = _AUTHORIZATION.fullmatch(request.headers.get("authorization", "")), request.headers
        if found is None:
            return "AuthFailure.InvalidAuthorization"
        key_id, date, names, signature = found.groups()
        if key_id != self.secret_id:
            return "AuthFailure.SecretIdNotFound"
        signed = names.split(";")
        if not {"content-type", "host"} <= set(signed) or not set(signed) <= set(headers):
            return "AuthFailure.SignatureFailure"
        at = int(headers.get("x-tc-timestamp", "0"))
        if abs(self.clock().timestamp() - at) > _OLDEST_S:
            return "AuthFailure.SignatureExpire"
        lines = [request.method, request.path, request.query]
        lines += [f"{name}:{headers[name].strip().lower()}" for name in signed]
        lines += ["", names, hashlib.sha256(request.body).hexdigest()]
        digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        text = f"TC3-HMAC-SHA256\n{at}\n{date}/sms/tc3_request\n{digest}"
        day = hmac.new(f"TC3{self.secret_key}".encode(), date.encode(), hashlib.sha256).digest()
        service = hmac.new(day, b"sms", hashlib.sha256).digest()
        key = hmac.new(service, b"tc3_request", hashlib.sha256).digest()
        right = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
        of_day = date == dt.datetime.fromtimestamp(at, dt.UTC).strftime("%Y-%m-%d")
        return "" if of_day and hmac.compare_digest(right, signature) else "AuthFailure.SignatureFailure"

    def _send(self, body: Mapping[str, Any]) -> ServedReply:
        numbers = body.get("PhoneNumberSet") or []
        if not numbers:
            return _refused("MissingParameter.EmptyPhoneNumberSet")
        if len(numbers) > 200:
            return _refused("LimitExceeded.PhoneNumberCountLimit")
        return _answered({"SendStatusSet": [self._sent(body, number) for number in numbers]})

    def _sent(self, body: Mapping[str, Any], number: str) -> dict[str, Any]:
        """Return the status of one recipient, and take its message if nothing refuses it."""
        context, code, ref = body.get("SessionContext") or "", self._send_fault(body, number), ""
        if not code:
            ref = f"5000:{1045710669157053657849000000 + self.next_number()}"
            params = tuple(
                (str(n), value) for n, value in enumerate(body.get("TemplateParamSet") or [], start=1)
            )
            self.take(
                TakenSms(
                    ref=ref,
                    number=number,
                    template=body["TemplateId"],
                    params=params,
                    context=context,
                    at=self.clock(),
                )
            )
        return {
            "SerialNo": ref,
            "PhoneNumber": number,
            "Fee": 0 if code else 1,
            "SessionContext": context,
            "Code": code or "Ok",
            "Message": code or "send success",
            "IsoCode": "CN",
        }

    def _send_fault(self, body: Mapping[str, Any], number: str) -> str:
        """Return the code of a wrong field of SendSms, or of a refused number."""
        if not _MOBILE.fullmatch(number):
            return "InvalidParameterValue.IncorrectPhoneNumber"
        if body.get("SignName") != self.sign_name:
            return "FailedOperation.SignatureIncorrectOrUnapproved"
        template, params = str(body.get("TemplateId")), body.get("TemplateParamSet") or []
        if not template.isdigit() or (self.templates is not None and template not in self.templates):
            return "FailedOperation.TemplateUnapprovedOrNotExist"
        wanted = set(_VARIABLE.findall(self.templates[template])) if self.templates is not None else set()
        if self.templates is not None and len(params) != len(wanted):
            return "FailedOperation.TemplateParamSetNotMatchApprovedTemplate"
        if not all(isinstance(value, str) for value in params):
            return "InvalidParameterValue.TemplateParameterFormatError"
        return self.refusal(number)

    def _list(self, body: Mapping[str, Any]) -> ServedReply:
        if not 1 <= body["Limit"] <= 100 or body["Offset"]:
            return _refused("InvalidParameterValue.LimitVerifyFail")
        found = [
            message
            for message in self.listed(body["PhoneNumber"])
            if body["BeginTime"] <= message.at.timestamp() <= body["EndTime"]
        ]
        return _answered({"PullSmsSendStatusSet": [self._row(message) for message in found[: body["Limit"]]]})

    def _row(self, message: TakenSms) -> dict[str, Any]:
        code = self.carrier_code(message)
        return {
            "UserReceiveTime": int(message.at.timestamp()),
            "CountryCode": "86",
            "SubscriberNumber": number_of(message.number),
            "PhoneNumber": message.number,
            "SerialNo": message.ref,
            "ReportStatus": "FAIL" if code else "SUCCESS",
            "Description": code or "DELIVRD",
            "SessionContext": message.context if self.echoes else "",
        }

    def report_of(self, message: TakenSms, code: str) -> Mapping[str, Any]:
        """Return an entry of a delivery report."""
        return {
            "user_receive_time": message.at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S"),
            "nationcode": "86",
            "mobile": number_of(message.number),
            "report_status": "FAIL" if code else "SUCCESS",
            "errmsg": code or "DELIVRD",
            "description": "用户短信接收失败" if code else "用户短信送达成功",
            "sid": message.ref,
            **({"ext": message.context} if self.echoes else {}),
        }


def _answered(body: Mapping[str, Any]) -> ServedReply:
    content = {"Response": {**body, "RequestId": "simulated"}}
    return ServedReply(200, json.dumps(content, ensure_ascii=False).encode())


def _refused(code: str) -> ServedReply:
    return _answered({"Error": {"Code": code, "Message": code}})
