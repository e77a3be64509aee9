"""The people on the record: who they are, what they are called elsewhere, and what to be careful of."""
