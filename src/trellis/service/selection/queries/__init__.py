"""What selection reads."""
