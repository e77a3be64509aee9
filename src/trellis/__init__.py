"""Trellis: the shared case system and evidence engine for Integrated Offender Management."""
