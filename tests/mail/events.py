"""Events as SendGrid's webhook signs and sends them, with a key of our own."""

import base64
import json
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.test import Client

from mail.models import OutboxMessage
from tests.factories import NOW

SECRET = ec.generate_private_key(ec.SECP256R1())
PUBLIC = base64.b64encode(SECRET.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
URL = "/api/v1/webhooks/sendgrid/"


def event(message: OutboxMessage, kind: str, number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "sg_event_id": f"event-{number}",
        "sg_message_id": "14c5d75ce93.dfd.64b469",
        "event": kind,
        "email": message.to,
        "timestamp": int(NOW.timestamp()),
        "tillbook_message": str(message.pk),
        "tillbook_site": settings.SITE_URL,
        "category": ["tillbook", message.kind],
    } | more


def sign(body: bytes, at: datetime = NOW, key: ec.EllipticCurvePrivateKey = SECRET) -> dict[str, str]:
    moment = str(int(at.timestamp()))
    signature = key.sign(moment.encode() + body, ec.ECDSA(hashes.SHA256()))
    return {
        "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
        "X-Twilio-Email-Event-Webhook-Timestamp": moment,
    }


def deliver(told: Any, **signing: Any) -> int:
    """Post events as SendGrid would; the status of the answer."""
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    return post(body, sign(body, **signing))


def post(body: bytes, headers: dict[str, str]) -> int:
    return Client(enforce_csrf_checks=True).post(URL, body, content_type="application/json", headers=headers).status_code
