from django.urls import path

from purchasing.views import bills, draft, orders, receive, suppliers

urlpatterns = [
    path("orders/", orders.purchase_orders, name="purchase_orders"),
    path("orders/new/", orders.purchase_order_new, name="purchase_order_new"),
    path("orders/<int:pk>/", orders.purchase_order, name="purchase_order"),
    path("orders/<int:pk>/edit/", draft.purchase_order_edit, name="purchase_order_edit"),
    path("orders/<int:pk>/pdf/", orders.purchase_order_pdf, name="purchase_order_pdf"),
    path("orders/<int:pk>/send/", orders.purchase_order_send, name="purchase_order_send"),
    path("orders/<int:pk>/mail/", orders.purchase_order_mail, name="purchase_order_mail"),
    path("orders/<int:pk>/receive/", receive.purchase_order_receive, name="purchase_order_receive"),
    path("orders/<int:pk>/cancel/", orders.purchase_order_cancel, name="purchase_order_cancel"),
    path("orders/<int:pk>/close/", orders.purchase_order_close, name="purchase_order_close"),
    path("orders/<int:pk>/bill/", bills.purchase_order_bill, name="purchase_order_bill"),
    path("bills/<int:pk>/take-back/", bills.bill_take_back, name="purchase_order_bill_take_back"),
    path("receipts/<int:pk>/return/", bills.receipt_return, name="purchase_order_return"),
    path("suppliers/", suppliers.suppliers, name="suppliers"),
    path("suppliers/new/", suppliers.supplier_new, name="supplier_new"),
    path("suppliers/<int:pk>/", suppliers.supplier, name="supplier"),
    path("suppliers/<int:pk>/edit/", suppliers.supplier_edit, name="supplier_edit"),
    path("suppliers/<int:pk>/retire/", suppliers.supplier_retire, name="supplier_retire"),
    path("suppliers/<int:pk>/offers/new/", suppliers.offer_new, name="offer_new"),
    path("offers/<int:pk>/", suppliers.offer_edit, name="offer_edit"),
    path("offers/<int:pk>/end/", suppliers.offer_end, name="offer_end"),
]
