"""The settings of the sender."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import attrs

from eduid_sms_http import ProviderTemplate, SettingError, check_origin, check_text, templates_of
from eduid_sms_http.settings import check_name, check_seconds, check_sign_name

__all__ = ["Settings"]

_REGION: Final = re.compile(r"[a-z]{2,}(?:-[a-z]+)+(?:-[0-9]+)?")
_CENTRAL: Final = "https://dysmsapi.aliyuncs.com"
"""The endpoint of every region in mainland China."""


def _check_region(_: object, field: attrs.Attribute[str], value: object) -> None:
    if not isinstance(value, str) or not _REGION.fullmatch(value):
        raise SettingError(field.name, "needs the name of a region such as cn-hangzhou")


@attrs.frozen(kw_only=True)
class Settings:
    """
    Settings of the sender; a fault names the setting, and secrets are not shown.

    `access_key_id`, `access_key_secret`: of a RAM user that may call SendSms and QuerySendDetails.
    `security_token`: of temporary credentials. `sign_name`: the signature as filed, without 【】. `templates`:
    the name of each template -> its code (SMS_…). `region`: of the endpoint; `endpoint` replaces it.
    `timeout_s`: for one request. `query_after_s`: the age at which the absence of a message from the provider's
    list proves that it never arrived there. `account`: a name of the account that stays when its keys are
    rotated; messages of one name are looked for in one list. Without it the key's id serves.
    """

    access_key_id: str = attrs.field(validator=check_text)
    access_key_secret: str = attrs.field(validator=check_text, repr=False)
    sign_name: str = attrs.field(validator=check_sign_name)
    templates: Mapping[str, ProviderTemplate] = attrs.field(converter=templates_of)
    region: str = attrs.field(default="cn-hangzhou", validator=_check_region)
    endpoint: str | None = attrs.field(default=None, validator=attrs.validators.optional(check_origin))
    security_token: str | None = attrs.field(
        default=None, validator=attrs.validators.optional(check_text), repr=False
    )
    timeout_s: float = attrs.field(default=10.0, validator=check_seconds)
    query_after_s: float = attrs.field(default=900.0, validator=check_seconds)
    account: str = attrs.field(default="", validator=check_name)

    @property
    def origin(self) -> str:
        """Return the address of the provider's API."""
        if self.endpoint is not None:
            return self.endpoint
        return _CENTRAL if self.region.startswith("cn-") else f"https://dysmsapi.{self.region}.aliyuncs.com"
