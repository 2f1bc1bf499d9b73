"""The settings of the sender."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import attrs

from eduid_sms_http import ProviderTemplate, SettingError, check_origin, check_text, templates_of
from eduid_sms_http.settings import check_sign_name, seconds, secret

__all__ = ["MOST_RECIPIENTS", "Settings"]

MOST_RECIPIENTS: Final = 200
"""Recipients of one request, by the provider."""
_REGION: Final = re.compile(r"[a-z]{2,}-[a-z]+(?:-[0-9]+)?")
_APP_ID: Final = re.compile(r"[0-9]{5,20}")


def _check_region(_: object, field: attrs.Attribute[str], value: object) -> None:
    if not isinstance(value, str) or not _REGION.fullmatch(value):
        raise SettingError(field.name, "needs the name of a region such as ap-guangzhou")


def _check_app_id(_: object, field: attrs.Attribute[str], value: object) -> None:
    if not isinstance(value, str) or not _APP_ID.fullmatch(value):
        raise SettingError(field.name, "needs the digits of the SdkAppId as a text")


def _check_recipients(_: object, field: attrs.Attribute[int], value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_RECIPIENTS:
        raise SettingError(field.name, f"needs a whole number from 1 to {MOST_RECIPIENTS}")


@attrs.frozen(kw_only=True)
class Settings:
    """The settings of the sender. A fault names the setting; secrets are not shown."""

    secret_id: str = attrs.field(
        validator=check_text,
        metadata={
            "help": "of a CAM user that may call SendSms and PullSmsSendStatusByPhoneNumber, and nothing else"
        },
    )
    secret_key: str = secret("the other part of the key")
    sdk_app_id: str = attrs.field(
        validator=_check_app_id,
        metadata={"help": "the SdkAppId of the application (应用) in the console, as a text"},
    )
    sign_name: str = attrs.field(
        validator=check_sign_name, metadata={"help": "the signature (签名) as filed, without 【】"}
    )
    templates: Mapping[str, ProviderTemplate] = attrs.field(
        converter=templates_of, metadata={"help": "the name of each template -> its id, as a text"}
    )
    region: str = attrs.field(
        default="ap-guangzhou", validator=_check_region, metadata={"help": "the region of the requests"}
    )
    endpoint: str = attrs.field(
        default="https://sms.tencentcloudapi.com",
        validator=check_origin,
        metadata={"help": "the address of the API"},
    )
    security_token: str | None = secret("of temporary credentials", is_optional=True)
    timeout_s: float = seconds(10.0, "the time limit of one request")
    recipients_per_request: int = attrs.field(
        default=MOST_RECIPIENTS,
        validator=_check_recipients,
        metadata={"help": "at most 200; a request without an answer leaves all of its recipients unknown"},
    )
    query_after_s: float = seconds(900.0, "the age at which a message is looked for in the provider's list")
