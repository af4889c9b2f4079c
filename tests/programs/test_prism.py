"""SendGrid's own description of mail/send, served by Prism: it takes every kind of message as we send it, over the wire."""

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator

import pytest
import requests

from mail import delivery
from mail.models import OutboxMessage
from tests.factories import NOW
from tests.mail.messages import KINDS, description, needs_description

PROGRAM = os.environ.get("PRISM", "")
pytestmark = [
    pytest.mark.django_db,
    needs_description,
    pytest.mark.skipif(not PROGRAM, reason="Prism is installed by `make test DB=programs`"),
]
PATIENCE = 60.0


@pytest.fixture(scope="module")
def prism(tmp_path_factory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("prism")
    file = folder / "mail_send.json"
    file.write_text(json.dumps(description()))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [PROGRAM, "mock", "--host", "127.0.0.1", "--port", str(port), "--errors", str(file)]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        until_it_listens(port, server, folder / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


def until_it_listens(port, server, log):
    ends = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < ends:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(log.read_text())


@pytest.fixture
def at_prism(prism, settings) -> str:
    """SendGrid's SDK, talking to Prism."""
    settings.SENDGRID_API_KEY = "SG.invented"
    settings.SENDGRID_HOST_URL = prism
    settings.EMAIL_BACKEND = "mail.backends.PatientSendgridBackend"
    settings.DEFAULT_FROM_EMAIL = "Tillbook <tillbook@shop.example>"
    settings.SITE_URL = "https://till.example"
    return prism


@pytest.mark.parametrize("kind", KINDS)
def test_it_takes_each_kind_as_we_send_it(at_prism, owner, kind):
    KINDS[kind](owner)
    message = OutboxMessage.objects.filter(kind=kind, to__contains="@").first()

    sent = delivery.send(message=message, at=NOW)

    message.refresh_from_db()
    assert sent, message.last_error


def test_it_refuses_what_sendgrid_would(at_prism):
    """So that taking a message means something."""
    address = f"{at_prism}/v3/mail/send"
    right = {
        "personalizations": [{"to": [{"email": "ines@shop.example"}]}],
        "from": {"email": "tillbook@shop.example"},
        "subject": "Low",
        "content": [{"type": "text/plain", "value": "3 left."}],
    }
    key = {"Authorization": "Bearer SG.invented"}

    assert requests.post(address, json=right, headers=key, timeout=20).status_code == 202
    assert requests.post(address, json=right, timeout=20).status_code == 401
    wrongs = [{"personalizations": [{"to": "ines@shop.example"}]}, {"from": {"name": "no address"}}, {"categories": ["a"] * 11}]
    for wrong in wrongs:
        assert requests.post(address, json=right | wrong, headers=key, timeout=20).status_code == 400, wrong
