"""Writes OCI image layouts: the images that the tests and the benchmarks push to registries."""

import fcntl
import gzip
import hashlib
import io
import json
import os
import shutil
import tarfile

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


def kept(name: str, make) -> str:
    """The path of the layout `name`, made by `make` when it is not there yet.

    Layouts are kept in $DRAY_TEST_IMAGES, by default in .build/test-images of this project.
    """
    top = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
    store = os.environ.get("DRAY_TEST_IMAGES", os.path.join(top, ".build", "test-images"))
    os.makedirs(store, exist_ok=True)
    finished = os.path.join(store, name)
    with open(finished + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.isdir(finished):
            unfinished = finished + ".new"
            shutil.rmtree(unfinished, ignore_errors=True)
            make(Layout(unfinished))
            os.rename(unfinished, finished)
    return finished


class Layer:
    """A blob in a layout and the digest of what is inside its gzip."""

    def __init__(self, descriptor: dict, diff_id: str):
        self.descriptor = descriptor
        self.diff_id = diff_id


class Layout:
    """An OCI image layout in a directory."""

    def __init__(self, path: str):
        self.path = path
        self.manifests = []
        os.makedirs(os.path.join(path, "blobs", "sha256"), exist_ok=True)
        self._write("oci-layout", json.dumps({"imageLayoutVersion": "1.0.0"}).encode())

    def add_layer(self, chunks, level: int = 6) -> Layer:
        """Compresses a tar, given as chunks of bytes, and stores it."""
        unpacked = hashlib.sha256()
        packed = hashlib.sha256()
        temporary = os.path.join(self.path, "layer.tmp")
        with open(temporary, "wb") as file:
            digesting = _Digesting(file, packed)
            with gzip.GzipFile(filename="", mode="wb", compresslevel=level, fileobj=digesting, mtime=0) as compressor:
                for chunk in chunks:
                    unpacked.update(chunk)
                    compressor.write(chunk)
        digest = packed.hexdigest()
        os.rename(temporary, self._blob(digest))
        return Layer(_descriptor(LAYER, digest, os.path.getsize(self._blob(digest))), "sha256:" + unpacked.hexdigest())

    def add_blob(self, data: bytes) -> dict:
        """Stores bytes as they are. Returns their descriptor, without a media type."""
        digest = hashlib.sha256(data).hexdigest()
        with open(self._blob(digest), "wb") as file:
            file.write(data)
        return {"digest": "sha256:" + digest, "size": len(data)}

    def add_image(self, layers: list, platform: str, command: list, tag: str = None) -> dict:
        """Stores the config and the manifest of one image. Returns the manifest's descriptor, with its platform."""
        system, architecture, *variant = platform.split("/")
        place = {"os": system, "architecture": architecture}
        if variant:
            place["variant"] = variant[0]
        config = self._add_json(CONFIG, {
            "created": "1970-01-01T00:00:00Z", **place,
            "config": {"Cmd": command, "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]},
            "rootfs": {"type": "layers", "diff_ids": [layer.diff_id for layer in layers]},
            "history": [{"created": "1970-01-01T00:00:00Z", "created_by": "test"} for _ in layers],
        })
        manifest = self._add_json(MANIFEST, {
            "schemaVersion": 2, "mediaType": MANIFEST, "config": config,
            "layers": [layer.descriptor for layer in layers],
        })
        if tag is not None:
            self.name(manifest, tag)
        return {**manifest, "platform": place}

    def add_index(self, manifests: list, tag: str):
        """Stores an index of several platforms' manifests under a tag."""
        self.name(self._add_json(INDEX, {"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests}), tag)

    def name(self, descriptor: dict, tag: str):
        """Gives a tag to what is stored, and writes index.json anew."""
        self.manifests.append({**descriptor, "annotations": {"org.opencontainers.image.ref.name": tag}})
        self._write("index.json", json.dumps({"schemaVersion": 2, "manifests": self.manifests}).encode())

    def _add_json(self, media_type: str, value: dict) -> dict:
        return {"mediaType": media_type, **self.add_blob(json.dumps(value, indent=2).encode())}

    def _blob(self, digest: str) -> str:
        return os.path.join(self.path, "blobs", "sha256", digest)

    def _write(self, name: str, data: bytes):
        with open(os.path.join(self.path, name), "wb") as file:
            file.write(data)


def tar_of(entries: dict) -> bytes:
    """A tar of what stands under each path: a file (bytes, mode), a symbolic link (its target), or a directory (None)."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path, content in entries.items():
            entry = tarfile.TarInfo(path)
            if content is None:
                entry.type, entry.mode = tarfile.DIRTYPE, 0o1777 if path == "tmp" else 0o755
                tar.addfile(entry)
            elif isinstance(content, str):
                entry.type, entry.linkname = tarfile.SYMTYPE, content
                tar.addfile(entry)
            else:
                data, entry.mode = content
                entry.size = len(data)
                tar.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def _descriptor(media_type: str, digest: str, size: int) -> dict:
    return {"mediaType": media_type, "digest": "sha256:" + digest, "size": size}


class _Digesting:
    """A file that hashes what is written to it."""

    def __init__(self, file, digest):
        self.file = file
        self.digest = digest

    def write(self, data) -> int:
        self.digest.update(data)
        return self.file.write(data)

    def flush(self):
        self.file.flush()
