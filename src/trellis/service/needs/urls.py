"""Addresses of needs."""

from django.urls import path

from trellis.service.needs.views import assessing, circumstances, figures, person

app_name = "needs"
urlpatterns = [
    path("", figures.due, name="due"),
    path("figures/", figures.figures, name="figures"),
    path("person/<int:person_id>/", person.person, name="person"),
    path("person/<int:person_id>/assess/", assessing.assess, name="assess"),
    path("person/<int:person_id>/vulnerability/", circumstances.new_vulnerability, name="new_vulnerability"),
    path("person/<int:person_id>/psychologist/", circumstances.new_consult, name="new_consult"),
    path("assessment/<int:assessment_id>/amend/", assessing.amend, name="amend"),
    path("need/<int:answer_id>/", assessing.need, name="need"),
    path("vulnerability/<int:vulnerability_id>/end/", circumstances.end, name="end_vulnerability"),
]
