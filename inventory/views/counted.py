"""Goods of a document counted by scan, on a form with a field `line-<id>` for each of its lines."""

from collections.abc import Callable, Collection, Sequence
from decimal import Decimal
from typing import Any, Protocol

from accounts.middleware import MemberRequest
from inventory.models import Product
from inventory.queries.stock import get_scanned


class Line(Protocol):
    pk: Any
    product_id: int

    @property
    def outstanding(self) -> Decimal: ...


def counted(
    request: MemberRequest, *, lines: Sequence[Line], names: Collection[str], not_here: Callable[[Product], str]
) -> tuple[dict[str, str], str, str]:
    """What stands in the fields, and what the scan box says: done, or wrong. `not_here` says it of a product without a line.

    At first all that is outstanding, or nothing for who counts.
    """
    if request.method != "POST":
        all_of_it = {f"line-{line.pk}": f"{line.outstanding.normalize():f}" for line in lines}
        return {} if "count" in request.GET else all_of_it, "", ""
    values = {name: request.POST[name] for name in names if name in request.POST}
    if "add" not in request.POST:
        return values, "", ""
    text = request.POST.get("scan", "")[:200].replace("\x00", "").strip()
    found = get_scanned(business=request.business, text=text) if text else []
    labels = {product.pk: product.label for product in found}
    hits = [line for line in lines if line.product_id in labels]
    if len(hits) != 1:
        return values, "", _why_not(text, found, not_here)
    name = f"line-{hits[0].pk}"
    before = values.get(name, "")
    values[name] = str(int(before[:9]) + 1) if before.isascii() and before.isdigit() else before or "1"
    return values, f"{labels[hits[0].product_id]}: {values[name]}", ""


def _why_not(text: str, found: Sequence[Product], not_here: Callable[[Product], str]) -> str:
    if not text:
        return "Scan a barcode, or type a name or SKU."
    if not found:
        return f"Nothing in stock matches “{text[:60]}”."
    if len(found) == 1:
        return not_here(found[0])
    return f"“{text[:60]}” fits more than one line or none. Type more of the name."
