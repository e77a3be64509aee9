"""What agencies agree to share, and what has been shared about somebody, disclosed or refused."""
