"""Addresses of the trail, of who has seen a record, and of what leaves."""

from django.urls import path

from trellis.service.oversight.views import trail

app_name = "oversight"
urlpatterns = [
    path("trail/", trail.trail, name="trail"),
    path("trail/changes/", trail.changes, name="changes"),
    path("trail/sign-ins/", trail.sign_ins, name="sign_ins"),
    path("trail/exports/", trail.exports, name="exports"),
    path("trail/emergencies/", trail.emergencies, name="emergencies"),
    path("trail/request/", trail.one_request, name="request"),
]
