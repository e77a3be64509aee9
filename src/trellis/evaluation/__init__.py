"""Does it work, honestly: time at risk, reoffending, cost, matched comparison, natural fall, power and equality."""
