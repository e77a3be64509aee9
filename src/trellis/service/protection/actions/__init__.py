"""Restricting records, opening them in an emergency, answering who asks, and arranging who stands in for whom."""
