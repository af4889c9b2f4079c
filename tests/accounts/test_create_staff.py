"""One command makes a member of staff who can log in at once."""

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_lets_them_into_the_admin_through_the_door_of_everybody(client):
    call_command("create_staff", "Root@Tillbook.example", password="a long pass phrase")

    log_in = {"login": "root@tillbook.example", "password": "a long pass phrase"}
    answer = client.post(f"{reverse('account_login')}?next=/admin/", log_in, follow=True)

    assert answer.redirect_chain[-1][0] == "/admin/"
    assert "for staff" in answer.content.decode()


def test_does_not_raise_a_customer_to_staff():
    user = UserFactory(email="customer@shop.example")

    with pytest.raises(CommandError):
        call_command("create_staff", "customer@shop.example", password="a long pass phrase")

    user.refresh_from_db()
    assert not user.is_staff
