"""Needs: what somebody needs to change, assessed by every partner on one form."""
