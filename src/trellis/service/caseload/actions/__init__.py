"""What caseloads change."""
