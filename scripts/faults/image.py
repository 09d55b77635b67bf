"""One image made from a seed, and the look into an archive for it."""

import gzip
import hashlib
import io
import json
import random
import tarfile

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
MIB = 1 << 20


class Image:
    """Three layers of real gzip, so that every program takes them."""

    def __init__(self, layers: int = 3, size: int = 8 * MIB, seed: int = 1):
        self.blobs = {}
        self.layers, diff_ids = [], []
        for number in range(layers):
            tar = one_file(f"data-{number}", random.Random(seed * 1000 + number).randbytes(size))
            packed = gzip.compress(tar, compresslevel=1, mtime=0)
            self.layers.append(self.add(packed))
            diff_ids.append(digest(tar))
        config = json.dumps({
            "os": "linux", "architecture": "amd64", "config": {},
            "rootfs": {"type": "layers", "diff_ids": diff_ids}}).encode()
        self.config = self.add(config)
        self.manifest = json.dumps({
            "schemaVersion": 2, "mediaType": MANIFEST,
            "config": self.descriptor("config.v1+json", self.config),
            "layers": [self.descriptor("layer.v1.tar+gzip", layer) for layer in self.layers]}).encode()
        self.size = sum(len(data) for data in self.blobs.values())

    def add(self, data: bytes) -> str:
        self.blobs[digest(data)] = data
        return digest(data)

    def descriptor(self, kind: str, name: str) -> dict:
        return {"mediaType": f"application/vnd.oci.image.{kind}", "digest": name, "size": len(self.blobs[name])}

    def is_whole(self, path: str) -> bool:
        """Whether every blob stands in this archive, under whatever name."""
        found = set()
        try:
            with tarfile.open(path) as archive:
                for member in archive:
                    if member.isfile():
                        found.add(digest(archive.extractfile(member).read()))
        except (OSError, tarfile.TarError):
            return False
        return found >= set(self.blobs)


def digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def one_file(name: str, data: bytes) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        entry = tarfile.TarInfo(name)
        entry.size = len(data)
        tar.addfile(entry, io.BytesIO(data))
    return target.getvalue()
