"""What pages read of needs."""
