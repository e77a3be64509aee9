"""Addresses of briefings."""

from django.urls import path

from trellis.service.intelligence import views

app_name = "intelligence"
urlpatterns = [
    path("", views.briefings, name="briefings"),
    path("issue/", views.issue, name="issue"),
    path("<int:briefing_id>/", views.briefing, name="briefing"),
]
