"""However a delivery is cut: nothing is lost, nothing is counted twice."""

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from inventory.services.proof import find_differences
from purchasing.models import PurchaseLine
from purchasing.services.receive import AlreadyReceived, OverReceipt
from tests.factories import MemberFactory, on_hand
from tests.factories.purchasing import receive, sent
from tests.purchasing.test_orders import incoming
from tests.purchasing.test_receiving import allow_over


class Deliveries(TestCase):
    @given(st.lists(st.integers(1, 15), max_size=6), st.sampled_from([0, 10, 50]))
    def test_what_came_is_on_the_shelf_and_the_rest_is_incoming(self, parts, percent):
        member = MemberFactory()
        allow_over(member, percent)
        done = sent(member)
        product, most, had = done.lines.get().product, 10 + percent // 10, 0

        for part in parts:
            try:
                receive(member, done, part)
            except (OverReceipt, AlreadyReceived):
                assert had + part > most
            else:
                had += part

        assert had <= most
        assert (on_hand(product), incoming(product)) == (had, max(10 - had, 0))
        assert PurchaseLine.objects.get(order=done).received == had
        assert find_differences(business=member.business) == []
