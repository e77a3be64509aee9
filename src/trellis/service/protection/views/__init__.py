"""The pages of who may see whom."""
