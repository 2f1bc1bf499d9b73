"""The settings of the sender."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import attrs

from eduid_sms_http import ProviderTemplate, SettingError, check_origin, check_text, templates_of
from eduid_sms_http.settings import check_name, check_sign_name, seconds, secret

__all__ = ["Settings"]

_REGION: Final = re.compile(r"[a-z]{2,}(?:-[a-z]+)+(?:-[0-9]+)?")
_CENTRAL: Final = "https://dysmsapi.aliyuncs.com"
"""The endpoint of every region in mainland China."""


def _check_region(_: object, field: attrs.Attribute[str], value: object) -> None:
    if not isinstance(value, str) or not _REGION.fullmatch(value):
        raise SettingError(field.name, "needs the name of a region such as cn-hangzhou")


@attrs.frozen(kw_only=True)
class Settings:
    """The settings of the sender. A fault names the setting; secrets are not shown."""

    access_key_id: str = attrs.field(
        validator=check_text,
        metadata={"help": "of a RAM user that may call SendSms and QuerySendDetails, and nothing else"},
    )
    access_key_secret: str = secret("the other part of the key")
    sign_name: str = attrs.field(
        validator=check_sign_name, metadata={"help": "the signature (签名) as filed, without 【】"}
    )
    templates: Mapping[str, ProviderTemplate] = attrs.field(
        converter=templates_of, metadata={"help": "the name of each template -> its code (SMS_…)"}
    )
    region: str = attrs.field(
        default="cn-hangzhou", validator=_check_region, metadata={"help": "the region of the endpoint"}
    )
    endpoint: str | None = attrs.field(
        default=None,
        validator=attrs.validators.optional(check_origin),
        metadata={"help": "an address in place of the region's"},
    )
    security_token: str | None = secret("of temporary credentials", is_optional=True)
    timeout_s: float = seconds(10.0, "the time limit of one request")
    query_after_s: float = seconds(
        900.0, "the age at which the absence of a message from the provider's list proves that it never arrived"
    )
    account: str = attrs.field(
        default="",
        validator=check_name,
        metadata={
            "help": "a name of the account that stays when keys are rotated; two accounts never share one "
            "(blank: the key's id serves)"
        },
    )

    @property
    def origin(self) -> str:
        """Return the address of the provider's API."""
        if self.endpoint is not None:
            return self.endpoint
        return _CENTRAL if self.region.startswith("cn-") else f"https://dysmsapi.{self.region}.aliyuncs.com"
