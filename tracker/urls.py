from django.contrib import admin
from django.urls import include, path

from tracker import health

urlpatterns = [
    path("healthz/live", health.live, name="live"),
    path("healthz/ready", health.ready, name="ready"),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("", include("mail.urls")),
    path("api/v1/", include("tracker.api_urls")),
    path("", include("accounts.urls")),
    path("", include("alerts.urls")),
    path("", include("webhooks.urls")),
    path("", include("imports.urls")),
    path("", include("expenses.urls")),
    path("", include("inventory.urls")),
    path("", include("sales.urls")),
    path("", include("purchasing.urls")),
    path("", include("portal.urls")),
]
