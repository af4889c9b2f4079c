"""Lists of the catalogue and of stock as files. Heads are those that an import of ours knows."""

from accounts.lists import ListColumn
from inventory.models import Product

PRODUCTS = (
    ListColumn("SKU", lambda product: product.sku),
    ListColumn("Name", lambda product: product.name),
    ListColumn("Variant", lambda product: product.variant),
    ListColumn("Barcode", lambda product: _barcodes(product)),
    ListColumn("Category", lambda product: product.category.name if product.category else ""),
    ListColumn("Unit", lambda product: product.unit),
    ListColumn("Price", lambda product: product.price),
    ListColumn("Tax rate", lambda product: product.tax_rate),
    ListColumn("Reorder point", lambda product: product.reorder_point),
    ListColumn("Reorder quantity", lambda product: product.reorder_quantity),
    ListColumn("Active", lambda product: "yes" if product.is_active else "no"),
    ListColumn("On hand", lambda product: product.total_on_hand),
)
COSTS = (
    ListColumn("Cost", lambda product: product.cost),
    ListColumn("Average cost", lambda product: product.average_cost),
)
LEVELS = (
    ListColumn("SKU", lambda level: level.product.sku),
    ListColumn("Product", lambda level: level.product.label),
    ListColumn("Location", lambda level: level.location.name),
    ListColumn("On hand", lambda level: level.on_hand),
    ListColumn("Committed", lambda level: level.committed),
    ListColumn("Available", lambda level: level.available),
    ListColumn("Incoming", lambda level: level.incoming),
    ListColumn("Unit", lambda level: level.product.unit),
)
MOVEMENTS = (
    ListColumn("When", lambda move: move.occurred_at),
    ListColumn("SKU", lambda move: move.product.sku),
    ListColumn("Product", lambda move: move.product.label),
    ListColumn("Change", lambda move: move.quantity),
    ListColumn("Unit", lambda move: move.product.unit),
    ListColumn("What", lambda move: move.get_kind_display()),
    ListColumn("Location", lambda move: move.location.name),
    ListColumn("Document", lambda move: move.document),
    ListColumn("Reason", lambda move: move.reason),
    ListColumn("Who", lambda move: move.moved_by.user.name or move.moved_by.user.email),
    ListColumn("Written", lambda move: move.recorded_at),
)
EDITS = (
    ListColumn("When", lambda edit: edit.made_at),
    ListColumn("What", lambda edit: edit.what),
    ListColumn("Where", lambda edit: edit.get_kind_display()),
    ListColumn("Changed", lambda edit: edit.changed),
    ListColumn("Left as they were", lambda edit: edit.refused),
    ListColumn("Who", lambda edit: edit.made_by.user.name or edit.made_by.user.email),
    ListColumn("Undone", lambda edit: edit.undone_at),
)
CATEGORIES = (
    ListColumn("Name", lambda category: category.name),
    ListColumn("Reorder point", lambda category: category.default_reorder_point),
    ListColumn("Products", lambda category: category.product_count),
)
LOCATIONS = (
    ListColumn("Name", lambda location: location.name),
    ListColumn("Active", lambda location: "yes" if location.is_active else "no"),
    ListColumn("Products in stock", lambda location: location.product_count),
)
COUNTS = (
    ListColumn("Started", lambda count: count.started_at),
    ListColumn("Location", lambda count: count.location.name),
    ListColumn("Category", lambda count: count.category.name if count.category else ""),
    ListColumn("State", lambda count: count.get_state_display()),
    ListColumn("Products counted", lambda count: count.counted),
    ListColumn("Started by", lambda count: count.started_by.user.name or count.started_by.user.email),
    ListColumn("Ended", lambda count: count.ended_at),
    ListColumn("Note", lambda count: count.note),
)
TRANSFERS = (
    ListColumn("Transfer", lambda line: line.transfer.number),
    ListColumn("From", lambda line: line.transfer.source.name),
    ListColumn("To", lambda line: line.transfer.target.name),
    ListColumn("State", lambda line: line.transfer.get_state_display()),
    ListColumn("Sent", lambda line: line.transfer.sent_at),
    ListColumn("Ended", lambda line: line.transfer.ended_at),
    ListColumn("SKU", lambda line: line.product.sku),
    ListColumn("Product", lambda line: line.product.label),
    ListColumn("Quantity", lambda line: line.sent),
    ListColumn("Received", lambda line: line.received),
    ListColumn("Put back", lambda line: line.put_back),
    ListColumn("Written off", lambda line: line.written_off),
    ListColumn("Under way", lambda line: line.outstanding),
    ListColumn("Unit", lambda line: line.product.unit),
    ListColumn("Note", lambda line: line.transfer.note),
)


def _barcodes(product: Product) -> str:
    return " ".join(barcode.code for barcode in product.barcodes.all())
