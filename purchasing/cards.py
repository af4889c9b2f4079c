"""On the page of a product: where it is bought, and what of it is on its way."""

from accounts.models import Member
from inventory.cards import Card, product_card
from inventory.models import Product
from purchasing.queries.orders import get_awaited_lines
from purchasing.queries.suppliers import get_offers_of


@product_card
def buying_card(product: Product, member: Member) -> Card | None:
    """Two queries."""
    if product.has_variants or not product.is_stocked:
        return None
    offers = get_offers_of(business=member.business, products=[product.pk])
    lines = get_awaited_lines(product)
    return Card("purchasing/_partials/product_card.html", {"offers": offers, "lines": lines}) if offers or lines else None
