"""Reads about who may see whom. Row security decides what of it a reader is told."""
