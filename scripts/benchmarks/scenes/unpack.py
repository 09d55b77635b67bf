"""An image in an OCI layout, unpacked to a folder: many small files, and few large ones."""

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
    jobs = {
        "dray unpack": lambda: measured([tools.dray, "unpack", layout, os.path.join(WORK, "root")]),
        "umoci unpack": lambda: measured(["umoci", "unpack", "--image", f"{layout}:latest", os.path.join(WORK, "root")]),
        "skopeo copy … dir:": lambda: measured(
            ["skopeo", "--insecure-policy", "copy", "--quiet", f"oci:{layout}:latest",
             "dir:" + os.path.join(WORK, "root")]),
    }
    uses = measure.interleaved(jobs, tools.runs)
    base = uses["umoci unpack"]
    yield f"{title}: {megabytes(images.packed_size(layout))} MB packed. Medians of {tools.runs} interleaved runs."
    yield ""
    yield from table(
        ["", "wall s", "CPU s", "peak MB", "wall ÷ umoci's"],
        [[name, seconds(use.wall), seconds(use.cpu), megabytes(use.memory), ratio(use.wall, base.wall)]
         for name, use in uses.items()])


def measured(command: list):
    """One run with a fresh folder, which goes away."""
    root = os.path.join(WORK, "root")
    shutil.rmtree(root, ignore_errors=True)
    try:
        return measure.run(command)
    finally:
        shutil.rmtree(root, ignore_errors=True)


def run(tools):
    program = os.path.join(PARTS, "image")
    debian = subprocess.run([program, "debian"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    yield from rows(tools, "A Debian root", debian)
    yield ""
    yield from rows(tools, f"{LAYERS} layers", images.layers(LAYERS, LAYER_SIZE))
    yield ""
    yield "umoci also writes a list of all files with their digests; skopeo copies the layers as they are, unpacking nothing."
