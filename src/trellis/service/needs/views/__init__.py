"""Pages about needs."""
