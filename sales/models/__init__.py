from sales.models.basket import Basket
from sales.models.customer import Customer
from sales.models.number_series import NumberSeries
from sales.models.sale import Payment, PaymentMethod, Sale, SaleKind, SaleLine, SaleState

__all__ = ["Basket", "Customer", "NumberSeries", "Payment", "PaymentMethod", "Sale", "SaleKind", "SaleLine", "SaleState"]
