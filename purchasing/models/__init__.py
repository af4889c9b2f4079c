from purchasing.models.bill import Bill
from purchasing.models.offer import Offer, OfferPrice
from purchasing.models.order import OrderState, PurchaseLine, PurchaseOrder
from purchasing.models.receipt import Receipt, ReceiptLine
from purchasing.models.series import OrderSeries
from purchasing.models.supplier import Supplier
from purchasing.models.supplier_return import ReturnLine, SupplierReturn

__all__ = [
    "Bill",
    "Offer",
    "OfferPrice",
    "OrderSeries",
    "OrderState",
    "PurchaseLine",
    "PurchaseOrder",
    "Receipt",
    "ReceiptLine",
    "ReturnLine",
    "Supplier",
    "SupplierReturn",
]
