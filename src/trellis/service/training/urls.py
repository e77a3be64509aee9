"""Addresses of training. None holds a name: colleagues and courses stand in them by number."""

from django.urls import path

from trellis.service.training.views import keeping, reading

app_name = "training"
urlpatterns = [
    path("", reading.mine, name="mine"),
    path("needs/", keeping.need, name="need"),
    path("team/", reading.team, name="team"),
    path("people/<int:user_id>/", reading.colleague, name="colleague"),
    path("people/<int:user_id>/record/", keeping.record, name="record"),
    path("courses/<int:completion_id>/confirm/", keeping.confirm, name="confirm"),
    path("courses/<int:completion_id>/withdraw/", keeping.withdraw, name="withdraw"),
]
