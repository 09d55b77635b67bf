"""An image in an OCI layout, unpacked to a folder: many small files, and few large ones."""

import itertools
import os
import shutil
import subprocess

from .. import images, measure
from ..paths import PARTS, WORK
from ..tables import megabytes, ratio, seconds, table

TITLE = "Unpack: a Debian root, and 8 layers with one large file each"
LAYERS = 8
LAYER_SIZE = 76 * images.MIB


def rows(tools, title: str, layout: str):
    # Nothing is removed between runs: ext4 passes over what was deleted in the last minutes, inode by inode, before it
    # makes a new file.
    folders = os.path.join(WORK, "roots")
    shutil.rmtree(folders, ignore_errors=True)
    os.makedirs(folders)
    fresh = (os.path.join(folders, str(number)) for number in itertools.count())
    jobs = {
        "dray unpack": lambda: measure.run([tools.dray, "unpack", layout, next(fresh)]),
        "umoci unpack": lambda: measure.run(["umoci", "unpack", "--image", f"{layout}:latest", next(fresh)]),
        "skopeo copy … dir:": lambda: measure.run(
            ["skopeo", "--insecure-policy", "copy", "--quiet", f"oci:{layout}:latest", f"dir:{next(fresh)}"]),
    }
    try:
        uses = measure.interleaved(jobs, tools.runs)
    finally:
        shutil.rmtree(folders)
    base = uses["umoci unpack"]
    yield f"{title}: {megabytes(images.packed_size(layout))} MB packed. Medians of {tools.runs} interleaved runs."
    yield ""
    yield from table(
        ["", "wall s", "CPU s", "peak MB", "wall ÷ umoci's"],
        [[name, seconds(use.wall), seconds(use.cpu), megabytes(use.memory), ratio(use.wall, base.wall)]
         for name, use in uses.items()])


def run(tools):
    program = os.path.join(PARTS, "image")
    debian = subprocess.run([program, "debian"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    yield from rows(tools, "A Debian root", debian)
    yield ""
    yield from rows(tools, f"{LAYERS} layers", images.layers(LAYERS, LAYER_SIZE))
    yield ""
    yield "umoci also writes a list of all files with their digests; skopeo copies the layers as they are, unpacking nothing."
