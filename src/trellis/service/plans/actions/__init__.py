"""Acts on plans."""
