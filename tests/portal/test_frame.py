"""The frame around every page: where one can go, in which business, in which light."""

import pytest
from django.test import Client

from accounts.models import Kind, User
from accounts.permissions import Role
from alerts.models import Alert, AlertKind
from tests.factories import NOW, BusinessFactory, MemberFactory, UserFactory
from tests.people import client_of

pytestmark = pytest.mark.django_db


def raise_one(member, number: int = 1) -> None:
    slot = f"low_stock:product:{number}"
    Alert.objects.create(
        business=member.business,
        kind=AlertKind.LOW_STOCK,
        subject_key=f"product:{number}",
        slot=slot,
        subject="Tea",
        raised_at=NOW,
    )


def test_a_shop_sees_its_name_its_person_and_its_places(logged_in, member):
    page = logged_in.get("/menu/").content.decode()

    assert member.business.name in page
    assert member.user.name in page
    assert "Today" in page


def test_a_personal_book_shows_no_shop():
    member = MemberFactory(business=BusinessFactory(kind=Kind.PERSONAL), role=Role.OWNER)
    client = client_of(member)

    for address in ["/", "/menu/", "/expenses/", "/budgets/", "/settings/switch/"]:
        page = client.get(address, follow=True).content.decode()
        for word in ["Till<", "Products", "Stock", "Sales", "Customers"]:
            assert word not in page, address
        assert "Expenses" in page


def test_open_alerts_are_counted_without_a_query_of_their_own(logged_in, member, django_assert_num_queries):
    for number in range(3):
        raise_one(member, number)
    raise_one(MemberFactory(), 9)
    logged_in.get("/menu/")

    with django_assert_num_queries(1):
        response = logged_in.get("/menu/")

    assert response.context["open_alerts"] == 3


def test_a_person_without_a_chosen_business_gets_the_first_with_its_alerts(member):
    raise_one(member)
    User.objects.filter(pk=member.user_id).update(current_member=None)

    response = client_of(member).get("/menu/")

    assert (response.context["business"], response.context["open_alerts"]) == (member.business, 1)


def test_a_visitor_is_sent_to_log_in_and_a_newcomer_to_start(client):
    assert client.get("/").url == "/accounts/login/?next=/"

    client.force_login(UserFactory(), backend="accounts.backends.MemberBackend")

    assert client.get("/").url == "/start/"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_chosen_theme_stays_and_one_comes_back_to_the_page(logged_in, theme):
    response = logged_in.post("/theme/", {"theme": theme, "next": "/menu/"})

    assert response.url == "/menu/"
    assert f'data-theme="{theme}"' in logged_in.get("/menu/").content.decode()


def test_a_theme_nobody_knows_and_an_address_elsewhere_are_not_taken(logged_in):
    response = logged_in.post("/theme/", {"theme": "pink", "next": "https://elsewhere.example/"})

    assert response.url == "/"
    assert 'data-theme="system"' in logged_in.get("/menu/").content.decode()


def test_a_page_that_does_not_exist_says_so_within_the_frame(logged_in, member):
    response = logged_in.get("/nowhere/")

    assert response.status_code == 404
    assert "There is nothing here" in response.content.decode()
    assert member.business.name in response.content.decode()


def test_a_stranger_gets_the_same_answer_without_the_frame():
    response = Client().get("/nowhere/")

    assert response.status_code == 404
    assert "Sign out" not in response.content.decode()


def test_no_page_needs_inline_script_or_style(logged_in):
    response = logged_in.get("/menu/")

    page = response.content.decode()
    assert "unsafe" not in response["Content-Security-Policy"]
    for trace in ["<style", " style=", "onclick=", "<script>"]:
        assert trace not in page


@pytest.mark.parametrize(
    ("address", "lit"),
    [
        ("/products/", "Products"),
        ("/stock/", "More"),
        ("/settings/", "More"),
        ("/menu/", "More"),
        ("/expenses/rates/", "More"),
        ("/expenses/", "More"),
    ],
)
def test_the_phone_s_bar_always_says_where_one_is(owner, address, lit):
    page = client_of(owner).get(address).content.decode()

    bar = page[page.index('<nav class="bar"') :]
    links = bar[: bar.index("</nav>")].split("</a>")
    assert [link.rpartition(">")[2] for link in links if "aria-current" in link] == [lit]


def test_the_settings_of_a_personal_book_are_of_a_book():
    owner = MemberFactory(business=BusinessFactory(kind=Kind.PERSONAL), role=Role.OWNER)

    tabs = client_of(owner).get("/settings/").context["nav"]["tabs"]

    assert tabs[0].label == "Book"
