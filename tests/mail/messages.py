"""One message of every kind that we send, and SendGrid's own description of mail/send, which each must meet.

The description (twilio/sendgrid-oai, tsg_mail_v3.json) is not ours to keep here: it lies beside the project where that is
developed, or SENDGRID_OPENAPI names the file. Without it the tests against it are left out.
"""

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.services.keys import create_api_key
from accounts.services.sign_ins import Visitor, note_sign_in
from accounts.services.team import invite
from alerts.digests import write_due
from alerts.models import AlertKind, DigestPreference
from alerts.services import Finding, raise_alerts
from mail.outbox import queue_email
from tests.factories import NOW, StockedProductFactory, sell
from tests.factories.purchasing import sent
from tests.people import client_of

BESIDE = Path(__file__).parents[3] / "shared" / "sendgrid" / "tsg_mail_v3.json"
FILE = Path(os.environ.get("SENDGRID_OPENAPI") or BESIDE)
WITHOUT = "SendGrid's description lies beside the project only where it is developed"
needs_description = pytest.mark.skipif(not FILE.exists(), reason=WITHOUT)


def description() -> dict[str, Any]:
    """The whole of it, with its one mistake mended."""
    whole: dict[str, Any] = json.loads(FILE.read_text())
    send = whole["components"]["requestBodies"]["PostMailSend"]["content"]["application/json"]["schema"]
    send["properties"]["custom_args"] = {"type": "object"}  # typed string there
    return whole


def alerts(owner) -> None:
    findings = [
        Finding(kind, f"thing:{kind}:80", f"“{kind.label}” & <b>more</b> 🥖", "3 left.", "/alerts/") for kind in AlertKind
    ]
    raise_alerts(business=owner.business, findings=findings, at=NOW)


def invitation(owner) -> None:
    invite(email="new@shop.example", role="clerk", by=owner, at=NOW)


def a_test(owner) -> None:
    client_of(owner).post("/settings/email/test/")


def security(owner) -> None:
    EmailAddress.objects.create(user=owner.user, email=owner.user.email, primary=True, verified=True)
    Client().post("/accounts/password/reset/", {"email": owner.user.email})


def refusal(owner) -> None:
    expense = {"amount": Decimal(5), "spent_on": NOW.date()}
    context = {"expense": expense, "reason": "No receipt.", "by": owner.user, "business": owner.business}
    queue_email(kind="expense_refused", to=owner.user.email, context=context, at=NOW, business_id=owner.business_id)


def digest(owner) -> None:
    DigestPreference.objects.create(member=owner, even_if_empty=True)
    write_due(businesses=[owner.business], at=NOW)


def receipt(owner) -> None:
    sold = sell(owner, {StockedProductFactory(business=owner.business): 1})
    client_of(owner).post(f"/sales/{sold.pk}/receipt/email/", {"to": "ada@home.example"})


def a_new_browser(owner) -> None:
    visitor = Visitor("", "Chrome on Linux", "203.0.113.0/24")
    note_sign_in(user=owner.user, visitor=visitor, is_first=False, at=NOW)


def a_key(owner) -> None:
    create_api_key(by=owner, name="“Shop” & <b>more</b>", role="clerk", at=NOW)


KINDS = {
    "new_sign_in": a_new_browser,
    "key_use": a_key,
    "receipt": receipt,
    "purchase_order": sent,
    "alerts": alerts,
    "invitation": invitation,
    "test": a_test,
    "expense_refused": refusal,
    "digest": digest,
    "security": security,
}
