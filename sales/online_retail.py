"""What a file of sales means line by line: plainly, or as the published “Online Retail” data set of a UK gift shop has it.

Chen, Sain and Guo (2012), doi:10.1057/dbm.2012.17. Its invoices mix sales with bookings of other kinds; each of these
is named here with the reason why it is not a sale.
"""

from collections.abc import Mapping

from imports.registry import Row
from sales.services.history import PastCustomer, PastLine

NAME = "online-retail"
LABEL = "Online Retail (UCI)"
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": ("InvoiceNo", "Invoice"),
    "sold_at": ("InvoiceDate",),
    "sku": ("StockCode",),
    "name": ("Description",),
    "quantity": ("Quantity",),
    "unit_price": ("UnitPrice", "Price"),
    "customer_reference": ("CustomerID", "Customer ID"),
    "country": ("Country",),
}
FEES = frozenset({"AMAZONFEE", "BANK CHARGES", "CRUK"})
BAD_DEBT = "B"
SERVICES = frozenset({"POST", "DOT", "C2", "C3", "M", "D", "S", "ADJUST", "ADJUST2", "TEST001", "TEST002"})
VOUCHERS = "GIFT_"

FEE = "A fee, not a sale: enter it as an expense."
DEBT = "A bad debt written off, not a sale."
WRITE_OFF = "No price and a negative quantity: a stock adjustment, not a sale."
FOUND = "No price and no customer: goods booked in, not a sale."
NOT_CANCELLED = "A negative quantity on an invoice that is not a cancellation."
CANCELS_NOTHING = "A cancellation with a quantity above 0."
NEGATIVE_PRICE = "A negative price: a correction in the books, not a sale."


class PlainRules:
    """A file whose every line is a sale, or a return where its quantity is negative."""

    zone = ""  # the business's own
    month_first = False

    def refusal(self, row: Row, line: PastLine, is_paid: bool) -> str:  # noqa: FBT001  (one of three plain facts)
        """Why a line that can be read is left out of its receipt; "" when it is not."""
        return ""

    def is_stocked(self, sku: str) -> bool:
        return True

    def customer(self, row: Row) -> PastCustomer | None:
        reference = (row["customer_reference"] or row["customer"])[:60]
        name = row["customer"] or f"Customer {reference}"
        return PastCustomer(reference, name[:120], row["country"][:60]) if reference else None


class OnlineRetailRules(PlainRules):
    zone = "Europe/London"
    month_first = True  # as the first edition writes its dates: 12/1/2010 8:26

    def refusal(self, row: Row, line: PastLine, is_paid: bool) -> str:  # noqa: FBT001
        if line.sku.upper() in FEES:
            return FEE
        if line.sku == BAD_DEBT or row["number"].startswith("A"):
            return DEBT
        if line.unit_price < 0:
            return NEGATIVE_PRICE
        if row["number"].upper().startswith("C"):
            return CANCELS_NOTHING if line.quantity > 0 else ""
        if line.quantity < 0:
            return NOT_CANCELLED if line.unit_price else WRITE_OFF
        is_gift = is_paid or bool(row["customer_reference"])
        return "" if line.unit_price or is_gift else FOUND

    def is_stocked(self, sku: str) -> bool:
        return sku.upper() not in SERVICES and not sku.upper().startswith(VOUCHERS)

    def customer(self, row: Row) -> PastCustomer | None:
        reference = row["customer_reference"].removesuffix(".0")
        return PastCustomer(reference[:60], f"Customer {reference}"[:120], row["country"][:60]) if reference else None


PLAIN = PlainRules()
RULES = OnlineRetailRules()
