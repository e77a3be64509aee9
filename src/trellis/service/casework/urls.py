"""Addresses of contacts."""

from django.urls import path

from trellis.service.casework import views

app_name = "casework"
urlpatterns = [
    path("person/<int:person_id>/new/", views.new, name="new"),
    path("<int:contact_id>/correct/", views.correct, name="correct"),
]
