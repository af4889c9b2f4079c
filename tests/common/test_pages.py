"""Pages by key: every row once, both ways, at one query each."""

from urllib.parse import parse_qs, urlparse

import pytest
from django.test import RequestFactory

from accounts.models import User
from common.pages import Page, paginate
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def page(url: str = "", keys: tuple[str, ...] = ("name", "id"), size: int = 3) -> Page[User]:
    query = {name: values[0] for name, values in parse_qs(urlparse(url).query).items()}
    return paginate(RequestFactory().get("/", query), User.objects.all(), keys=keys, size=size)


def names(of: Page[User]) -> list[str]:
    return [user.name for user in of.items]


@pytest.fixture
def people() -> list[User]:
    return [UserFactory(name=name) for name in ["Bo", "Al", "Bo", "Di", "Cy", "Bo", "Ed"]]


def test_walks_forward_over_every_row_once_although_names_repeat(people):
    first = page()
    second = page(first.next_url)
    third = page(second.next_url)

    assert [names(first), names(second), names(third)] == [["Al", "Bo", "Bo"], ["Bo", "Cy", "Di"], ["Ed"]]
    assert (first.previous_url, third.next_url) == ("", "")


def test_walks_back_the_same_way(people):
    second = page(page().next_url)
    third = page(second.next_url)

    back = page(third.previous_url)

    assert [user.pk for user in back.items] == [user.pk for user in second.items]
    assert names(page(back.previous_url)) == ["Al", "Bo", "Bo"]
    assert page(back.previous_url).previous_url == ""


def test_walks_downwards_by_keys_with_a_minus(people):
    keys = ("-date_joined", "-id")
    first = page(keys=keys)

    second = page(first.next_url, keys=keys)

    assert [user.pk for user in first.items + second.items] == sorted((user.pk for user in people), reverse=True)[:6]


def test_a_row_that_arrives_meanwhile_neither_repeats_nor_hides_another(people):
    first = page()
    UserFactory(name="Aa")

    assert names(page(first.next_url)) == ["Bo", "Cy", "Di"]


@pytest.mark.parametrize("url", ["?after=nonsense", "?before=nonsense", "?after=", "?after=WyJzdHIiXQ:1:2"])
def test_an_address_that_nobody_was_given_shows_the_first_page(people, url):
    assert names(page(url)) == ["Al", "Bo", "Bo"]


def test_an_edge_of_one_order_means_nothing_in_another(people):
    by_name = page().next_url

    assert page(by_name, keys=("email", "id")).items == page("", keys=("email", "id")).items


def test_when_all_before_has_gone_it_shows_the_first_page(people):
    second = page(page().next_url)
    User.objects.filter(name__lt="Bp").delete()

    assert names(page(second.previous_url)) == ["Cy", "Di", "Ed"]


def test_keeps_the_filters_of_the_address(people):
    request = RequestFactory().get("/", {"q": "a b", "after": "x"})

    url = paginate(request, User.objects.all(), size=3).next_url

    assert parse_qs(url[1:])["q"] == ["a b"]
    assert parse_qs(url[1:])["after"] != ["x"]


@pytest.mark.parametrize("count", [1, 20])
def test_costs_one_query_at_any_length_and_depth(count, django_assert_num_queries):
    UserFactory.create_batch(count)
    url = page().next_url

    with django_assert_num_queries(1):
        page(url)
