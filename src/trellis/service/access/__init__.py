"""Users, their postings and roles, grants, the actor of a transaction, and the row security that reads them."""
