"""What caseloads read."""
