"""The page of an expense asks whether an amount far outside what is usual is right."""

import pytest

from alerts.models import Alert
from tests.expenses.test_unusual import before, told
from tests.factories.expenses import spend
from tests.people import client_of

pytestmark = pytest.mark.django_db


def test_one_click_says_that_it_is_right(owner):
    before(owner)
    expense = spend(owner, 480, payee="Fennel").expense
    browser = client_of(owner)
    assert "Far more than usual." in browser.get(f"/expenses/{expense.pk}/").content.decode()

    page = browser.post(f"/expenses/{expense.pk}/confirm/", follow=True).content.decode()

    assert "You are not asked about this amount again." in page
    assert "Far more than usual." not in page
    assert (Alert.objects.get().note, Alert.objects.get().resolved_by) == ("It is right.", owner)


def test_the_second_click_is_told_so(owner):
    expense = spend(owner, 5).expense

    page = client_of(owner).post(f"/expenses/{expense.pk}/confirm/", follow=True).content.decode()

    assert "This is confirmed already." in page


def test_a_viewer_may_not(owner, viewer):
    before(owner)
    expense = spend(owner, 480, payee="Fennel").expense

    assert client_of(viewer).post(f"/expenses/{expense.pk}/confirm/").status_code == 403
    assert told(owner)
