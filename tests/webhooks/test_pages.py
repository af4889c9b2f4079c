"""The owner's pages of webhooks."""

import re

import pytest
from django.test import Client

from tests.factories import NOW
from tests.people import client_of
from tests.webhooks.receiver import Answer
from webhooks.models import Delivery, Endpoint
from webhooks.services import create_endpoint, switch_off

pytestmark = pytest.mark.django_db

URL = "https://hooks.example.com/tillbook"


@pytest.fixture
def browser(owner) -> Client:
    return client_of(owner)


def test_an_owner_makes_one_and_sees_its_secret_once(browser, owner):
    made = browser.post("/settings/webhooks/", {"url": URL, "kinds": ["low_stock", "out_of_stock"]}).content.decode()

    endpoint = Endpoint.objects.get()
    assert endpoint.secret in made
    assert endpoint.kind_list == ["low_stock", "out_of_stock"]
    for path in ("/settings/webhooks/", f"/settings/webhooks/{endpoint.pk}/"):
        page = browser.get(path).content.decode()
        assert URL in page
        assert endpoint.secret not in page


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"url": "http://hooks.example.com/", "kinds": ["low_stock"]}, "url", "must begin with https"),
        ({"url": "https://10.0.0.1/", "kinds": ["low_stock"]}, "url", "not on the public internet"),
        ({"url": "\x00", "kinds": ["low_stock"]}, "url", "Null characters"),
        ({"url": "", "kinds": ["low_stock"]}, "url", "required"),
        ({"url": URL}, "kinds", "Choose at least one kind"),
        ({"url": URL, "kinds": ["pigeon"]}, "kinds", "not one of the available choices"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(browser, typed, field, words):
    answer = browser.post("/settings/webhooks/", typed)

    page = answer.content.decode()
    assert answer.status_code == 400
    assert words in page
    assert f"id_{field}_error" in page
    assert not Endpoint.objects.exists()


def test_nobody_else_sees_the_pages(logged_in):
    assert logged_in.get("/settings/webhooks/").status_code == 403


def test_kinds_are_chosen_anew(browser, owner):
    endpoint = create_endpoint(by=owner, url=URL, kinds=["low_stock"], at=NOW)

    browser.post(f"/settings/webhooks/{endpoint.pk}/", {"kinds": ["budget"]})
    assert browser.post(f"/settings/webhooks/{endpoint.pk}/", {}).status_code == 400

    endpoint.refresh_from_db()
    assert endpoint.kind_list == ["budget"]


@pytest.mark.django_db(transaction=True)
def test_a_test_is_sent_and_its_end_shows_and_it_can_be_sent_again(program, owner):
    browser = client_of(owner)
    endpoint = create_endpoint(by=owner, url=program.url, kinds=["low_stock"], at=NOW)
    program.answers = [Answer(503)]

    page = browser.post(f"/settings/webhooks/{endpoint.pk}/test/", follow=True).content.decode()
    assert "503" in page
    assert "Not delivered" in page

    row = Delivery.objects.get()
    page = browser.post(f"/settings/webhooks/deliveries/{row.pk}/again/", follow=True).content.decode()
    assert "Taken" in page
    assert len(set(program.bodies)) == 1
    assert len(program.bodies) == 2


def test_it_is_paused_resumed_renewed_and_deleted(browser, owner):
    endpoint = create_endpoint(by=owner, url=URL, kinds=["low_stock"], at=NOW)
    before, here = endpoint.secret, f"/settings/webhooks/{endpoint.pk}/"

    assert "Paused" in browser.post(f"{here}pause/", follow=True).content.decode()
    assert "Switch the webhook on first." in browser.post(f"{here}test/", follow=True).content.decode()
    browser.post(f"{here}resume/")
    page = browser.post(f"{here}secret/").content.decode()
    shown = re.search(r"tbwh_[0-9a-f]{64}", page)[0]
    assert shown != before
    browser.post(f"{here}delete/")

    assert not Endpoint.objects.exists()


def test_one_that_was_switched_off_says_so(browser, owner):
    endpoint = create_endpoint(by=owner, url=URL, kinds=["low_stock"], at=NOW)
    switch_off(endpoint=endpoint, words="It answered 500.", at=NOW)

    page = browser.get(f"/settings/webhooks/{endpoint.pk}/").content.decode()

    assert "is told nothing more" in page
    assert "Resume" in page
    assert "Switched off" in browser.get("/settings/webhooks/").content.decode()


@pytest.mark.parametrize("count", [1, 20])
def test_the_log_costs_the_same_at_any_length(browser, owner, django_assert_num_queries, count):
    endpoint = create_endpoint(by=owner, url=URL, kinds=["low_stock"], at=NOW)
    Delivery.objects.bulk_create(
        Delivery(endpoint=endpoint, event_id=f"evt_{n}", kind="test", body="{}", created_at=NOW, due_at=NOW, claimed_until=NOW)
        for n in range(count)
    )

    with django_assert_num_queries(3):
        browser.get(f"/settings/webhooks/{endpoint.pk}/")
