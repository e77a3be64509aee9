"""What a rule says when it refuses."""


class Refused(Exception):
    """A rule does not allow the act. Its text is the sentence that the user reads."""
