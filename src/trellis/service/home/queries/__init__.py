"""What the pages of home read: a person's page, lists of people, the work that waits."""
