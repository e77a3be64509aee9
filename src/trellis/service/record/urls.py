"""Addresses of priority."""

from django.urls import path

from trellis.service.record import views

app_name = "priority"
urlpatterns = [path("<int:person_id>/", views.priority, name="set")]
