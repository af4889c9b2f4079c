from purchasing.models.offer import Offer, OfferPrice
from purchasing.models.order import OrderState, PurchaseLine, PurchaseOrder
from purchasing.models.receipt import Receipt, ReceiptLine
from purchasing.models.series import OrderSeries
from purchasing.models.supplier import Supplier

__all__ = [
    "Offer",
    "OfferPrice",
    "OrderSeries",
    "OrderState",
    "PurchaseLine",
    "PurchaseOrder",
    "Receipt",
    "ReceiptLine",
    "Supplier",
]
