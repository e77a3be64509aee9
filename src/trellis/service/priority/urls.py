"""Addresses of priority."""

from django.urls import path

from trellis.service.priority.views import deciding, person, proposing

app_name = "priority"
urlpatterns = [
    path("<int:person_id>/", person.person, name="person"),
    path("<int:person_id>/decide/", deciding.decide, name="decide"),
    path("<int:person_id>/propose/", proposing.propose, name="propose"),
    path("proposal/<int:proposal_id>/take-back/", proposing.take_back, name="take_back"),
]
