"""Benchmarks: each module has a `main` that runs a peer beside the product in one process and prints their ratio."""
