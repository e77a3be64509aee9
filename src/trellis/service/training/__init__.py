"""What staff have learnt, what they say they need, and who may be given which work."""
