"""The synthetic force as a working scheme."""
