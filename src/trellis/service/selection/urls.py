"""Addresses of selection: candidates, referrals, the panel, and who leads."""

from django.urls import path

from trellis.service.selection.views import candidates, leads, panel, referrals

app_name = "selection"
urlpatterns = [
    path("candidates/", candidates.candidates, name="candidates"),
    path("candidates/run/", candidates.run, name="run"),
    path("candidates/<int:person_id>/", candidates.candidate, name="candidate"),
    path("candidates/<int:person_id>/refer/", candidates.refer_candidate, name="refer_candidate"),
    path("person/<int:person_id>/score/", candidates.rescore, name="rescore"),
    path("person/<int:person_id>/offence/", candidates.choose_offence, name="choose_offence"),
    path("refer/", referrals.refer_somebody, name="refer"),
    path("referrals/", referrals.referrals, name="referrals"),
    path("referrals/<int:referral_id>/", referrals.referral, name="referral"),
    path("referrals/<int:referral_id>/match/", referrals.match, name="match"),
    path("referrals/<int:referral_id>/ask/", referrals.ask, name="ask"),
    path("referrals/<int:referral_id>/view/", referrals.view, name="view"),
    path("referrals/<int:referral_id>/panel/", panel.panel, name="panel"),
    path("decisions/<int:decision_id>/", panel.decision, name="decision"),
    path("person/<int:person_id>/lead/<slug:kind>/", leads.change, name="change_lead"),
    path("person/<int:person_id>/leave/", leads.leave, name="leave"),
]
