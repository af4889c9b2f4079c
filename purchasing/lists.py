"""Suppliers, what they sell and what is ordered there, as files. Heads are those that an import of ours knows."""

from accounts.lists import ListColumn

SUPPLIERS = (
    ListColumn("Name", lambda supplier: supplier.name),
    ListColumn("Person", lambda supplier: supplier.contact),
    ListColumn("Email", lambda supplier: supplier.email),
    ListColumn("Phone", lambda supplier: supplier.phone),
    ListColumn("Our number there", lambda supplier: supplier.account_number),
    ListColumn("Lead time", lambda supplier: supplier.lead_days),
    ListColumn("Learned lead time", lambda supplier: supplier.learned_lead_days),
    ListColumn("Least order", lambda supplier: supplier.minimum_order),
    ListColumn("Expense category", lambda supplier: supplier.category.name if supplier.category else ""),
    ListColumn("Note", lambda supplier: supplier.note),
    ListColumn("Active", lambda supplier: "yes" if supplier.is_active else "no"),
    ListColumn("Products", lambda supplier: supplier.offer_count),
)
OFFERS = (
    ListColumn("Supplier", lambda offer: offer.supplier.name),
    ListColumn("SKU", lambda offer: offer.product.sku),
    ListColumn("Product", lambda offer: offer.product.label),
    ListColumn("Their code", lambda offer: offer.code),
    ListColumn("By the", lambda offer: offer.unit),
    ListColumn("Price of one", lambda offer: offer.price),
    ListColumn("Fewest", lambda offer: offer.minimum),
    ListColumn("Preferred", lambda offer: "yes" if offer.is_preferred else "no"),
    ListColumn("Active", lambda offer: "yes" if offer.is_active else "no"),
)
LINES = (
    ListColumn("Order", lambda line: line.order.number),
    ListColumn("Supplier", lambda line: line.order.supplier.name),
    ListColumn("State", lambda line: line.order.get_state_display()),
    ListColumn("SKU", lambda line: line.product.sku),
    ListColumn("Product", lambda line: line.description),
    ListColumn("Their code", lambda line: line.code),
    ListColumn("Quantity", lambda line: line.quantity),
    ListColumn("By the", lambda line: line.unit),
    ListColumn("Price of one", lambda line: line.price),
    ListColumn("Amount", lambda line: line.amount),
    ListColumn("Received", lambda line: line.received / line.factor),
    ListColumn("Expected on", lambda line: line.order.expected_on),
    ListColumn("Sent on", lambda line: line.order.sent_on),
    ListColumn("Note", lambda line: line.order.note),
)
