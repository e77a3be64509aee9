"""What changes a training record."""
