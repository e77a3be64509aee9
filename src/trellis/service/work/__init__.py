"""What waits for somebody and what they are told of: notices, and the mail that says there are some."""
