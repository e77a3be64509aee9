"""What stands about a priority, what was proposed and what is suggested."""
