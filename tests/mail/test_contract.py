"""Every kind of message that we send, against SendGrid's own description of mail/send."""

import json

import pytest
from django.conf import settings
from jsonschema import Draft202012Validator

from mail import delivery
from mail.models import OutboxMessage
from tests.factories import NOW
from tests.mail.messages import KINDS, description, needs_description

pytestmark = [pytest.mark.django_db, needs_description, pytest.mark.usefixtures("sendgrid")]


@pytest.fixture(scope="module")
def contract() -> Draft202012Validator:
    whole = description()
    send = whole["components"]["requestBodies"]["PostMailSend"]["content"]["application/json"]["schema"]
    Draft202012Validator.check_schema(send)
    return Draft202012Validator(send | {"components": whole["components"]}, format_checker=Draft202012Validator.FORMAT_CHECKER)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_as_sendgrid_describes_it(contract, sendgrid, owner, kind):
    KINDS[kind](owner)
    message = OutboxMessage.objects.filter(kind=kind).first()

    assert delivery.send(message=message, at=NOW)

    (asked,) = sendgrid.taken
    assert [fault.message for fault in contract.iter_errors(asked)] == []
    assert len(json.dumps(asked["personalizations"][0]["custom_args"])) < 10_000
    assert all(len(category) <= 255 for category in asked["categories"])


def test_every_kind_that_has_templates_is_tried():
    kept = {folder.name for folder in (settings.BASE_DIR / "templates" / "emails").iterdir() if folder.is_dir()}

    assert kept - {"_partials"} == set(KINDS) - {"security"}  # allauth keeps those


def test_the_description_finds_what_is_wrong(contract):
    wrong = {"from": {"name": "no address"}, "personalizations": [{"to": "ines@shop.example"}], "categories": ["a"] * 11}

    assert len(list(contract.iter_errors(wrong))) >= 3
