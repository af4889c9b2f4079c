"""On the page of a product."""

import pytest
from django.urls import reverse

from tests.factories.purchasing import offer, receive, sent

pytestmark = pytest.mark.django_db


def test_the_page_of_a_product_says_where_it_is_bought_and_what_is_on_its_way(logged_in, member):
    sold = offer(member, price="1.80", code="R-12")
    page = reverse("product", args=[sold.product_id])
    assert "R-12" in logged_in.get(page).text

    done = sent(member, (sold.product, 7), of=sold.supplier)
    text = logged_in.get(page).text
    assert done.number in text
    assert "7 incoming" in text
    receive(member, done)

    assert done.number not in logged_in.get(page).text.split("Buying")[1].split("</section>")[0]
