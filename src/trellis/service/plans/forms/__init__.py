"""What the forms about plans ask."""
