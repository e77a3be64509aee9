"""Addresses of notices."""

from django.urls import path

from trellis.service.work.views import notices

app_name = "work"
urlpatterns = [
    path("", notices.notices, name="notices"),
    path("read/", notices.read_all, name="read_all"),
    path("<uuid:notice_id>/read/", notices.read, name="read"),
]
