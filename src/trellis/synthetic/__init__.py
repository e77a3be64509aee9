"""An invented force with a known truth, written as the extracts its agencies would send."""
