"""The next tag of an image, of which nine tenths are the same, with the archive of the last one beside it."""

import os
import subprocess

from .. import images
from ..measure import Failed
from ..proxy import Proxy
from ..registry import Registry
from ..tables import megabytes, ratio, table
from ..tools import output

TITLE = "Next tag, nine tenths shared, the old archive beside it"
LAYERS = 10
SHARED = 9
LAYER_SIZE = 60 * images.MIB


def run(tools):
    old, new = images.next_tag(LAYERS, LAYER_SIZE, SHARED)
    size = images.packed_size(new)
    shared = set(os.listdir(os.path.join(old, "blobs", "sha256")))
    folder = os.path.join(new, "blobs", "sha256")
    fresh = sum(os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder) if name not in shared)
    rows = []
    with Registry() as registry:
        images.push(old, f"{registry.address}/bench/image:1")
        images.push(new, f"{registry.address}/bench/image:2")
        for name, pull in tools.pulls().items():
            fetched = fetched_for_second(registry, pull)
            rows.append([name, megabytes(fetched), ratio(fetched, size), f"{(fetched - fresh) / 1024:.0f}"])
    yield f"{megabytes(size)} MB packed, {megabytes(fresh)} MB of it new. Bytes that the registry sent for the second " \
        "tag, headers included; one run."
    yield ""
    yield from table(["", "fetched MB", "fetched ÷ image", "more than the new KiB"], rows)


def fetched_for_second(registry: Registry, pull) -> int:
    with output() as file, Proxy(registry.address) as proxy:
        for tag in ("1", "2"):
            before = proxy.sent
            command = pull(f"{proxy.address}/bench/image:{tag}", f"{file}.{tag}.tar")
            finished = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
            if finished.returncode != 0:
                raise Failed(command, finished.returncode, "")
        return proxy.sent - before
