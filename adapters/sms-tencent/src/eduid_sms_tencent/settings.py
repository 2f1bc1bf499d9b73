"""The settings of the sender."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import attrs

from eduid_sms_http import ProviderTemplate, SettingError, check_origin, check_text, templates_of
from eduid_sms_http.settings import check_seconds, check_sign_name

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
    """
    Settings of the sender; a fault names the setting, and secrets are not shown.

    `secret_id`, `secret_key`: of a CAM user that may call SendSms and PullSmsSendStatusByPhoneNumber.
    `security_token`: of temporary credentials. `sdk_app_id`: the SdkAppId of the application (应用) in the
    console. `sign_name`: the signature as filed, without 【】. `templates`: the name of each template -> its
    id. `region`: of the request. `endpoint`: the address. `timeout_s`: for one request.
    `recipients_per_request`: at most 200; a request that is not answered leaves all of its recipients unknown.
    `query_after_s`: the age at which a message is looked for in the provider's list.
    """

    secret_id: str = attrs.field(validator=check_text)
    secret_key: str = attrs.field(validator=check_text, repr=False)
    sdk_app_id: str = attrs.field(validator=_check_app_id)
    sign_name: str = attrs.field(validator=check_sign_name)
    templates: Mapping[str, ProviderTemplate] = attrs.field(converter=templates_of)
    region: str = attrs.field(default="ap-guangzhou", validator=_check_region)
    endpoint: str = attrs.field(default="https://sms.tencentcloudapi.com", validator=check_origin)
    security_token: str | None = attrs.field(
        default=None, validator=attrs.validators.optional(check_text), repr=False
    )
    timeout_s: float = attrs.field(default=10.0, validator=check_seconds)
    recipients_per_request: int = attrs.field(default=MOST_RECIPIENTS, validator=_check_recipients)
    query_after_s: float = attrs.field(default=900.0, validator=check_seconds)
