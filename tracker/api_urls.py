"""Everything under /api/v1/."""

from typing import Any

from django.urls import URLPattern, URLResolver, path, re_path, register_converter

from accounts.api.views import BusinessView, KeyViewSet
from alerts.api.views import AlertViewSet
from common.api.openapi import schema_view
from common.api.paths import IdConverter
from common.api.reference import reference
from common.api.views import NothingHere
from expenses.api.budget_changes import BudgetMoveViewSet, RevisionViewSet
from expenses.api.control import ApprovalViewSet, ReceiptViewSet
from expenses.api.money import AccountViewSet, TransferViewSet
from expenses.api.recurring import RecurringViewSet
from expenses.api.rules import RuleViewSet
from expenses.api.suggestion import SuggestionViewSet
from expenses.api.views import BudgetViewSet, ExpenseCategoryViewSet, ExpenseViewSet
from imports.api.views import ImportViewSet
from inventory.api import stock
from inventory.api.batches import BatchViewSet
from inventory.api.bulk import BulkEditViewSet
from inventory.api.stocktakes import StocktakeViewSet
from inventory.api.transfers import StockTransferViewSet
from inventory.api.valuation import ValuationViewSet
from inventory.api.views import CategoryViewSet, LocationViewSet, ProductViewSet
from portal.api import reports
from purchasing.api import suppliers
from purchasing.api.orders import PurchaseOrderViewSet
from purchasing.api.receipts import GoodsReceiptViewSet
from sales.api.customers import CustomerViewSet
from sales.api.views import SaleViewSet
from webhooks.api.views import WebhookDeliveryViewSet, WebhookViewSet

register_converter(IdConverter, "id")

LIST: Any = {"get": "list"}
COLLECTION: Any = {"get": "list", "post": "create"}
SHOWN: Any = {"get": "show"}
ONE: Any = {"get": "retrieve"}
REMOVED: Any = {"delete": "destroy"}
ITEM: Any = {"get": "retrieve", "patch": "partial_update"}

