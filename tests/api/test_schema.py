"""The OpenAPI schema, and requests made up from it: what it says is what happens."""

import json
from pathlib import Path

import pytest
import schemathesis
import yaml
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from common.api.openapi import schema as built

pytestmark = pytest.mark.django_db

program_of_ours = get_wsgi_application()
schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", program_of_ours)
schema.config.phases.coverage.enabled = False  # every bound of every field takes minutes: the two below have it
thorough = schemathesis.openapi.from_wsgi("/api/v1/schema/", program_of_ours)
few = settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@pytest.fixture
def program(api):
    """What a program sends; the connection outlives the request, as under Django's own test client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield {"Authorization": api._credentials["HTTP_AUTHORIZATION"]}
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@schema.parametrize()
@few
def test_answers_made_up_requests_as_the_schema_says(case, program):
    """All of schemathesis' checks but one: a schema cannot say that a customer exists or that a shelf holds enough."""
    case.call_and_validate(headers=program, excluded_checks=[positive_data_acceptance])


@thorough.include(path=["/api/v1/sales/", "/api/v1/products/"], method="POST").parametrize()
@few
def test_keeps_every_bound_of_a_sale_and_a_product(case, program):
    case.call_and_validate(headers=program, excluded_checks=[positive_data_acceptance])


def test_the_schema_on_paper_is_the_one_of_the_code(client):
    with Path("docs/openapi.yaml").open() as file:
        written = yaml.safe_load(file)

    assert client.get("/api/v1/schema/").json() == json.loads(json.dumps(written))


def test_every_operation_names_its_errors_as_problems():
    for path, methods in built()["paths"].items():
        for method, operation in methods.items():
            errors = {code: answer for code, answer in operation["responses"].items() if code.startswith("4")}
            assert {"401", "403", "404", "429"} <= errors.keys(), f"{method} {path}"
            assert all(list(answer["content"]) == ["application/problem+json"] for answer in errors.values())


def test_every_post_takes_an_idempotency_key():
    posts = [methods["post"] for methods in built()["paths"].values() if "post" in methods]

    assert posts
    for operation in posts:
        assert "Idempotency-Key" in {parameter["name"] for parameter in operation["parameters"]}


def test_the_reference_names_every_operation_and_needs_no_script(client):
    answer = client.get("/api/v1/docs/")
    page = answer.content.decode()

    assert answer.status_code == 200
    for path in built()["paths"]:
        assert f"<code>{path}</code>" in page
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "<style" not in page
    assert " style=" not in page
    assert page.count("<script") == page.count("<script src=")
