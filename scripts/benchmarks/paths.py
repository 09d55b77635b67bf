"""Where things are."""

import os
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
PARTS = os.path.join(TOP, "Tests", "RealParts")
# What the runs write, on the disk of the project: `bytes written` counts only what goes to a disk.
WORK = os.path.join(TOP, ".build", "bench")

sys.path.insert(0, PARTS)
