"""
The signature of Alibaba Cloud's API, ACS3-HMAC-SHA256.

Standard:
    Alibaba Cloud OpenAPI, request syntax and signature method V3.
"""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Mapping
from hashlib import sha256
from typing import Final
from urllib.parse import quote

__all__ = ["acs3_headers"]

_ALGORITHM: Final = "ACS3-HMAC-SHA256"
_OWN: Final = frozenset(
    {"authorization", "host", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"}
)
"""Headers that the signer sets; a given one of these names is replaced."""


def acs3_headers(
    *,
    method: str,
    host: str,
    path: str,
    query: Mapping[str, str],
    headers: Mapping[str, str],
    body: bytes,
    access_key_id: str,
    access_key_secret: str,
    now: dt.datetime,
    nonce: str,
    security_token: str | None = None,
) -> dict[str, str]:
    """
    Return all headers of a signed request: *headers*, with `x-acs-action` and `x-acs-version` among them, and
    those of the signature. Every header except `Authorization` is signed. Names are lower case, values trimmed.

    *path* is percent-encoded already, *query* is not; *nonce* is used for one request only; *security_token* is
    that of temporary credentials.

    Raises:
        ValueError: *now* is not aware.
    """
    if now.tzinfo is None:
        raise ValueError("acs3_headers needs an aware datetime")
    signed = {name.lower(): str(value).strip() for name, value in headers.items()}
    signed = {name: value for name, value in signed.items() if name not in _OWN}
    signed["host"] = host
    signed["x-acs-date"] = now.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    signed["x-acs-signature-nonce"] = nonce
    signed["x-acs-content-sha256"] = sha256(body).hexdigest()
    if security_token:
        signed["x-acs-security-token"] = security_token
    names = ";".join(sorted(signed))
    canonical = "\n".join((
        method.upper(),
        path or "/",
        canonical_query(query),
        "".join(f"{name}:{signed[name]}\n" for name in sorted(signed)),
        names,
        signed["x-acs-content-sha256"],
    ))  # fmt: skip
    text = f"{_ALGORITHM}\n{sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(access_key_secret.encode(), text.encode(), sha256).hexdigest()
    credential = f"{_ALGORITHM} Credential={access_key_id},SignedHeaders={names},Signature={signature}"
    return {**signed, "Authorization": credential}


def canonical_query(query: Mapping[str, str]) -> str:
    """
    Return *query* encoded by RFC 3986 and sorted by name, as it is signed and sent.

    >>> canonical_query({"SignName": "教育 卡", "OutId": "a*b"})
    'OutId=a%2Ab&SignName=%E6%95%99%E8%82%B2%20%E5%8D%A1'
    """
    return "&".join(f"{quote(name, safe='~')}={quote(str(query[name]), safe='~')}" for name in sorted(query))
