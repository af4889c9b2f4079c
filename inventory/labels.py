"""Price labels with barcodes, on sheets of stickers or one by one on a roll."""

from collections.abc import Sequence
from dataclasses import dataclass

import barcode
from barcode.errors import BarcodeError

from accounts.models import Business
from common.pdf import paper
from common.templatetags.tillbook import money
from inventory.models import Product

FINEST_BAR = 0.125  # millimetres, about what a hand scanner and a 300 dpi printer still do
QUIET_ZONE, PADDING = 20, 4  # modules beside the bars; millimetres inside a label


@dataclass(frozen=True)
class Layout:
    """Millimetres. `rows` and `columns` to a page, which begins with a margin."""

    name: str
    width: float
    height: float
    columns: int = 1
    rows: int = 1
    left: float = 0
    top: float = 0
    page: tuple[float, float] = (0, 0)

    @property
    def on_a_page(self) -> int:
        return self.columns * self.rows


A4 = (210.0, 297.0)
LAYOUTS = {
    "a4-24": Layout("A4 sheet, 24 labels of 70 × 37 mm", 70, 37, 3, 8, 0, 0.5, A4),
    "a4-40": Layout("A4 sheet, 40 labels of 52.5 × 29.7 mm", 52.5, 29.7, 4, 10, 0, 0, A4),
    "a4-65": Layout("A4 sheet, 65 labels of 38.1 × 21.2 mm", 38.1, 21.2, 5, 13, 9.75, 10.7, A4),
    "roll-57": Layout("Label printer, 57 × 32 mm", 57, 32, page=(57, 32)),
}


@dataclass(frozen=True)
class Label:
    product: Product
    copies: int = 1


def label_sheets(labels: Sequence[Label], *, business: Business, layout: str, first: int = 1) -> bytes:
    """The PDF. `first` leaves out stickers of the first sheet that are used already.

    A product's first barcode is printed, else its SKU. Products come with their barcodes prefetched.
    """
    form = LAYOUTS[layout]
    data = {
        "layout": {"width": form.width, "height": form.height, "columns": form.columns, "rows": form.rows, "left": form.left}
        | {"top": form.top, "page_width": form.page[0], "page_height": form.page[1]},
        "skip": first - 1,
        "labels": drawn(labels, business, layout),
    }
    return paper("labels.typ", data)


def bars(code: str) -> str:
    """Modules of a barcode, "1" for a bar: EAN or UPC where the digits are one, else Code 128; "" where none can be."""
    for kind in ("ean13", "upca", "ean8", "code128"):
        try:
            drawn = barcode.get_barcode_class(kind)(code)
            if drawn.get_fullcode() != code:  # another check digit: it is no such code
                continue
            return str(drawn.build()[0])
        except (BarcodeError, ValueError, KeyError, IndexError):
            continue
    return ""


def drawn(labels: Sequence[Label], business: Business, layout: str) -> list[dict[str, object]]:
    """What each label says. Bars that would be too fine to scan are left out."""
    room = LAYOUTS[layout].width - PADDING
    return [
        {
            "name": label.product.label,
            "sku": label.product.sku,
            "price": money(label.product.price, business.currency),
            "code": (code := _code(label.product)),
            "bars": modules if room / (len(modules := bars(code)) + QUIET_ZONE) >= FINEST_BAR else "",
            "copies": label.copies,
        }
        for label in labels
    ]


def _code(product: Product) -> str:
    return next((row.code for row in product.barcodes.all()), product.sku)
