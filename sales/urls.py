from django.urls import path

from sales.views import customers, held, sales, till, undo

urlpatterns = [
    path("till/", till.till, name="till"),
    path("till/search/", till.till_search, name="till_search"),
    path("till/add/", till.till_add, name="till_add"),
    path("till/line/", till.till_line, name="till_line"),
    path("till/discount/", till.till_discount, name="till_discount"),
    path("till/hold/", till.till_hold, name="till_hold"),
    path("till/clear/", till.till_clear, name="till_clear"),
    path("till/pay/", till.till_pay, name="till_pay"),
    path("till/held/", held.till_held, name="till_held"),
    path("till/recall/", held.till_recall, name="till_recall"),
    path("till/customer/", held.till_customer, name="till_customer"),
    path("till/customer/set/", held.till_customer_set, name="till_customer_set"),
    path("till/customer/new/", held.till_customer_new, name="till_customer_new"),
    path("sales/", sales.sales, name="sales"),
    path("sales/<int:pk>/", sales.sale, name="sale"),
    path("sales/<int:pk>/receipt/", sales.sale_receipt, name="sale_receipt"),
    path("sales/<int:pk>/receipt.pdf", sales.sale_receipt_pdf, name="sale_receipt_pdf"),
    path("sales/<int:pk>/receipt/email/", sales.sale_receipt_email, name="sale_receipt_email"),
    path("sales/<int:pk>/void/", undo.sale_void, name="sale_void"),
    path("sales/<int:pk>/refund/", undo.sale_refund, name="sale_refund"),
    path("customers/", customers.customers, name="customers"),
    path("customers/new/", customers.customer_new, name="customer_new"),
    path("customers/<int:pk>/", customers.customer, name="customer"),
    path("customers/<int:pk>/edit/", customers.customer_edit, name="customer_edit"),
]
