"""A backup: a folder with the database's dump, the uploaded files and a manifest that says what both must hold."""
