from django.urls import path

from accounts.views import businesses

urlpatterns = [
    path("settings/", businesses.settings, name="settings"),
    path("settings/switch/", businesses.switch_business, name="switch_business"),
]
