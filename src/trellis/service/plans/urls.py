"""Addresses of plans."""

from django.urls import path

from trellis.service.plans.views import agreements, goals, plan, sharing

app_name = "plans"
urlpatterns = [
    path("", plan.exceptions, name="exceptions"),
    path("person/<int:person_id>/", plan.person, name="person"),
    path("person/<int:person_id>/start/", plan.start, name="start"),
    path("person/<int:person_id>/agreement/", agreements.begin, name="begin_agreement"),
    path("<int:plan_id>/change/", plan.change, name="change"),
    path("<int:plan_id>/end/", plan.end, name="end"),
    path("<int:plan_id>/goal/", goals.new_goal, name="new_goal"),
    path("<int:plan_id>/share/", sharing.share, name="share"),
    path("<int:plan_id>/contingency/", sharing.contingency, name="contingency"),
    path("<int:plan_id>/lapse/", sharing.lapse, name="lapse"),
    path("<int:plan_id>/copy/", sharing.copy, name="copy"),
    path("<int:plan_id>/easy-read/", sharing.easy_copy, name="easy_copy"),
    path("version/<int:version_id>/", sharing.version, name="version"),
    path("goal/<int:objective_id>/", goals.goal, name="goal"),
    path("goal/<int:objective_id>/step/", goals.new_step, name="new_step"),
    path("step/<int:step_id>/", goals.step, name="step"),
    path("step/<int:step_id>/settle/", goals.settle, name="settle"),
    path("agreement/<int:agreement_id>/sign/", agreements.sign, name="sign"),
    path("agreement/<int:agreement_id>/log/", agreements.log, name="log"),
    path("agreement/<int:agreement_id>/change/", agreements.change, name="change_agreement"),
    path("agreement/<int:agreement_id>/end/", agreements.end, name="end_agreement"),
]
