"""A registry with one image of one layer, whose bytes stand in a sparse file: for layers too large to be pushed."""

import hashlib
import http.server
import json
import os
import re
import subprocess
import threading

from .paths import WORK

MANIFEST = "application/vnd.oci.image.manifest.v1+json"


class BlobServer:
    """Serves HOST:PORT/bench/large:latest while the block runs. `size`: of the layer, in bytes."""

    def __init__(self, size: int):
        self.size = size

    def __enter__(self) -> "BlobServer":
        self.path = os.path.join(WORK, f"layer-{self.size}")
        with open(self.path, "wb") as file:
            # Not all zeros: something at both ends and in the middle.
            for place in (0, self.size // 2, self.size - 16):
                file.seek(place)
                file.write(place.to_bytes(16, "big"))
        said = subprocess.run(["openssl", "dgst", "-sha256", "-r", self.path], capture_output=True, text=True, check=True)
        layer = "sha256:" + said.stdout.split()[0]
        config = json.dumps({
            "os": "linux", "architecture": "amd64", "rootfs": {"type": "layers", "diff_ids": [layer]}}).encode()
        manifest = json.dumps({
            "schemaVersion": 2, "mediaType": MANIFEST,
            "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "size": len(config),
                       "digest": digest(config)},
            "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", "size": self.size, "digest": layer}],
        }).encode()
        answers = {
            "/v2/": (b"{}", "application/json"),
            "/v2/bench/large/manifests/latest": (manifest, MANIFEST),
            f"/v2/bench/large/manifests/{digest(manifest)}": (manifest, MANIFEST),
            f"/v2/bench/large/blobs/{digest(config)}": (config, "application/octet-stream"),
        }
        handler = type("LayerHandler", (Handler,), {
            "answers": answers, "layer": f"/v2/bench/large/blobs/{layer}", "path_of_layer": self.path})
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.address = "127.0.0.1:%d" % self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        os.remove(self.path)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == self.layer:
            return self.send_layer()
        body, kind = self.answers.get(self.path, (None, None))
        if body is None:
            return self.send_error(404)
        self.head(200, len(body), kind)
        self.wfile.write(body)

    def send_layer(self):
        size = os.path.getsize(self.path_of_layer)
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        first, last = 0, size - 1
        if wanted:
            first, last = int(wanted[1]), min(int(wanted[2] or last), last)
        self.head(206 if wanted else 200, last + 1 - first, "application/octet-stream",
                  f"bytes {first}-{last}/{size}" if wanted else None)
        self.wfile.flush()
        with open(self.path_of_layer, "rb") as file:
            try:
                while first <= last:
                    first += os.sendfile(self.connection.fileno(), file.fileno(), first, min(1 << 24, last + 1 - first))
            except ConnectionError:
                # The program wanted no more of it.
                self.close_connection = True

    def head(self, status: int, length: int, kind: str, content_range: str = None):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        self.send_header("Accept-Ranges", "bytes")
        if content_range:
            self.send_header("Content-Range", content_range)
        self.end_headers()

    def log_message(self, *_):
        pass


def digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()
