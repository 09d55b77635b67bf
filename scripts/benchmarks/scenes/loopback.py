"""One image from docker-registry on loopback: what each program costs when the network costs nothing."""

import os
import shlex

from .. import images
from ..measure import interleaved
from ..registry import Registry
from ..tables import megabytes, ratio, seconds, table

TITLE = "Loopback: one image in 8 gzip layers"
LAYERS = 8
# Half of it is left after gzip.
LAYER_SIZE = 76 * images.MIB


def run(tools):
    layout = images.layers(LAYERS, LAYER_SIZE)
    size = images.packed_size(layout)
    with Registry() as registry:
        image = f"{registry.address}/bench/image:latest"
        images.push(layout, image)
        pulls = tools.pulls(with_script=True)
        jobs = {name: tools.measured(lambda file, pull=pull: pull(image, file)) for name, pull in pulls.items()}
        if "crane" in pulls:
            # dray's archive is on the disk before it gets its name.
            jobs["crane, then sync of its file"] = tools.measured(
                lambda file: ["sh", "-c", f"{shlex.join(pulls['crane'](image, file))} && sync {file}"])
        jobs["floor: curl to a file, openssl dgst"] = tools.measured(lambda file: floor(layout, image, file))
        uses = interleaved(jobs, tools.runs)
    own = uses["dray"]
    yield f"{LAYERS} layers, {megabytes(size)} MB packed. Medians of {tools.runs} interleaved runs."
    yield ""
    yield from table(
        ["", "wall s", "CPU s", "peak MB", "written MB", "wall ÷ dray's", "CPU ÷ dray's", "written ÷ image"],
        [
            [name, seconds(use.wall), seconds(use.cpu), megabytes(use.memory), megabytes(use.written),
             ratio(use.wall, own.wall), ratio(use.cpu, own.cpu), ratio(use.written, size)]
            for name, use in uses.items()
        ])


def floor(layout: str, image: str, file: str) -> list:
    """The same bytes with nothing done but writing and hashing them."""
    host, _, rest = image.partition("/")
    name = rest.rpartition(":")[0]
    blobs = sorted(os.listdir(os.path.join(layout, "blobs", "sha256")))
    urls = " ".join(f"http://{host}/v2/{name}/blobs/sha256:{digest}" for digest in blobs)
    return ["sh", "-c", f"curl --silent {urls} >{file} && openssl dgst -sha256 {file}"]
