from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from sendgrid_backend import SendgridBackend

from mail.keep_alive import KeptAliveClient


class EmlFileBackend(BaseEmailBackend):
    """One .eml file per message under VAR_DIR/mail, which any mail program opens."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FILES_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{datetime.now(tz=UTC):%Y%m%d-%H%M%S}-{uuid4().hex[:8]}.eml"
            (folder / name).write_bytes(message.message().as_bytes())
        return len(email_messages)


class PatientSendgridBackend(SendgridBackend):
    """SendGrid, that is waited for only so long. In the sandbox SendGrid checks each message and sends none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sg.client.timeout = settings.SENDGRID_PATIENCE
        self.sg.client = KeptAliveClient.like(self.sg.client)
        self.sandbox_mode = settings.SENDGRID_SANDBOX
