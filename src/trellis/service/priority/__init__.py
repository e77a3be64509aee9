"""What each agency proposes as a priority, who decided it, and how long each colour held."""
