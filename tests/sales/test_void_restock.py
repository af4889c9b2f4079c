from inventory.models import Product
from sales.services.undo import void_sale
from tests.factories import NOW, StockedProductFactory, on_hand, sell


def test_a_void_gives_back_what_the_ledger_took_and_no_more(member):
    """Sold while it had no stock, voided after it has: nothing left the shelf, so nothing returns."""
    product = StockedProductFactory(business=member.business, on_hand=5)
    Product.objects.filter(pk=product.pk).update(is_stocked=False)
    sale = sell(member, {product: 2})
    Product.objects.filter(pk=product.pk).update(is_stocked=True)

    void_sale(sale=sale, by=member, reason="Rung up twice", at=NOW)

    assert on_hand(product) == 5


def test_a_product_on_two_lines_returns_whole(member):
    product, other = (StockedProductFactory(business=member.business, on_hand=5) for _ in range(2))
    sale = sell(member, {product: 2, other: 1})

    void_sale(sale=sale, by=member, reason="Rung up twice", at=NOW)

    assert (on_hand(product), on_hand(other)) == (5, 5)
