"""Pages of what waits for somebody."""
