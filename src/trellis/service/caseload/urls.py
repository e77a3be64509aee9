"""Addresses of caseloads."""

from django.urls import path

from trellis.service.caseload.views import lists, reallocating, workload

app_name = "caseload"
urlpatterns = [
    path("", lists.people, name="people"),
    path("export/", lists.export, name="export"),
    path("workload/", workload.workload, name="workload"),
    path("reallocate/", reallocating.choose, name="choose"),
    path("reallocate/hand-over/", reallocating.hand_over, name="hand_over"),
    path("handover/<int:handover_id>/", reallocating.handover, name="handover"),
]
