from django.urls import path

from purchasing.views import suppliers

urlpatterns = [
    path("suppliers/", suppliers.suppliers, name="suppliers"),
    path("suppliers/new/", suppliers.supplier_new, name="supplier_new"),
    path("suppliers/<int:pk>/", suppliers.supplier, name="supplier"),
    path("suppliers/<int:pk>/edit/", suppliers.supplier_edit, name="supplier_edit"),
    path("suppliers/<int:pk>/retire/", suppliers.supplier_retire, name="supplier_retire"),
    path("suppliers/<int:pk>/offers/new/", suppliers.offer_new, name="offer_new"),
    path("offers/<int:pk>/", suppliers.offer_edit, name="offer_edit"),
    path("offers/<int:pk>/end/", suppliers.offer_end, name="offer_end"),
]
