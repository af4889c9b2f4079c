"""The OpenAPI schema, and requests made up from it: what it says is what happens."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

pytestmark = pytest.mark.django_db

schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", get_wsgi_application())


@pytest.fixture
def program(api):
    """What a program sends; the connection outlives the request, as under Django's own test client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield {"Authorization": api._credentials["HTTP_AUTHORIZATION"]}
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@schema.parametrize()
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_answers_made_up_requests_as_the_schema_says(case, program):
    """All of schemathesis' checks but one: a schema cannot say that a customer exists or that a shelf holds enough."""
    case.call_and_validate(headers=program, excluded_checks=[positive_data_acceptance])
