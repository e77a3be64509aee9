"""What happened and what is so, in two times."""
