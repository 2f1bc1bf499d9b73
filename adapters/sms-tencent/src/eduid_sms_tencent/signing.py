"""
The signature of Tencent Cloud's API, TC3-HMAC-SHA256.

Standard:
    Tencent Cloud API 3.0, signature method v3.
"""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Iterable
from hashlib import sha256
from typing import Final

__all__ = ["tc3_headers"]

_ALGORITHM: Final = "TC3-HMAC-SHA256"


def tc3_headers(
    *,
    host: str,
    service: str,
    action: str,
    version: str,
    region: str,
    body: bytes,
    secret_id: str,
    secret_key: str,
    timestamp: int,
    content_type: str,
    signed_headers: str | Iterable[str],
    security_token: str | None = None,
) -> dict[str, str]:
    """
    Return all headers of a signed POST request to the path `/`.

    *body* is signed exactly as it is sent; *timestamp* counts seconds of the Unix epoch; *signed_headers* names
    the headers to sign, as a sequence or joined by `;`, with `content-type` and `host` among them; without a
    *region* its header is left out; *security_token* is that of temporary credentials.

    Raises:
        ValueError: *signed_headers* names no `content-type` or `host`, or a header that is not sent.
    """
    headers = {
        "Content-Type": content_type,
        "Host": host,
        "X-TC-Action": action,
        "X-TC-Timestamp": str(timestamp),
        "X-TC-Version": version,
    }
    if region:
        headers["X-TC-Region"] = region
    if security_token:
        headers["X-TC-Token"] = security_token
    names = _names(signed_headers, frozenset(map(str.lower, headers)))
    lower = {name.lower(): value.strip().lower() for name, value in headers.items()}
    canonical = "\n".join((
        "POST",
        "/",
        "",
        "".join(f"{name}:{lower[name]}\n" for name in names),
        ";".join(names),
        sha256(body).hexdigest(),
    ))  # fmt: skip
    date = dt.datetime.fromtimestamp(timestamp, dt.UTC).strftime("%Y-%m-%d")
    scope = f"{date}/{service}/tc3_request"
    text = f"{_ALGORITHM}\n{timestamp}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
    key = f"TC3{secret_key}".encode()
    for part in (date, service, "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.new(key, text.encode(), sha256).hexdigest()
    credential = f"Credential={secret_id}/{scope}, SignedHeaders={';'.join(names)}, Signature={signature}"
    return {**headers, "Authorization": f"{_ALGORITHM} {credential}"}


def _names(wanted: str | Iterable[str], sent: frozenset[str]) -> list[str]:
    """Return the lower-case names of *wanted* in order of the alphabet; all of them are *sent*."""
    parts = wanted.split(";") if isinstance(wanted, str) else wanted
    names = {part.strip().lower() for part in parts}
    if not {"content-type", "host"} <= names <= sent:
        raise ValueError("tc3_headers signs content-type, host and headers that are sent")
    return sorted(names)
