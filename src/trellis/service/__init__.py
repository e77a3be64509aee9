"""The shared case system, one Django app per capability."""
