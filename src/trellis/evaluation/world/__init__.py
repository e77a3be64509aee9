"""The folder of an evaluation: who there is, what was proven, who was held, who was managed, and up to when.

`read_world` reads it and sets aside the rows that cannot be used; `Lives` answers questions about any person and day;
`cohort_of` says who is evaluated, and why the others are not.
"""

from trellis.evaluation.world.cohort import Cohort, cohort_of
from trellis.evaluation.world.files import World, read_world
from trellis.evaluation.world.lives import Lives, lives_of

__all__ = ["Cohort", "Lives", "World", "cohort_of", "lives_of", "read_world"]
