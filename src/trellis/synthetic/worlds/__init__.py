"""Worlds whose effect is known: what a scheme's files would hold if it changed offending by so much and no more.

`write_world` writes the folder that `trellis evaluate world` reads and returns what is true in it, which the folder
does not hold. `simulate` gives the same lives as arrays. docs/explanation/why-before-and-after-misleads.md tells what
they are for.
"""

from trellis.synthetic.worlds.files import write_world
from trellis.synthetic.worlds.settings import WORLDS, WorldSettings
from trellis.synthetic.worlds.simulation import Lives, simulate
from trellis.synthetic.worlds.truth import Truth

__all__ = ["WORLDS", "Lives", "Truth", "WorldSettings", "simulate", "write_world"]
