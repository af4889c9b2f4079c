"""What the lists of people and keys cost in SQL."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Member
from accounts.services import keys, team
from tests.factories import NOW, MemberFactory
from tests.people import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_time")]


@pytest.fixture
def browser(owner: Member) -> Client:
    return client_of(owner)


@pytest.mark.parametrize("count", [1, 20])
def test_the_team_costs_three_queries_at_any_size(browser, owner, count, django_assert_num_queries):
    for number in range(count):
        MemberFactory(business=owner.business)
        team.invite(email=f"n{number}@shop.example", role="clerk", by=owner, at=NOW)
    browser.get("/settings/team/")

    with django_assert_num_queries(3):
        browser.get("/settings/team/")


@pytest.mark.parametrize("count", [1, 20])
def test_the_keys_cost_two_queries_at_any_number(browser, owner, count, django_assert_num_queries):
    for number in range(count):
        keys.create_api_key(by=owner, name=f"Key {number}", role="viewer", at=NOW + timedelta(seconds=number))
    browser.get("/settings/keys/")

    with django_assert_num_queries(2):
        browser.get("/settings/keys/")
