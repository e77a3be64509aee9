"""Every address of the service."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include("trellis.service.access.urls")),
    path("selection/", include("trellis.service.selection.urls")),
    path("priority/", include("trellis.service.priority.urls")),
    path("contacts/", include("trellis.service.casework.urls")),
    path("needs/", include("trellis.service.needs.urls")),
    path("plans/", include("trellis.service.plans.urls")),
    path("meetings/", include("trellis.service.meetings.urls")),
    path("people/", include("trellis.service.caseload.urls")),
    path("briefings/", include("trellis.service.intelligence.urls")),
    path("feeds/", include("trellis.service.feeds.urls")),
    path("training/", include("trellis.service.training.urls")),
    path("users/", include("trellis.service.administration.urls")),
    path("protection/", include("trellis.service.protection.urls")),
    path("sharing/", include("trellis.service.sharing.urls")),
    path("", include("trellis.service.work.urls")),
    path("", include("trellis.service.oversight.urls")),
    path("", include("trellis.service.home.urls")),
]

handler403 = "trellis.service.people.views.refused"

if settings.IS_DEMO or settings.MODE == "test":
    urlpatterns.append(path("demo/", include("trellis.service.demo.urls")))
