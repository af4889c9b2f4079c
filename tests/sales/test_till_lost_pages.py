"""Tabs that were restored and sessions that ended lead back to the till."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("action", ["pay", "add", "line", "discount", "hold", "clear"])
def test_a_restored_tab_of_a_refused_form_is_the_till(action, logged_in):
    assert logged_in.get(reverse(f"till_{action}")).url == reverse("till")


@pytest.mark.parametrize(
    ("came_from", "goes_to"),
    [("http://testserver/till/", "/till/"), ("https://elsewhere.example/till/", "/"), ("http://testserver", "/"), ("", "/")],
)
def test_who_was_logged_out_meanwhile_comes_back_to_the_page_of_the_form(came_from, goes_to, client):
    answer = client.post(reverse("till_pay"), headers={"Referer": came_from})

    assert answer.url == f"/accounts/login/?next={goes_to}"
