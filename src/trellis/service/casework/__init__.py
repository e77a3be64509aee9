"""The work with a managed person."""
