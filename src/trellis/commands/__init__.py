"""The commands of `trellis`, a module each.

A command module has a docstring whose first line is its help, `add_arguments(parser)` and `run(args) -> int`, the exit
code. A CommandError is shown as its sentence, with exit code 2.
"""


class CommandError(Exception):
    """The command cannot do what was asked. Its text says what, where and how to mend it."""
