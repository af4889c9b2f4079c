"""Sales and customers as files."""

from accounts.lists import ListColumn

SALES = (
    ListColumn("Number", lambda sale: sale.number),
    ListColumn("When", lambda sale: sale.sold_at),
    ListColumn("Kind", lambda sale: sale.get_kind_display()),
    ListColumn("State", lambda sale: sale.get_state_display()),
    ListColumn("Customer", lambda sale: sale.customer.name if sale.customer else ""),
    ListColumn("Net", lambda sale: sale.subtotal),
    ListColumn("Discount", lambda sale: sale.discount),
    ListColumn("Tax", lambda sale: sale.tax),
    ListColumn("Total", lambda sale: sale.total),
    ListColumn("Sold by", lambda sale: sale.sold_by.user.name or sale.sold_by.user.email),
)
CUSTOMERS = (
    ListColumn("Name", lambda customer: customer.name),
    ListColumn("Email", lambda customer: customer.email),
    ListColumn("Phone", lambda customer: customer.phone),
    ListColumn("Reference", lambda customer: customer.reference),
    ListColumn("Country", lambda customer: customer.country),
    ListColumn("Note", lambda customer: customer.note),
)
