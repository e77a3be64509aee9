"""The application that a server runs. It refuses to start where need to know would not be enforced."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trellis.service.config.settings")

application = get_wsgi_application()

from trellis.service.config.starting import refuse_unfit_database  # noqa: E402 - needs the apps to be ready

refuse_unfit_database()
