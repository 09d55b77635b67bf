"""From the start of `dray serve` to the first blob, with many archives."""

import hashlib
import json
import os
import shutil
import tarfile
import time
from statistics import median

from .. import servers
from ..paths import WORK
from ..readers import seconds_to_first_byte
from ..tables import seconds, table

ARCHIVES = 100
SIZE = 1 << 30
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


NAME = "example.com/bench/image"


def run(tools):
    folder = os.path.join(WORK, "archives")
    os.makedirs(folder)
    try:
        zeros = hashlib.sha256()
        for _ in range(SIZE >> 20):
            zeros.update(bytes(1 << 20))
        layers = [write(os.path.join(folder, f"image-{number}.tar"), number, zeros.copy()) for number in range(ARCHIVES)]
        times = [first_blob(tools.dray, folder, layers[-1]) for _ in range(tools.runs)]
    finally:
        shutil.rmtree(folder)
    yield f"dray serve with {ARCHIVES} archives of {SIZE >> 30} GiB (sparse files), from its start on. " \
        f"Medians of {tools.runs} runs."
    yield ""
    yield from table(["", "s"], [
        ["the first answer", seconds(median(ready for ready, _ in times))],
        ["the first byte of a blob", seconds(median(first for _, first in times))]])


def first_blob(program: str, folder: str, layer: str) -> tuple:
    with servers.Server(servers.dray(program, folder)) as server:
        ready = time.perf_counter() - server.started
        seconds_to_first_byte(server.address, f"/v2/{NAME}-{ARCHIVES - 1}/blobs/{layer}")
        return ready, time.perf_counter() - server.started


def write(path: str, number: int, zeros) -> str:
    """Writes an archive of one image whose layer are zeros, as many as in no other. Gives the layer's digest."""
    more = 512 * number
    zeros.update(bytes(more))
    layer = {"mediaType": "application/vnd.oci.image.layer.v1.tar", "size": SIZE + more,
             "digest": f"sha256:{zeros.hexdigest()}"}
    config = json.dumps({
        "os": "linux", "architecture": "amd64", "rootfs": {"type": "layers", "diff_ids": [layer["digest"]]}}).encode()
    manifest = json.dumps({
        "schemaVersion": 2, "mediaType": MANIFEST, "layers": [layer],
        "config": descriptor(config, "application/vnd.oci.image.config.v1+json")}).encode()
    entry = {**descriptor(manifest, MANIFEST), "annotations": {
        "io.containerd.image.name": f"{NAME}-{number}:latest", "org.opencontainers.image.ref.name": "latest"}}
    index = json.dumps({"schemaVersion": 2, "manifests": [entry]}).encode()
    with open(path, "wb") as file:
        for name, content in (("oci-layout", b'{"imageLayoutVersion":"1.0.0"}'), ("index.json", index),
                              (blob_name(manifest), manifest), (blob_name(config), config)):
            file.write(head(name, len(content)) + content + bytes(-len(content) % 512))
        file.write(head("blobs/sha256/" + layer["digest"].partition(":")[2], layer["size"]))
        file.truncate(file.tell() + layer["size"] + 1024)
    return layer["digest"]


def head(name: str, size: int) -> bytes:
    entry = tarfile.TarInfo(name)
    entry.size = size
    return entry.tobuf(tarfile.USTAR_FORMAT)


def descriptor(content: bytes, kind: str) -> dict:
    return {"mediaType": kind, "size": len(content), "digest": "sha256:" + hashlib.sha256(content).hexdigest()}


def blob_name(content: bytes) -> str:
    return "blobs/sha256/" + hashlib.sha256(content).hexdigest()
