"""Caseloads: whose cases need what, how much each officer carries, and handing cases over."""
