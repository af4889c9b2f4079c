from django.urls import path

from alerts import digest_views, views

urlpatterns = [
    path("alerts/", views.alerts, name="alerts"),
    path("alerts/<int:pk>/resolve/", views.alert_resolve, name="alert_resolve"),
    path("alerts/<int:pk>/snooze/", views.alert_snooze, name="alert_snooze"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("settings/alerts/", views.alert_settings, name="alert_settings"),
    path("settings/summary/", digest_views.digest_settings, name="digest_settings"),
    path("settings/summary/preview/", digest_views.digest_preview, name="digest_preview"),
]
