"""Things with no opinion: the embedded server, the field register's vocabulary, pages of a list."""
