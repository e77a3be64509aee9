"""Addresses of who may see whom."""

from django.urls import path

from trellis.service.protection.views import cover, emergencies, limits, notes, panels, requests, who

app_name = "protection"
urlpatterns = [
    path("person/<int:person_id>/ask/", requests.ask, name="ask"),
    path("person/<int:person_id>/emergency/", emergencies.emergency, name="emergency"),
    path("person/<int:person_id>/emergency/end/", emergencies.end, name="end_emergency"),
    path("person/<int:person_id>/restrict/", limits.restrict, name="restrict"),
    path("person/<int:person_id>/who/", who.who, name="who"),
    path("person/<int:person_id>/notes/", notes.notes, name="notes"),
    path("notes/<int:note_id>/correct/", notes.correct, name="correct_note"),
    path("notes/<int:note_id>/withdraw/", notes.withdraw, name="withdraw_note"),
    path("restrictions/", limits.restrictions, name="restrictions"),
    path("restrictions/<int:limit_id>/", limits.restriction, name="restriction"),
    path("restrictions/<int:limit_id>/approve/", limits.approve, name="approve_restriction"),
    path("restrictions/<int:limit_id>/names/", limits.change_names, name="change_names"),
    path("restrictions/<int:limit_id>/names/answer/", limits.answer_names, name="answer_names"),
    path("restrictions/<int:limit_id>/review/", limits.review, name="review_restriction"),
    path("restrictions/<int:limit_id>/ask-to-lift/", limits.ask_lift, name="ask_to_lift"),
    path("restrictions/<int:limit_id>/lift/", limits.lift, name="lift_restriction"),
    path("emergencies/", emergencies.queue, name="emergencies"),
    path("emergencies/<int:grant_id>/", emergencies.review, name="review_emergency"),
    path("requests/", requests.requests, name="requests"),
    path("requests/<int:request_id>/", requests.answer, name="answer_request"),
    path("cover/", cover.cover, name="cover"),
    path("cover/<int:cover_id>/end/", cover.end, name="end_cover"),
    path("panel/", panels.panel, name="panel"),
]
