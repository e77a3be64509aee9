"""What agencies send."""