urlpatterns: list[URLPattern | URLResolver] = [
    path("business/", BusinessView.as_view(ITEM)),
    path("auth/keys/", KeyViewSet.as_view(COLLECTION)),
    path("auth/keys/<id:pk>/", KeyViewSet.as_view(REMOVED)),
    path("categories/", CategoryViewSet.as_view(COLLECTION)),
    path("categories/<id:pk>/", CategoryViewSet.as_view(ITEM)),
    path("locations/", LocationViewSet.as_view(COLLECTION)),
    path("locations/<id:pk>/", LocationViewSet.as_view(ITEM)),
    path("products/", ProductViewSet.as_view(COLLECTION)),
    path("products/bulk/", BulkEditViewSet.as_view({"post": "change"})),
    path("bulk-edits/", BulkEditViewSet.as_view(LIST)),
    path("bulk-edits/<id:pk>/", BulkEditViewSet.as_view(ONE)),
    path("bulk-edits/<id:pk>/undo/", BulkEditViewSet.as_view({"post": "undo"})),
    path("products/<id:pk>/", ProductViewSet.as_view(ITEM | REMOVED)),
    path("products/<id:pk>/movements/", stock.ProductMovementViewSet.as_view(LIST)),
    path("batches/", BatchViewSet.as_view(LIST)),
    path("batches/<id:pk>/", BatchViewSet.as_view(ONE)),
    path("movements/", stock.MovementViewSet.as_view(LIST)),
    path("stock/", stock.StockViewSet.as_view(LIST)),
    path("stock/receive/", stock.StockViewSet.as_view({"post": "receive"})),
    path("stock/adjust/", stock.StockViewSet.as_view({"post": "adjust"})),
    path("stock/take/", stock.StockViewSet.as_view({"post": "take"})),
    path("stock/transfer/", stock.StockViewSet.as_view({"post": "transfer"})),
    path("stock-transfers/", StockTransferViewSet.as_view(COLLECTION)),
    path("stock-transfers/<id:pk>/", StockTransferViewSet.as_view(ONE)),
    path("stock-transfers/<id:pk>/receive/", StockTransferViewSet.as_view({"post": "receive"})),
    path("stock-transfers/<id:pk>/close/", StockTransferViewSet.as_view({"post": "close"})),
    path("stock-transfers/<id:pk>/cancel/", StockTransferViewSet.as_view({"post": "cancel"})),
    path("valuation/", ValuationViewSet.as_view({"get": "show"})),
    path("stocktakes/", StocktakeViewSet.as_view(COLLECTION)),
    path("stocktakes/<id:pk>/", StocktakeViewSet.as_view(ONE)),
    path("stocktakes/<id:pk>/counts/", StocktakeViewSet.as_view({"post": "counts"})),
    path("stocktakes/<id:pk>/variances/", StocktakeViewSet.as_view({"get": "variances"})),
    path("stocktakes/<id:pk>/recount/", StocktakeViewSet.as_view({"post": "recount"})),
    path("stocktakes/<id:pk>/approve/", StocktakeViewSet.as_view({"post": "approve"})),
    path("stocktakes/<id:pk>/cancel/", StocktakeViewSet.as_view({"post": "cancel"})),
    path("sales/", SaleViewSet.as_view(COLLECTION)),
    path("sales/<id:pk>/", SaleViewSet.as_view(ONE)),
    path("sales/<id:pk>/void/", SaleViewSet.as_view({"post": "void"})),
    path("sales/<id:pk>/refund/", SaleViewSet.as_view({"post": "refund"})),
    path("customers/", CustomerViewSet.as_view(COLLECTION)),
    path("customers/<id:pk>/", CustomerViewSet.as_view(ITEM)),
    path("suppliers/", suppliers.SupplierViewSet.as_view(COLLECTION)),
    path("suppliers/<id:pk>/", suppliers.SupplierViewSet.as_view(ITEM)),
    path("purchase-orders/", PurchaseOrderViewSet.as_view(COLLECTION)),
    path("purchase-orders/<id:pk>/", PurchaseOrderViewSet.as_view(ITEM)),
    path("purchase-orders/<id:pk>/send/", PurchaseOrderViewSet.as_view({"post": "send"})),
    path("purchase-orders/<id:pk>/receive/", PurchaseOrderViewSet.as_view({"post": "receive"})),
    path("purchase-orders/<id:pk>/close/", PurchaseOrderViewSet.as_view({"post": "close"})),
    path("purchase-orders/<id:pk>/cancel/", PurchaseOrderViewSet.as_view({"post": "cancel"})),
    path("purchase-orders/<id:pk>/bill/", PurchaseOrderViewSet.as_view({"post": "bill"})),
    path("goods-receipts/", GoodsReceiptViewSet.as_view(LIST)),
    path("goods-receipts/<id:pk>/", GoodsReceiptViewSet.as_view(ONE)),
    path("goods-receipts/<id:pk>/return/", GoodsReceiptViewSet.as_view({"post": "send_back"})),
    path("offers/", suppliers.OfferViewSet.as_view(COLLECTION)),
    path("offers/<id:pk>/", suppliers.OfferViewSet.as_view(ITEM)),
    path("offers/<id:pk>/prices/", suppliers.OfferPriceViewSet.as_view(LIST)),
    path("imports/", ImportViewSet.as_view({"post": "create"})),
    path("imports/<id:pk>/", ImportViewSet.as_view(ONE)),
    path("imports/<id:pk>/commit/", ImportViewSet.as_view({"post": "commit"})),
    path("alerts/", AlertViewSet.as_view(LIST)),
    path("alerts/<id:pk>/", AlertViewSet.as_view(ONE)),
    path("alerts/<id:pk>/snooze/", AlertViewSet.as_view({"post": "snooze"})),
    path("alerts/<id:pk>/resolve/", AlertViewSet.as_view({"post": "resolve"})),
    path("webhooks/", WebhookViewSet.as_view(COLLECTION)),
    path("webhooks/<id:pk>/", WebhookViewSet.as_view(ITEM | REMOVED)),
    path("webhooks/<id:pk>/test/", WebhookViewSet.as_view({"post": "test"})),
    path("webhooks/<id:pk>/secret/", WebhookViewSet.as_view({"post": "secret"})),
    path("webhook-deliveries/", WebhookDeliveryViewSet.as_view(LIST)),
    path("webhook-deliveries/<id:pk>/again/", WebhookDeliveryViewSet.as_view({"post": "again"})),
    path("schema/", schema_view, name="api_schema"),
    path("docs/", reference, name="api_docs"),
    path("expense-categories/", ExpenseCategoryViewSet.as_view(COLLECTION)),
    path("expense-categories/<id:pk>/", ExpenseCategoryViewSet.as_view(ITEM)),
    path("accounts/", AccountViewSet.as_view(COLLECTION)),
    path("accounts/<id:pk>/", AccountViewSet.as_view(ITEM)),
    path("transfers/", TransferViewSet.as_view(COLLECTION)),
    path("transfers/<id:pk>/", TransferViewSet.as_view(ITEM | REMOVED)),
    path("recurring-expenses/", RecurringViewSet.as_view(COLLECTION)),
    path("recurring-expenses/<id:pk>/", RecurringViewSet.as_view(ITEM | REMOVED)),
    path("recurring-expenses/<id:pk>/skip/", RecurringViewSet.as_view({"post": "skip"})),
    path("recurring-expenses/<id:pk>/settle/", RecurringViewSet.as_view({"post": "settle"})),
    path("expenses/", ExpenseViewSet.as_view(COLLECTION)),
    path("expenses/suggestion/", SuggestionViewSet.as_view({"get": "suggestion"})),
    path("expenses/<id:pk>/", ExpenseViewSet.as_view(ITEM | REMOVED)),
    path("rules/", RuleViewSet.as_view(COLLECTION)),
    path("rules/<id:pk>/", RuleViewSet.as_view(ITEM | REMOVED)),
    path("expenses/<id:pk>/approve/", ApprovalViewSet.as_view({"post": "approve"})),
    path("expenses/<id:pk>/refuse/", ApprovalViewSet.as_view({"post": "refuse"})),
    path("expenses/<id:pk>/receipts/", ReceiptViewSet.as_view(COLLECTION)),
    path("expenses/<id:pk>/receipts/<id:receipt_pk>/", ReceiptViewSet.as_view(ONE | REMOVED)),
    path("budgets/", BudgetViewSet.as_view(COLLECTION)),
    path("budgets/<id:pk>/", BudgetViewSet.as_view(ITEM)),
    path("budgets/positions/", BudgetViewSet.as_view({"get": "positions"})),
    path("budgets/<id:pk>/position/", BudgetViewSet.as_view({"get": "position"})),
    path("budgets/<id:pk>/history/", BudgetViewSet.as_view({"get": "history"})),
    path("budgets/<id:pk>/revisions/", RevisionViewSet.as_view(COLLECTION)),
    path("budget-moves/", BudgetMoveViewSet.as_view(COLLECTION)),
    path("reports/expenses/", reports.ExpensesReport.as_view(SHOWN)),
    path("reports/budgets/", reports.BudgetsReport.as_view(SHOWN)),
    path("reports/net-worth/", reports.NetWorthReport.as_view(SHOWN)),
    path("reports/valuation/", reports.ValuationReport.as_view(SHOWN)),
    path("reports/movements/", reports.MovementsReport.as_view(SHOWN)),
    path("reports/idle-stock/", reports.IdleStockReport.as_view(SHOWN)),
    path("reports/shrinkage/", reports.ShrinkageReport.as_view(SHOWN)),
    path("reports/sell-through/", reports.SellThroughReport.as_view(SHOWN)),
    path("reports/profit-and-loss/", reports.ProfitReport.as_view(SHOWN)),
    re_path("", NothingHere.as_view()),
]
