"""What a receipt says, in words: the same for a paper and for a letter."""

from typing import Any

from accounts.models import Business
from common.pdf import paper
from common.templatetags.tillbook import local, money, qty
from sales.models import Sale, SaleLine
from sales.services.quote import tax_shares


def receipt_pdf(sale: Sale) -> bytes:
    """The receipt as a PDF, as wide as an 80 mm printer's paper and as long as it needs to be."""
    return paper("receipt.typ", in_words(sale))


def in_words(sale: Sale) -> dict[str, Any]:
    """All that a receipt says, of a sale as `get_receipt` reads it."""
    business, lines = sale.business, list(sale.lines.all())
    currency = business.currency
    taxes = tax_shares((line.tax_rate, line.net, line.tax) for line in lines)
    return {
        "shop": business.name,
        "address": business.address,
        "tax_number": f"Tax number {business.tax_number}" if business.tax_number else "",
        "title": f"{sale.get_kind_display()} {sale.number}",
        "about": f"{local(sale.sold_at, business)}, {sale.sold_by.user.get_short_name() or sale.sold_by.user.get_full_name()}",
        "customer": sale.customer.name if sale.customer else "",
        "marks": _marks(sale, business),
        "lines": [_line(line, currency) for line in lines],
        "sums": _sums(sale, currency),
        "total": money(sale.total, currency),
        "payments": _payments(sale, currency),
        "taxes": [[f"{qty(tax.rate)}%", money(tax.net, currency), money(tax.tax, currency)] for tax in taxes],
    }


def _marks(sale: Sale, business: Business) -> list[str]:
    """What has become of it since, or where it comes from."""
    voided = [f"VOIDED {local(sale.voided_at, business)}"] if sale.voided_at else []
    origin = [f"Refund of {sale.refund_of.number}"] if sale.refund_of else []
    refunds = [f"{money(refund.total, business.currency)} refunded by {refund.number}" for refund in sale.refunds.all()]
    return voided + origin + refunds


def _line(line: SaleLine, currency: str) -> list[str]:
    off = f", {money(line.discount, currency)} off" if line.discount else ""
    each = f"{qty(line.quantity)} × {money(line.unit_price, currency)}{off}"
    return [line.description, each, money(line.shown_amount, currency)]


def _sums(sale: Sale, currency: str) -> list[list[str]]:
    discount = [["Discount", money(sale.shown_discount, currency)]] if sale.discount else []
    return discount + ([] if sale.prices_include_tax else [["Tax", money(sale.tax, currency)]])


def _payments(sale: Sale, currency: str) -> list[list[str]]:
    paid = [[payment.get_method_display(), money(payment.amount, currency)] for payment in sale.payments.all()]
    return paid + ([["Change", money(sale.change, currency)]] if sale.change else [])
