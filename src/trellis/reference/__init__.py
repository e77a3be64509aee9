"""The reference pages that are written from the code and its data, so that they cannot drift from it."""
