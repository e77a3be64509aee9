"""What the managed are compared with: the same rule in earlier years, matched people, and their own past."""
