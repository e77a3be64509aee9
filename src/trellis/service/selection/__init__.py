"""From candidate to managed person."""
