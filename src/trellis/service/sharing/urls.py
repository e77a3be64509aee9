"""Addresses of sharing."""

from django.urls import path

from trellis.service.sharing.views import agreements, people

app_name = "sharing"
urlpatterns = [
    path("agreements/", agreements.agreements, name="agreements"),
    path("agreements/new/", agreements.new, name="new_agreement"),
    path("agreements/<int:agreement_id>/", agreements.agreement, name="agreement"),
    path("agreements/<int:agreement_id>/change/", agreements.change, name="change_agreement"),
    path("agreements/<int:agreement_id>/join/", agreements.join, name="join_agreement"),
    path("agreements/places/<int:place_id>/", agreements.place, name="place"),
    path("people/<int:person_id>/", people.log, name="log"),
    path("people/<int:person_id>/record/", people.record, name="record"),
    path("people/<int:person_id>/consent/", people.consent, name="consent"),
    path("acts/<int:act_id>/give-task/", people.give_task, name="give_task"),
    path("consents/<int:consent_id>/withdraw/", people.withdraw, name="withdraw"),
]
