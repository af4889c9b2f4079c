"""The sample is badged, and one confirmed click removes it."""

import pytest
from django.urls import reverse

from accounts.models import Business
from inventory.models import Product
from tests.factories import StockedProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sample(owner) -> Business:
    Business.objects.filter(pk=owner.business_id).update(has_sample_data=True)
    StockedProductFactory(business=owner.business)
    return owner.business


def test_owner_sees_the_badge_and_the_way_out(client, owner, sample):
    client.force_login(owner.user)

    page = client.get(reverse("menu")).content.decode()

    assert "Sample data" in page
    assert reverse("sample_remove") in page


def test_a_real_shop_has_no_badge(client, owner):
    client.force_login(owner.user)

    assert "Sample data" not in client.get(reverse("menu")).content.decode()


def test_asking_changes_nothing(client, owner, sample):
    client.force_login(owner.user)

    page = client.get(reverse("sample_remove"))

    assert "This cannot be undone." in page.content.decode()
    assert Product.objects.exists()


def test_one_confirmed_click_empties_the_shop(client, owner, sample):
    client.force_login(owner.user)

    answer = client.post(reverse("sample_remove"))

    assert answer.url == reverse("today")
    assert not Product.objects.exists()


def test_a_manager_may_not(client, member, sample):
    client.force_login(member.user)

    answer = client.post(reverse("sample_remove"))

    assert answer.status_code == 403
    assert Product.objects.exists()


def test_a_real_shop_cannot_be_emptied(client, owner):
    StockedProductFactory(business=owner.business)
    client.force_login(owner.user)

    answer = client.post(reverse("sample_remove"))

    assert answer.status_code == 409
    assert Product.objects.exists()
