from purchasing.models.offer import Offer, OfferPrice
from purchasing.models.supplier import Supplier

__all__ = ["Offer", "OfferPrice", "Supplier"]
