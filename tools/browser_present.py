"""Stop with one clear sentence where the browser that the journeys need is missing."""

import os
import shutil
import sys

# The shell is Chromium without its own windows: it draws the same pages in less time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def browser() -> str | None:
    """The path of the Chromium that the journeys drive, or None."""
    named = os.environ.get("TRELLIS_CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


if __name__ == "__main__":
    if browser() is None:
        print(
            "The browser tests need Chromium: install the package chromium, or name one in TRELLIS_CHROMIUM.",
            file=sys.stderr,
        )
        sys.exit(1)
