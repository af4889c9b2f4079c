from collections.abc import Iterator

import pytest

from tests.mail.stand_in import StandIn, stand_in


@pytest.fixture
def sendgrid(settings) -> Iterator[StandIn]:
    """SendGrid's SDK, talking to a stand-in on this machine."""
    with stand_in() as service:
        settings.SENDGRID_API_KEY = "SG.invented"
        settings.SENDGRID_HOST_URL = service.url
        settings.EMAIL_BACKEND = "mail.backends.PatientSendgridBackend"
        settings.DEFAULT_FROM_EMAIL = "Tillbook <tillbook@shop.example>"
        settings.SITE_URL = "https://till.example"
        yield service
