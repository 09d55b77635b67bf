"""A copy from a registry that gives each connection 20 MiB/s: what reading ahead over several connections is worth."""

from .. import images
from . import copy

TITLE = "Copy, 20 MiB/s for each connection to the source: 2 layers of 150 MB"
LAYERS = 2
# Half of it is left after gzip.
LAYER_SIZE = 300 * images.MIB


def run(tools):
    yield from copy.run(tools, LAYERS, LAYER_SIZE, ("--limit-rate", "20m"))
