"""How an endpoint knows that a delivery is ours and new: `Tillbook-Signature: t=<seconds>,v1=<HMAC-SHA256 of "t.body">`."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

HEADER = "Tillbook-Signature"


def sign(body: bytes, *, secrets: Iterable[str], at: datetime) -> str:
    """The header: one `v1` for each secret that holds, so that a new one can be put in place without a gap."""
    moment = str(int(at.timestamp()))
    signed = moment.encode() + b"." + body
    marks = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={moment}", *(f"v1={mark}" for mark in marks)])
