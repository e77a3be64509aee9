"""The app's place in the project."""

from django.apps import AppConfig


class CaseloadConfig(AppConfig):
    """Caseloads, workload and handing cases over."""

    name = "trellis.service.caseload"
    label = "caseload"
    default_auto_field = "django.db.models.BigAutoField"
