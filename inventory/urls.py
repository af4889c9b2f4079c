from django.urls import path

from inventory.views import labels, places, product, products, stock, stock_forms, stocktakes

urlpatterns = [
    path("products/", products.product_list, name="products"),
    path("products/new/", products.product_new, name="product_new"),
    path("products/<int:pk>/", product.product_page, name="product"),
    path("products/<int:pk>/edit/", products.product_edit, name="product_edit"),
    path("products/<int:pk>/remove/", products.product_remove, name="product_remove"),
    path("products/<int:pk>/restore/", products.product_restore, name="product_restore"),
    path("products/<int:pk>/variants/", product.product_variants, name="product_variants"),
    path("products/<int:pk>/packs/", product.pack_add, name="pack_add"),
    path("products/<int:pk>/packs/<int:pack_pk>/remove/", product.pack_remove, name="pack_remove"),
    path("products/labels/", labels.labels, name="product_labels"),
    path("categories/", places.categories, name="categories"),
    path("categories/new/", places.category_new, name="category_new"),
    path("categories/<int:pk>/", places.category_edit, name="category_edit"),
    path("locations/", places.locations, name="locations"),
    path("locations/new/", places.location_new, name="location_new"),
    path("locations/<int:pk>/", places.location_edit, name="location_edit"),
    path("stock/", stock.stock, name="stock"),
    path("stock/receive/", stock_forms.stock_receive, name="stock_receive"),
    path("stock/adjust/", stock_forms.stock_adjust, name="stock_adjust"),
    path("stock/take/", stock_forms.stock_take, name="stock_take"),
    path("stock/transfer/", stock_forms.stock_transfer, name="stock_transfer"),
    path("stock/counts/", stocktakes.stocktakes, name="stock_counts"),
    path("stock/counts/<int:pk>/", stocktakes.stocktake, name="stock_count"),
    path("stock/counts/<int:pk>/compare/", stocktakes.stocktake_compare, name="stock_count_compare"),
    path("stock/movements/", stock.movements, name="movements"),
]
