"""What is read for pages about meetings. Each name is imported from its own module."""
