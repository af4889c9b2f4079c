"""Every page of the built-in admin opens, at a cost that does not grow with the rows."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import UserFactory
from tests.tracker.staff_rows import one_of_everything

pytestmark = pytest.mark.django_db
OURS = ("common", "audit", "mail", "accounts", "alerts", "expenses", "imports", "inventory", "purchasing", "sales", "webhooks")
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
MOST_QUERIES = 20
BACKEND = "accounts.backends.MemberBackend"
SECRETS = ("TOPSECRET", "SESSIONKEY", "TOKENHASH", "ANSWERSECRET", "RESETLINK", "argon2", "md5$")


def pages(model) -> dict[str, str]:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    listing, last = reverse(f"{name}_changelist"), model._default_manager.order_by("-pk").first()
    return {
        "list": listing,
        "search": f"{listing}?q=zebra",
        "add": reverse(f"{name}_add"),
        "change": reverse(f"{name}_change", args=[last.pk]),
    }


def cost(client: Client, model) -> dict[str, int]:
    counts = {}
    for name, url in pages(model).items():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = client.get(url)
        assert answer.status_code in ({200, 403} if name == "add" else {200}), (name, answer.status_code)
        assert not [secret for secret in SECRETS if secret in answer.content.decode()], name
        counts[name] = len(queries)
    return counts


@pytest.fixture(scope="module")
def costs(django_db_setup, django_db_blocker) -> dict[type, tuple[dict[str, int], dict[str, int]]]:
    """What each model's pages cost with one row of everything and with twenty, made once for all models."""
    with django_db_blocker.unblock(), transaction.atomic():
        staff = Client()
        staff.force_login(UserFactory(is_staff=True, is_superuser=True), backend=BACKEND)
        one_of_everything(0)
        for model in MODELS:
            cost(staff, model)
        at_one = {model: cost(staff, model) for model in MODELS}
        for number in range(1, 20):
            one_of_everything(number)
        found = {model: (at_one[model], cost(staff, model)) for model in MODELS}
        transaction.set_rollback(True)
    return found


@pytest.mark.xdist_group("staff pages")
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_each_page_opens_and_costs_the_same_at_any_length(costs, model):
    at_one, at_twenty = costs[model]

    assert at_twenty == at_one
    assert max(at_twenty.values()) <= MOST_QUERIES


@pytest.mark.parametrize("app", OURS)
def test_every_model_of_ours_can_be_looked_at(app):
    hidden = [model.__name__ for model in apps.get_app_config(app).get_models() if model not in admin.site._registry]

    assert hidden == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_list_can_be_searched_without_counting_the_table(model):
    page = admin.site._registry[model]

    assert page.search_fields
    assert page.show_full_result_count is False
    assert page.date_hierarchy is None
