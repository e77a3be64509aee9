"""Addresses of feeds."""

from django.urls import path

from trellis.service.feeds import views

app_name = "feeds"
urlpatterns = [
    path("", views.files, name="files"),
    path("load/", views.load, name="load"),
    path("files/<int:file_id>/", views.file, name="file"),
    path("files/<int:file_id>/replay/", views.replay, name="replay"),
    path("rows/<int:row_id>/", views.row, name="row"),
    path("rows/<int:row_id>/dismiss/", views.dismiss, name="dismiss"),
    path("rows/<int:row_id>/who/", views.question, name="question"),
    path("questions/", views.questions, name="questions"),
]
