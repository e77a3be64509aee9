"""Reading the trail: who saw, did and changed what; who has seen one record; and what leaves in a file."""
