"""Addresses of contacts, appointments and their lists."""

from django.urls import path

from trellis.service.casework.views import appointments, calendar, contacts, engagement, lists, person

app_name = "casework"
urlpatterns = [
    path("", lists.due, name="due"),
    path("person/<int:person_id>/", person.contacts, name="contacts"),
    path("person/<int:person_id>/new/", contacts.new, name="new"),
    path("person/<int:person_id>/plan/", appointments.plan, name="plan"),
    path("person/<int:person_id>/told/", engagement.explanation, name="told"),
    path("person/<int:person_id>/offer/", engagement.offer, name="offer"),
    path("person/<int:person_id>/disengagement/", engagement.disengagement, name="disengagement"),
    path("person/<int:person_id>/drug-test/", engagement.drug_test, name="drug_test"),
    path("person/<int:person_id>/share/", engagement.share, name="share"),
    path("<int:contact_id>/", contacts.show, name="show"),
    path("<int:contact_id>/correct/", contacts.correct, name="correct"),
    path("<int:contact_id>/outcome/", contacts.outcome, name="change_outcome"),
    path("<int:contact_id>/recorded/", contacts.tick, name="tick"),
    path("appointments/<int:appointment_id>/", appointments.show, name="appointment"),
    path("appointments/<int:appointment_id>/move/", appointments.move, name="move"),
    path("appointments/<int:appointment_id>/call-off/", appointments.off, name="call_off"),
    path("appointments/<int:appointment_id>/outcome/", appointments.outcome, name="outcome"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/address/", calendar.address, name="address"),
    path("calendar/address/revoke/", calendar.revoke, name="revoke_address"),
    path("calendar/<str:token>.ics", calendar.calendar_file, name="calendar_file"),
    path("outcomes/", lists.outcomes, name="outcomes"),
    path("custody/", lists.custody, name="custody"),
    path("not-told/", lists.not_told_or_offered, name="not_told"),
    path("to-copy/", lists.to_copy, name="to_copy"),
    path("how-often/", lists.frequency, name="frequency"),
]
