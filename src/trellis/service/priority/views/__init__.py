"""Pages of a priority."""
