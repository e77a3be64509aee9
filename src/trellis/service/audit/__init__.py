"""What was changed and what was seen, by whom: append-only."""
