"""Practice as code: values in, a decision and its reasons out. Standard library only; "today" is an argument."""
