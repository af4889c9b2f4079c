from django.urls import path

from mail import views

urlpatterns = [path("api/v1/webhooks/sendgrid/", views.sendgrid_events, name="sendgrid_events")]
