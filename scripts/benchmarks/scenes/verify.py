"""What it costs to know that an archive is right."""

import itertools
import os
import shutil
import subprocess

from .. import images
from ..measure import interleaved
from ..measure import run as measure
from ..paths import WORK
from ..tables import megabytes, ratio, seconds, table

TITLE = "Verify: every digest and layer of an archive on disk"
LAYERS = 8
# Half of it is left after gzip.
LAYER_SIZE = 76 * images.MIB


def run(tools):
    layout = images.layers(LAYERS, LAYER_SIZE)
    size = images.packed_size(layout)
    archive = os.path.join(WORK, "verified.tar")
    subprocess.run(["tar", "--create", "--file", archive, "--directory", layout, "."], check=True)
    # A folder of its own for each run, removed in the end: see the scene unpack.
    targets = os.path.join(WORK, "targets")
    shutil.rmtree(targets, ignore_errors=True)
    os.makedirs(targets)
    fresh = (os.path.join(targets, str(number)) for number in itertools.count())
    jobs = {"dray verify": lambda: measure([tools.dray, "verify", archive])}
    if shutil.which("skopeo"):
        jobs["skopeo copy oci-archive: dir: (digests of the packed layers alone, and a copy)"] = lambda: measure(
            ["skopeo", "copy", "--quiet", "--insecure-policy", f"oci-archive:{archive}:latest", f"dir:{next(fresh)}"])
    if shutil.which("umoci"):
        jobs["umoci unpack (digests of both, and the files)"] = lambda: measure(
            ["umoci", "unpack", "--rootless", "--image", f"{layout}:latest", next(fresh)])
    jobs["floor: openssl dgst, and gzip --test of the layers on all cores"] = lambda: measure(
        ["sh", "-c", floor(layout, archive)])
    try:
        uses = interleaved(jobs, tools.runs)
    finally:
        shutil.rmtree(targets)
        os.remove(archive)
    own = uses["dray verify"]
    yield f"{LAYERS} layers, {megabytes(size)} MB packed, in the page cache. Medians of {tools.runs} interleaved runs."
    yield ""
    yield from table(
        ["", "wall s", "CPU s", "peak MB", "wall ÷ dray's"],
        [[name, seconds(use.wall), seconds(use.cpu), megabytes(use.memory), ratio(use.wall, own.wall)]
         for name, use in uses.items()])


def floor(layout: str, archive: str) -> str:
    folder = os.path.join(layout, "blobs", "sha256")
    packed = sorted(os.listdir(folder), key=lambda name: -os.path.getsize(os.path.join(folder, name)))[:LAYERS]
    names = " ".join(os.path.join(folder, name) for name in packed)
    return f"openssl dgst -sha256 {archive} & printf '%s\\n' {names} | xargs -P {os.cpu_count()} -n 1 gzip -t <&0; wait"
