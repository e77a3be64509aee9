"""What training records say."""
