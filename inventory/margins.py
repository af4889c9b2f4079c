"""What is earned on a price: pure arithmetic, net of tax."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from inventory.models import Product

TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Margin:
    """`amount` is earned on one unit, `percent` of its net price."""

    amount: Decimal
    percent: Decimal


def net_price(price: Decimal, tax_rate: Decimal, *, includes_tax: bool) -> Decimal:
    return price / (1 + tax_rate / 100) if includes_tax else price


def margin_of(product: Product, *, includes_tax: bool) -> Margin | None:
    return margin_at(product.known_cost, product.price, product.tax_rate, includes_tax=includes_tax)


def margin_at(cost: Decimal | None, price: Decimal, tax_rate: Decimal, *, includes_tax: bool) -> Margin | None:
    """None while the cost is unknown or the product is given away: no margin is better than a wrong one."""
    net = net_price(price, tax_rate, includes_tax=includes_tax)
    if cost is None or not net:
        return None
    percent = ((net - cost) * 100 / net).quantize(TENTH, rounding=ROUND_HALF_UP)
    return Margin(net - cost, percent)
