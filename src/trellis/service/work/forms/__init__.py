"""What the pages of tasks, notices and documents ask."""
