from django.urls import path

from webhooks import views

urlpatterns = [
    path("settings/webhooks/", views.webhooks, name="webhooks"),
    path("settings/webhooks/<int:pk>/", views.webhook, name="webhook"),
    path("settings/webhooks/<int:pk>/test/", views.webhook_test, name="webhook_test"),
    path("settings/webhooks/<int:pk>/pause/", views.webhook_pause, name="webhook_pause"),
    path("settings/webhooks/<int:pk>/resume/", views.webhook_resume, name="webhook_resume"),
    path("settings/webhooks/<int:pk>/secret/", views.webhook_secret, name="webhook_secret"),
    path("settings/webhooks/<int:pk>/delete/", views.webhook_delete, name="webhook_delete"),
    path("settings/webhooks/deliveries/<int:pk>/again/", views.webhook_again, name="webhook_again"),
]
