"""The service's settings in mode test, whatever the surroundings say; child processes inherit the mode."""

import os

os.environ["TRELLIS_MODE"] = "test"
os.environ.pop("TRELLIS_DATABASE_URL", None)

from trellis.service.config.settings import *  # noqa: F403
