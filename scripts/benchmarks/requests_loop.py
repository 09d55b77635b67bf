#!/usr/bin/python3
"""Pulls an image the way the script did that dray replaces: requests_loop.py HOST:PORT/NAME:TAG FILE

One layer after another into a file, unpacked into layer.tar, all of it packed into one tar at the end.
"""

import gzip
import json
import os
import shutil
import sys
import tarfile
import tempfile

import requests

MANIFEST = ", ".join([
    "application/vnd.docker.distribution.manifest.v2+json", "application/vnd.oci.image.manifest.v1+json"])


def main(image: str, file: str):
    host, _, rest = image.partition("/")
    name, _, tag = rest.rpartition(":")
    base = f"http://{host}/v2/{name}"
    session = requests.Session()
    manifest = session.get(f"{base}/manifests/{tag}", headers={"Accept": MANIFEST}).json()
    config = session.get(f"{base}/blobs/{manifest['config']['digest']}").content
    folder = tempfile.mkdtemp(dir=os.path.dirname(file))
    config_name = manifest["config"]["digest"][7:] + ".json"
    with open(os.path.join(folder, config_name), "wb") as out:
        out.write(config)
    layers = []
    for layer in manifest["layers"]:
        place = os.path.join(folder, layer["digest"][7:])
        os.mkdir(place)
        packed = os.path.join(place, "layer_gzip.tar")
        with session.get(f"{base}/blobs/{layer['digest']}", stream=True) as reply, open(packed, "wb") as out:
            reply.raise_for_status()
            for chunk in reply.iter_content(chunk_size=8192):
                out.write(chunk)
        with gzip.open(packed, "rb") as inside, open(os.path.join(place, "layer.tar"), "wb") as out:
            shutil.copyfileobj(inside, out)
        os.remove(packed)
        layers.append(layer["digest"][7:] + "/layer.tar")
    with open(os.path.join(folder, "manifest.json"), "w") as out:
        json.dump([{"Config": config_name, "RepoTags": [image], "Layers": layers}], out)
    with tarfile.open(file, "w") as tar:
        tar.add(folder, arcname="/")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
