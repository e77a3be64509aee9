"""What is known and whom it is told to."""
