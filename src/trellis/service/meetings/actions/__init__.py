"""What is done about meetings. Each name is imported from its own module."""
