"""The one door for figures that leave: suppression, secondary suppression and rounding."""
