"""Addresses of the trail, of who has seen a record, and of what leaves."""

from django.urls import path

from trellis.service.oversight.views import exports, readers, trail

app_name = "oversight"
urlpatterns = [
    path("trail/", trail.trail, name="trail"),
    path("trail/changes/", trail.changes, name="changes"),
    path("trail/sign-ins/", trail.sign_ins, name="sign_ins"),
    path("trail/exports/", trail.exports, name="exports"),
    path("trail/emergencies/", trail.emergencies, name="emergencies"),
    path("trail/request/", trail.one_request, name="request"),
    path("trail/export/", exports.export_trail, name="export_trail"),
    path("person/<int:person_id>/readers/", readers.readers, name="readers"),
    path("person/<int:person_id>/readers/export/", readers.export_readers, name="export_readers"),
    path("person/<int:person_id>/inspection/", exports.inspection, name="inspection"),
]
