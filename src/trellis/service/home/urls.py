"""Addresses of home: search, one person and the work that waits."""

from django.urls import path

from trellis.service.home.views import alerts, details, person, search, work

app_name = "home"
urlpatterns = [
    path("", work.work, name="work"),
    path("find/", search.find, name="search"),
    path("person/<int:person_id>/", person.person, name="person"),
    path("person/<int:person_id>/edit/", details.edit, name="edit_person"),
    path("person/<int:person_id>/alerts/", alerts.alerts, name="alerts"),
    path("alerts/<int:alert_id>/review/", alerts.review, name="review_alert"),
]
