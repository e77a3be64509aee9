"""Addresses of meetings."""

from django.urls import path

from trellis.service.meetings.views import attending, capturing, lists, minutes, person, planning

app_name = "meetings"
urlpatterns = [
    path("", lists.meetings, name="meetings"),
    path("figures/", lists.figures, name="figures"),
    path("new/", planning.choose, name="choose"),
    path("new/<slug:kind>/", planning.plan, name="plan"),
    path("<int:meeting_id>/", capturing.meeting, name="meeting"),
    path("<int:meeting_id>/minutes/", minutes.minutes, name="minutes"),
    path("<int:meeting_id>/change/", planning.change, name="change"),
    path("<int:meeting_id>/expected/", planning.expected, name="expected"),
    path("<int:meeting_id>/people/", planning.people, name="people"),
    path("<int:meeting_id>/general/", planning.general, name="add_general"),
    path("<int:meeting_id>/invite/", attending.invited, name="invite"),
    path("<int:meeting_id>/attendance/", attending.attendance, name="attendance"),
    path("<int:meeting_id>/nothing/", attending.nothing, name="nothing"),
    path("<int:meeting_id>/hold/", planning.hold, name="hold"),
    path("<int:meeting_id>/cancel/", planning.cancel, name="cancel"),
    path("item/<int:item_id>/", capturing.item, name="item"),
    path("item/<int:item_id>/update/", attending.update, name="update"),
    path("item/<int:item_id>/off/", planning.off, name="off"),
    path("general/<int:general_id>/", capturing.general_item, name="general"),
    path("minute/<int:minute_id>/", minutes.correct, name="correct"),
    path("person/<int:person_id>/", person.person, name="person"),
    path("person/<int:person_id>/add/", person.add, name="add"),
]
