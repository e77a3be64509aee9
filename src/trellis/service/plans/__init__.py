"""Plans: what will be done with somebody, by whom and when, and what they say of it."""
