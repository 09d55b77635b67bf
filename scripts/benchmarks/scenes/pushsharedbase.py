"""20 images that share a base, to 20 repositories of one registry: how often the base is sent."""

import os
import subprocess

from .. import images, targets
from ..paths import WORK
from ..proxy import Proxy
from ..registry import Registry
from ..tables import megabytes, ratio, table

from oci_layout import Layout, kept  # found by paths.py

TITLE = "Push of 20 images that share a base of 60 MB"
IMAGES = 20
BASE_SIZE = 120 * images.MIB
OWN_SIZE = 200_000


def layouts() -> list:
    """One layout an image: the base, and a layer of its own."""
    def maker(number: int):
        def make(layout: Layout):
            seeds = [(BASE_SIZE, 7), (OWN_SIZE, 1_000 + number)]
            layout.add_image(
                [layout.add_layer(images.half_compressible(size, seed), level=1) for size, seed in seeds],
                "linux/amd64", ["true"], "latest")
        return make
    return [kept(f"generated-shared-{BASE_SIZE}-{number}", maker(number)) for number in range(IMAGES)]


def run(tools):
    folders = layouts()
    distinct = {
        name: os.path.getsize(os.path.join(folder, "blobs", "sha256", name))
        for folder in folders for name in os.listdir(os.path.join(folder, "blobs", "sha256"))}
    needed = sum(distinct.values())
    rows = []
    with Registry() as source:
        # dray takes them all in one command, from a registry; the others push one after another.
        names = [f"{source.address}/bench/app-{number}:latest" for number in range(IMAGES)]
        for folder, name in zip(folders, names):
            images.push(folder, name)
        for name, command in targets.pushes(tools.dray).items():
            with Registry() as registry, Proxy(registry.address) as proxy:
                if name == "dray":
                    subprocess.run(
                        [tools.dray, "copy", "--quiet", "--plain-http", "--source-plain-http", *names,
                         f"{proxy.address}/mirror/"], check=True, stdout=subprocess.DEVNULL, cwd=WORK)
                else:
                    for folder in folders:
                        subprocess.run(
                            command(folder, targets.fresh(proxy.address)), check=True, stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL, cwd=WORK)
                rows.append([name, megabytes(proxy.received), ratio(proxy.received, needed)])
    yield f"{megabytes(needed)} MB of distinct blobs. All bytes that the registry received, headers included."
    yield ""
    yield from table(["", "sent MB", "sent ÷ distinct"], rows)
